/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error bounds of some plans are those that are written down here: a bound that comes out larger, or smaller and
 * still above every error that is met, would not show otherwise. test_plan.c has one derived by hand, test_run.c the
 * comparison with real products. Where the account is changed on purpose, the failing line says what belongs here.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engines/matmul/matmul.h"

#define UNIT  0x1p-53
#define LEAST 0x1p-1074

struct bound {
    const char *scheme;
    size_t m, k, p;
    int overwrite;
    double product, start;       /* in units of UNIT */
    double tiny_a, tiny_b, tiny; /* of LEAST */
    double entry;                /* of UNIT */
};

/* <2,2,2;8> with entries of A times 3 and products times 1/3, which no double is. */
static struct matmul_scheme *thirds(void)
{
    struct matmul_scheme *scheme = NULL;
    char message[200] = "";
    FILE *file = tmpfile();
    assert_non_null(file);
    fprintf(file, "odamv-scheme 1\nname thirds\nshape 2 2 2\nrank 8\n");
    for (int side = 0; side < 3; side++) {
        fprintf(file, "%c\n", "uvw"[side]);
        for (int l = 0; l < 8; l++) {
            const int i = l / 4, s = l / 2 % 2, j = l % 2;
            const int at[] = {2 * i + s, 2 * s + j, 2 * i + j};
            for (int e = 0; e < 4; e++)
                fprintf(file, "%s%c",
                        e != at[side] ? "0"
                        : side == 0   ? "3"
                        : side == 1   ? "1"
                                      : "1/3",
                        e < 3 ? ' ' : '\n');
        }
    }
    rewind(file);
    assert_int_equal(matmul_scheme_read(file, "thirds", &scheme, message, sizeof message), 0);
    fclose(file);
    return scheme;
}

static void check(const struct bound *x)
{
    const struct matmul_shape shape = {.m = x->m, .k = x->k, .p = x->p, .overwrite = x->overwrite};
    struct matmul_options options = {.leaf = 2, .levels = MATMUL_DEEPEST, .panel = 64};
    struct matmul_scheme *scheme = NULL;
    struct matmul_prediction got;
    char message[200] = "";
    if (strcmp(x->scheme, "thirds") == 0)
        scheme = thirds();
    else
        assert_int_equal(matmul_scheme_find(x->scheme, &scheme, message, sizeof message), 0);
    options.scheme = scheme;
    assert_int_equal(matmul_predict(&shape, &options, &got), 0);
    matmul_scheme_close(scheme);
    const double found[] = {got.error.product / UNIT, got.error.start / UNIT,
                            got.error.tiny_a / LEAST, got.error.tiny_b / LEAST,
                            got.error.tiny / LEAST,   got.error.entry / UNIT};
    const double expected[] = {x->product, x->start, x->tiny_a, x->tiny_b, x->tiny, x->entry};
    for (int f = 0; f < 6; f++)
        if (!(found[f] == expected[f] || fabs(found[f] - expected[f]) <= 1e-9 * expected[f]))
            fail_msg("{\"%s\", %zu, %zu, %zu, %d, %.12g, %.12g, %.12g, %.12g, %.12g, %.12g},",
                     x->scheme, x->m, x->k, x->p, x->overwrite, found[0], found[1], found[2],
                     found[3], found[4], found[5]);
}

