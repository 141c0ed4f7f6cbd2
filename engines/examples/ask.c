/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ask.c: the shortest user of the library: opens `lazy` on a problem, changes an entry of K, asks
 * for an answer and prints it with its bound.
 *
 *     cc ask.c -o ask $(pkg-config --cflags --libs odamv)
 */
#include <odamv.h>
#include <stdio.h>

int main(void)
{
    const double q[] = {1, 2, 3, 4}; /* 2 queries x 2 features */
    const double k[] = {1, 0, 0, 1}; /* 2 keys x 2 features */
    const double v[] = {1, 3};       /* 2 keys x 1 column */
    const struct odamv_problem problem = {
        .m = 2, .n = 2, .d = 2, .p = 1, .q = q, .k = k, .v = v, .scale = 0.5, .normalised = true};
    const struct odamv_engine *lazy = odamv_engine_find("lazy");
    struct odamv_answer answer;
    char message[500];
    void *state;
    if (odamv_open(lazy, &problem, NULL, &state, message, sizeof message) != ODAMV_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    enum odamv_status status = odamv_set_k(lazy, state, 0, 1, 0.5); /* K[0,1] = 0.5 */
    if (status == ODAMV_OK)
        status = odamv_query(lazy, state, 1, 0, &answer); /* B[1,0] */
    if (status == ODAMV_OK)
        printf("%.17g +- %.3g\n", answer.value, answer.bound);
    else
        fprintf(stderr, "%s\n", odamv_status_name(status));
    odamv_close(lazy, state);
    return status != ODAMV_OK;
}
