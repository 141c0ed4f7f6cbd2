/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ratio.h"

int64_t matmul_gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t t = a % b;
        a = b, b = t;
    }
    return a < 0 ? -a : a;
}

bool matmul_ratio_make(int64_t num, int64_t den, struct matmul_ratio *out)
{
    if (!den)
        return false;
    int64_t g = matmul_gcd(num, den) * (den < 0 ? -1 : 1);
    num /= g, den /= g;
    if (num > MATMUL_COEF_MAX || num < -MATMUL_COEF_MAX || den > MATMUL_COEF_MAX)
        return false;
    *out = (struct matmul_ratio){(int)num, (int)den};
    return true;
}

bool matmul_ratio_times(struct matmul_ratio a, struct matmul_ratio b, struct matmul_ratio *out)
{
    return matmul_ratio_make((int64_t)a.num * b.num, (int64_t)a.den * b.den, out);
}