static void bounds_as_they_are(void **state)
{
    static const struct bound bounds[] = {
        {"strassen", 16, 16, 16, 1, 24564.091374, 0, 0, 0, 129, INFINITY},
        {"strassen", 16, 16, 16, 0, 24596.4114357, 10.0900201988, 0, 0, 129, INFINITY},
        {"strassen", 37, 41, 29, 1, 87372.3273923, 0, 0, 0, 322, INFINITY},
        {"strassen", 37, 41, 29, 0, 87453.1275464, 11.0900211525, 0, 0, 322, INFINITY},
        {"strassen", 9, 500, 12, 0, 2352841.72242, 8.0600124836, 0, 0, 2001, INFINITY},
        {"winograd", 16, 16, 16, 1, 91956.6652234, 0, 0, 0, 129, INFINITY},
        {"winograd", 16, 16, 16, 0, 91988.9852851, 7.06001441957, 0, 0, 129, INFINITY},
        {"winograd", 37, 41, 29, 1, 317413.996849, 0, 0, 0, 322, INFINITY},
        {"winograd", 37, 41, 29, 0, 317494.797003, 8.06001537324, 0, 0, 322, INFINITY},
        {"winograd", 9, 500, 12, 0, 5334765.24732, 8.00000762939, 0, 0, 2001, INFINITY},
        {"dps222", 16, 16, 16, 1, 35373.6335033, 0, 1201, 1201, 203, INFINITY},
        {"dps222", 16, 16, 16, 0, 35424.1335996, 5.05000481606, 1201, 1201, 203, INFINITY},
        {"dps222", 37, 41, 29, 1, 121431.209552, 0, 3001, 3001, 364, INFINITY},
        {"dps222", 37, 41, 29, 0, 121557.459793, 6.05000576973, 3001, 3001, 364, INFINITY},
        {"dps222", 9, 500, 12, 0, 2770533.69249, 8.00000762939, 9001, 9001, 2011, INFINITY},
        {"hk323", 16, 16, 16, 1, 4472.40853043, 0, 0, 0, 65, INFINITY},
        {"hk323", 16, 16, 16, 0, 4634.00883866, 5.04000480652, 0, 0, 65, INFINITY},
        {"hk323", 37, 41, 29, 1, 251838.716545, 0, 0, 0, 642, INFINITY},
        {"hk323", 37, 41, 29, 0, 252242.717315, 10.0800144196, 0, 0, 642, INFINITY},
        {"hk323", 9, 500, 12, 0, 2470067.21127, 8.04000766754, 0, 0, 2001, INFINITY},
        {"hk424", 16, 16, 16, 1, 5256.17002533, 0, 0, 0, 65, INFINITY},
        {"hk424", 16, 16, 16, 0, 5272.33005616, 5.05000481606, 0, 0, 65, INFINITY},
        {"hk424", 37, 41, 29, 1, 24222.4462006, 0, 0, 0, 162, INFINITY},
        {"hk424", 37, 41, 29, 0, 24262.8462776, 6.05000576973, 0, 0, 162, INFINITY},
        {"hk424", 9, 500, 12, 0, 2965765.65674, 8.04000766754, 0, 0, 2001, INFINITY},
        {"3x3x2", 16, 16, 16, 1, 1855.55353918, 0, 0, 0, 32, INFINITY},
        {"3x3x2", 16, 16, 16, 0, 1885.85359698, 6.04000576019, 0, 0, 32, INFINITY},
        {"3x3x2", 37, 41, 29, 1, 49022.128193, 0, 0, 0, 153, INFINITY},
        {"3x3x2", 37, 41, 29, 0, 49100.9083433, 11.0800163269, 0, 0, 153, INFINITY},
        {"3x3x2", 9, 500, 12, 0, 952145.636071, 8.04000766754, 0, 0, 999, INFINITY},
        {"dps222*strassen", 16, 16, 16, 1, 8686.87656888, 0, 561, 567, 95, INFINITY},
        {"dps222*strassen", 16, 16, 16, 0, 8989.87714681, 7.07000674248, 561, 567, 95, INFINITY},
        {"dps222*strassen", 37, 41, 29, 1, 31119.2093551, 0, 1402, 1417, 210, INFINITY},
        {"dps222*strassen", 37, 41, 29, 0, 31876.7107999, 8.07000769615, 1402, 1417, 210, INFINITY},
        {"dps222*strassen", 9, 500, 12, 0, 2648375.67637, 8.00000762939, 17501, 17688, 2394,
         INFINITY},
        {"plain-2x3x2", 16, 16, 16, 1, 117.00022316, 0, 0, 0, 17, 17.0000162125},
        {"plain-2x3x2", 16, 16, 16, 0, 122.000232697, 4.0000038147, 0, 0, 17, 17.0000162125},
        {"plain-2x3x2", 37, 41, 29, 1, 1681.00320625, 0, 0, 0, 42, 42.0000400543},
        {"plain-2x3x2", 37, 41, 29, 0, 1722.00328446, 13.0000238419, 0, 0, 42, 42.0000400543},
        {"plain-2x3x2", 9, 500, 12, 0, 250500.477791, 13.0000238419, 0, 0, 501, 501.000477791},
        {"classical", 16, 16, 16, 1, 256.000244141, 0, 0, 0, 16, 17.0000162125},
        {"classical", 16, 16, 16, 0, 272.000259399, 1, 0, 0, 16, 17.0000162125},
        {"classical", 37, 41, 29, 1, 1681.00160313, 0, 0, 0, 41, 42.0000400543},
        {"classical", 37, 41, 29, 0, 1722.00164223, 1, 0, 0, 41, 42.0000400543},
        {"classical", 9, 500, 12, 0, 250500.238895, 8, 0, 0, 500, 501.000477791},
        {"thirds", 16, 16, 16, 1, 406.001548769, 0, 0, 0, 17, INFINITY},
        {"thirds", 37, 41, 29, 0, 2501.00477028, 9.00002384188, 0, 0, 42, INFINITY},
    };
    (void)state;
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++)
        check(bounds + b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_as_they_are)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
