/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outcome.h"

#include <math.h>

struct odamv_options outcome_begin(struct outcome *outcome, const struct setting *setting,
                                   size_t keys)
{
    struct odamv_options options = setting->options;
    double a = isnan(setting->exponent) ? 0.5 : setting->exponent; /* 0.5: the default of odamv.h */
    bool given = isnan(setting->exponent) && options.threshold;
    if (!given)
        options.threshold = odamv_threshold(keys, a);
    *outcome = (struct outcome){.keys = keys, .threshold = options.threshold};
    outcome->a = !given ? a : keys > 1 ? log((double)options.threshold) / log((double)keys) : NAN;
    return options;
}
