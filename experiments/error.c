/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * True error and certified bound against the number of K updates since C was last computed from the
 * inputs: the largest of each over the same eight entries, the error from ball arithmetic.
 */
#include <math.h>

#include "experiments/measure/subject.h"
#include "figure.h"

enum { ENTRIES = 8 };

struct worst {
    double error, bound;
    bool sound;
};

static struct worst look(struct subject *s)
{
    struct worst w = {0, 0, true};
    for (size_t e = 0; e < ENTRIES; e++) {
        double bound, error = subject_error(s, e * s->problem.m / ENTRIES + 1,
                                            e * s->problem.p / ENTRIES + 2, &bound);
        w.sound &= error <= bound;
        w.error = fmax(w.error, error);
        w.bound = fmax(w.bound, bound);
    }
    return w;
}

/* *ratio: of bound to error at the end of the period. */
static enum status write_engine(FILE *data, const char *engine, size_t n, size_t last,
                                double *ratio, struct say *say)
{
    const struct odamv_problem shape = {
        .m = n, .n = n, .d = 64, .p = n, .scale = 1, .normalised = true};
    const struct odamv_options options = {.no_coalesce = true};
    struct subject s;
    struct worst w = {0};
    size_t done = 0;
    enum status status = subject_open(&s, odamv_engine_find(engine), &shape, &options, 1, say);
    if (status != STATUS_OK)
        return status;
    figure_block(data, "%s: updates, largest error, largest bound", engine);
    for (size_t next = 1; done < last; next = next * 2 < last ? next * 2 : last) {
        if (!subject_update(&s, next - done))
            break;
        done = next;
        w = look(&s);
        fprintf(data, "%zu\t%.4g\t%.4g\n", done, w.error, w.bound);
        if (!w.sound)
            break;
    }
    subject_close(&s);
    if (done < last || !w.sound)
        return say_fail(say, STATUS_FAILED,
                        "%s: after %zu updates an error exceeds its bound, or one was refused",
                        engine, done);
    *ratio = w.bound / w.error;
    return STATUS_OK;
}

static enum status write(const struct figure_input *input, FILE *data, FILE *caption,
                         struct say *say)
{
    static const char *const engines[] = {"lazy", "lazy-wc", "eager", "direct"};
    const size_t n = input->quick ? 64 : 512, period = n * (n / 64);
    double ratio[4];
    for (size_t e = 0; e < 4; e++) {
        enum status status = write_engine(data, engines[e], n, period, ratio + e, say);
        if (status != STATUS_OK)
            return status;
    }
    fprintf(caption,
            "Largest error of eight answers (lines) and largest certified bound (points) against "
            "the number of K updates since the last refresh, n = %zu: no error exceeds its bound; "
            "after %zu updates the bound is %.0f times the error for lazy, %.0f for lazy-wc, %.0f "
            "for eager and %.0f for direct, whose answers are computed afresh and do not drift.\n",
            n, period, ratio[0], ratio[1], ratio[2], ratio[3]);
    return STATUS_OK;
}

const struct figure figure_error = {"error", "Error and certified bound", write};
