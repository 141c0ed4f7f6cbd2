/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * decode.c: interval arithmetic with outward rounding, and the decision.
 *
 * An operation to nearest is wrong by at most half a unit in the last place, so the neighbouring
 * double in the right direction is a bound. Everything is O(1).
 */
#include "decode.h"

#include <math.h>

static double down(double x)
{
    return nextafter(x, -INFINITY);
}

static double up(double x)
{
    return nextafter(x, INFINITY);
}

struct interval interval_of_answer(const struct odamv_answer *answer)
{
    if (!(answer->bound >= 0) || !isfinite(answer->bound) || !isfinite(answer->value))
        return (struct interval){-INFINITY, INFINITY};
    return (struct interval){down(answer->value - answer->bound),
                             up(answer->value + answer->bound)};
}

struct interval interval_subtract(struct interval a, double b)
{
    return (struct interval){down(a.lo - b), up(a.hi - b)};
}

struct interval interval_multiply(struct interval a, struct interval b)
{
    return (struct interval){down(a.lo < 0 ? a.lo * b.hi : a.lo * b.lo),
                             up(a.hi < 0 ? a.hi * b.lo : a.hi * b.hi)};
}

struct interval interval_divide(struct interval a, struct interval b)
{
    if (!(b.lo > 0) || !isfinite(b.hi))
        return (struct interval){-INFINITY, INFINITY};
    return (struct interval){down(a.lo < 0 ? a.lo / b.lo : a.lo / b.hi),
                             up(a.hi < 0 ? a.hi / b.hi : a.hi / b.lo)};
}

struct interval decode_probed(const struct odamv_answer *answer, const struct odamv_answer *probe,
                              double ones)
{
    return interval_subtract(interval_divide(interval_of_answer(answer), interval_of_answer(probe)),
                             ones);
}

struct interval decode_gap(double eps)
{
    double gap = expm1(eps);
    return (struct interval){gap * (1 - 0x1p-49), gap * (1 + 0x1p-49)};
}

double decode_eps(size_t largest)
{
    /* M_LN2 is below ln 2, and a quotient to nearest, rounded down again, below the exact one */
    return largest <= 1 ? M_LN2 : down(M_LN2 / (double)largest);
}

enum verdict decode_bit(struct interval x, double gap, double *error)
{
    *error = up((x.hi - x.lo) / 2);
    if (!(*error < gap / 2))
        return VERDICT_UNDECIDED;
    if (x.lo > 0 && x.hi >= gap)
        return VERDICT_YES;
    if (x.lo <= 0 && x.hi >= 0)
        return VERDICT_NO;
    return VERDICT_CONTRADICTORY;
}

void bit_summary_add(struct bit_summary *summary, enum verdict bit, double error)
{
    summary->yes += bit == VERDICT_YES;
    summary->no += bit == VERDICT_NO;
    summary->undecided += bit == VERDICT_UNDECIDED;
    summary->contradictory += bit == VERDICT_CONTRADICTORY;
    if (isnan(error) || error > summary->error) /* a NaN comes in, and stays */
        summary->error = error;
}

void bit_summary_merge(struct bit_summary *total, const struct bit_summary *part)
{
    total->yes += part->yes;
    total->no += part->no;
    total->undecided += part->undecided;
    total->contradictory += part->contradictory;
    if (isnan(part->error) || part->error > total->error)
        total->error = part->error;
    if (total->half_gap == 0 || part->half_gap < total->half_gap)
        total->half_gap = part->half_gap;
}
