/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scheme_measure.c: what a scheme costs and how it magnifies errors, from its coefficients alone.
 *
 *     exponent = 3 log r / log(m k n)
 *     growth   = max_ik sum_l |w_l,ik| |u_l|_1 |v_l|_1
 *
 * and the additions of the steps that program.c makes of it.
 */
#include <math.h>

#include "program.h"
#include "ratio.h"

static double magnitude(const struct matmul_ratio *x, size_t count)
{
    double sum = 0;
    for (size_t q = 0; q < count; q++)
        sum += fabs(matmul_ratio_value(x[q]));
    return sum;
}

static double growth(const struct matmul_scheme *s)
{
    double worst = 0;
    for (size_t c = 0; c < s->m * s->n; c++) {
        double sum = 0;
        for (size_t q = 0; q < s->r; q++)
            sum += magnitude(s->w + q * s->m * s->n + c, 1) *
                   magnitude(s->u + q * s->m * s->k, s->m * s->k) *
                   magnitude(s->v + q * s->k * s->n, s->k * s->n);
        worst = fmax(worst, sum);
    }
    return worst;
}

enum odamv_status matmul_scheme_measure(const struct matmul_scheme *s,
                                        struct matmul_scheme_facts *out)
{
    struct matmul_program *program;
    enum odamv_status status = matmul_program_open(s, &program);
    if (status)
        return status;
    double blocks = (double)(s->m * s->k * s->n);
    out->exponent = blocks > 1 ? 3 * log((double)s->r) / log(blocks) : 3;
    out->growth = growth(s);
    matmul_program_additions(program, out);
    matmul_program_close(program);
    return ODAMV_OK;
}
