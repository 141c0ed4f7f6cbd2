/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * measure_phase3: how long phase 3 of hinted Mv takes, one column at a time: odamv-probe on lazy
 * and on direct, SuiteSparse:GraphBLAS, and packed rows. Tab-separated to standard output.
 *
 *     measure_phase3 [N [SEED]]        default: 1024 1
 *
 * nnz(P) = n^tau anywhere, tau = 1/4, 1/2, 3/4; lazy folds after k = nnz(P) updates, as the theorem
 * has it at a = tau, so at the end of phase 2 all of P is pending or just folded. M and V have
 * density 1/2 and 8/n. The four take turns on the same columns, after three turns without a clock,
 * and all answers are compared before any time is reported. Seconds are medians over the columns;
 * ratios, lazy's time over another's in the same turn, are medians with the quartiles beside them.
 * lazy counts as faster when even the upper quartile is below 1, the other when even the lower one
 * is above 1. The time includes the decoding.
 */
#include <time.h>

#include "engines/numerics/clock.h"
#include "harness/ground/machine.h"
#include "random_hmv.h"

enum { COLUMNS = 41, CONTENDERS = 4 };

static const char *const names[CONTENDERS] = {"lazy", "direct", "graphblas", "bits"};

struct measure {
    struct random_hmv base; /* random numbers, M, V and the message */
    struct bitcells p;
    struct hmv_hinted hinted[2];
    const struct baseline *baseline[2];
    void *state[2];
    double hint_seconds[CONTENDERS], seconds[CONTENDERS][COLUMNS];
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The quartile number `quarter` (2: the median) of the times, or of their ratios to `divisor`. */
static double quartile(const double *x, const double *divisor, int quarter)
{
    double sorted[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        sorted[i] = divisor ? x[i] / divisor[i] : x[i];
    qsort(sorted, COLUMNS, sizeof *sorted, ascending);
    return sorted[(COLUMNS - 1) * quarter / 4];
}

static bool fine(struct measure *m, enum status status)
{
    if (status == STATUS_OK)
        return true;
    fprintf(stderr, "measure_phase3: %s\n", m->base.say.text);
    return false;
}

static bool open_all(struct measure *m)
{
    struct random_hmv *r = &m->base;
    for (int c = 0; c < 2; c++) {
        struct hmv_prepared prepared;
        const struct odamv_options options = {.threshold = m->p.count};
        const struct hmv_input input = {&hmv_odamv_probe, odamv_engine_find(names[c]), &options,
                                        &r->m, &r->v};
        double start;
        if (!fine(m, hmv_prepare(&input, &prepared, &r->say)))
            return false;
        start = clock_seconds();
        if (!fine(m, hmv_hint(&prepared, &m->p, &m->hinted[c], &r->say))) {
            hmv_close_prepared(&prepared);
            return false;
        }
        m->hint_seconds[c] = clock_seconds() - start;
    }
    for (int c = 0; c < 2; c++) {
        double start;
        m->baseline[c] = baseline_find(names[2 + c]);
        if (!m->baseline[c])
            continue;
        if (!fine(m, m->baseline[c]->open(&r->m, &r->v, &m->state[c], &r->say)))
            return false;
        start = clock_seconds();
        if (!fine(m, m->baseline[c]->hint(m->state[c], &m->p, &r->say)))
            return false;
        m->hint_seconds[2 + c] = clock_seconds() - start;
    }
    return true;
}

/* One column by every contender, compared; turn < 0 is not timed. */
static bool one_turn(struct measure *m, int turn, size_t column, enum verdict *bits, bool *truth)
{
    struct random_hmv *r = &m->base;
    size_t n = r->shape.n1;
    bool known = false;
    bool *first = truth + n;
    for (int c = 0; c < CONTENDERS; c++) {
        struct bit_summary summary;
        double start = clock_seconds(), seconds;
        if (c < 2 && !fine(m, hmv_column(&m->hinted[c], column, bits, &summary, &r->say)))
            return false;
        if (c >= 2 && !m->baseline[c - 2])
            continue;
        if (c >= 2 && !fine(m, m->baseline[c - 2]->column(m->state[c - 2], column, truth, &r->say)))
            return false;
        seconds = clock_seconds() - start;
        if (turn >= 0)
            m->seconds[c][turn] = seconds;
        for (size_t j = 0; j < n; j++) {
            bool bit = c < 2 ? bits[j] == VERDICT_YES : truth[j];
            if ((c < 2 && bits[j] > VERDICT_YES) || (known && bit != first[j])) {
                fprintf(stderr, "measure_phase3: %s is wrong or undecided at (%zu,%zu)\n", names[c],
                        j, column);
                return false;
            }
            first[j] = bit;
        }
        known = true;
    }
    return true;
}

/* Who is faster by more than the spread: 1 lazy, -1 the other, 0 neither. */
static int winner(const struct measure *m, int c)
{
    return quartile(m->seconds[0], m->seconds[c], 3) < 1   ? 1
           : quartile(m->seconds[0], m->seconds[c], 1) > 1 ? -1
                                                           : 0;
}

static bool present(const struct measure *m, int c)
{
    return c < 2 || m->baseline[c - 2];
}

static void print_line(const struct measure *m, int c, double tau)
{
    static const char *const words[] = {"this", "neither", "lazy"};
    const struct random_hmv *r = &m->base;
    const double *lazy = m->seconds[0], *other = m->seconds[c];
    printf("%zu\t%.4g\t%g\t%zu\t%s\t%.4g\t%.4g\t%.3g\t%.3g\t%.3g\t%s\n", r->shape.n1, r->density,
           tau, m->p.count, names[c], m->hint_seconds[c], quartile(other, NULL, 2),
           quartile(lazy, other, 2), quartile(lazy, other, 1), quartile(lazy, other, 3),
           c ? words[1 + winner(m, c)] : "-");
}

static void print_lines(const struct measure *m, double tau)
{
    static const char *const words[] = {"slower than", "as fast as", "faster than"};
    for (int c = 0; c < CONTENDERS; c++)
        if (present(m, c))
            print_line(m, c, tau);
    printf("# density %.4g, tau %g: lazy is", m->base.density, tau);
    for (int c = 1; c < CONTENDERS; c++)
        if (present(m, c))
            printf("%s %s %s", c > 1 ? "," : "", words[1 + winner(m, c)], names[c]);
    puts("");
    fflush(stdout);
}

static bool run(size_t n, double density, double tau, unsigned long seed)
{
    struct measure *m = calloc(1, sizeof *m);
    enum verdict *bits = malloc(n * sizeof *bits);
    bool *truth = malloc(2 * n * sizeof *truth), good = m && bits && truth;
    if (good) {
        m->base = (struct random_hmv){.shape = {n, n, n, n},
                                      .density = density,
                                      .nnz = odamv_threshold(n, tau),
                                      .state = seed};
        good = random_matrix(&m->base, n, n, &m->base.m) &&
               random_matrix(&m->base, n, n, &m->base.v) && random_p(&m->base, P_ANYWHERE, &m->p) &&
               open_all(m);
    }
    for (int turn = -3; good && turn < COLUMNS; turn++)
        good = one_turn(m, turn, (size_t)random_next(&m->base) % n, bits, truth);
    if (good)
        print_lines(m, tau);
    if (m) {
        for (int c = 0; c < 2; c++) {
            hmv_close_hinted(&m->hinted[c]);
            if (m->baseline[c])
                m->baseline[c]->close(m->state[c]);
        }
        bitcells_free(&m->p);
        bitmatrix_free(&m->base.m);
        bitmatrix_free(&m->base.v);
    }
    free(m);
    free(bits);
    free(truth);
    return good;
}

static void print_machine(void)
{
    struct machine machine;
    time_t now = time(NULL);
    char date[32];
    strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
    machine_describe(&machine);
    printf("# odamv %s, %s, %s, BLAS core %s with %d threads, %zu processors\n", ODAMV_VERSION,
           date, machine.cpu, machine.blas_core, machine.blas_threads, machine.usable_cores);
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1024;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    const double taus[] = {0.25, 0.5, 0.75};
    bool good = n > 0;
    print_machine();
    printf(
        "# measure_phase3 %zu %lu: gadget odamv-probe, threshold nnz(P), medians of %d columns,\n"
        "# lazy/this with its quartiles, and who is faster by more than they are apart\n"
        "# n\tdensity\ttau\tnnz\tby\tphase2_seconds\tcolumn_seconds\tlazy/this\tquartile1\t"
        "quartile3\tfaster\n",
        n, seed, (int)COLUMNS);
    for (int d = 0; d < 2 && good; d++)
        for (int t = 0; t < 3 && good; t++)
            good = run(n, d == 0 ? 0.5 : 8 / (double)n, taus[t], seed);
    return good ? 0 : 1;
}
