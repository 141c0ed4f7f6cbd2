/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures.h"

#include <string.h>

extern const struct figure figure_trade_off, figure_update_exponent, figure_query_exponent,
    figure_cost, figure_rates, figure_burst, figure_error, figure_cheapest;

const struct figure *const figures_all[] = {
    &figure_trade_off, &figure_update_exponent, &figure_query_exponent, &figure_cost, &figure_rates,
    &figure_burst,     &figure_error,           &figure_cheapest,       NULL};

const struct figure *figures_find(const char *name)
{
    for (size_t f = 0; figures_all[f]; f++)
        if (strcmp(figures_all[f]->name, name) == 0)
            return figures_all[f];
    return NULL;
}
