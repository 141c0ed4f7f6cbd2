/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plugin_wrong.c: an engine that answers 42 whatever it is asked, and certifies it. As a shared
 * object it shows that the program loads a plug-in that was built from odamv.h alone, and that it
 * finds out about its answers. It keeps no state.
 */
#include <odamv.h>

static enum odamv_status wrong_open(const struct odamv_problem *problem,
                                    const struct odamv_options *options, void **state)
{
    static char instance;
    (void)problem;
    (void)options;
    *state = &instance;
    return ODAMV_OK;
}

static enum odamv_status wrong_set(void *state, size_t i, size_t j, double value)
{
    (void)state;
    (void)i;
    (void)j;
    (void)value;
    return ODAMV_OK;
}

static enum odamv_status wrong_query(void *state, size_t i, size_t j, struct odamv_answer *out)
{
    (void)state;
    (void)i;
    (void)j;
    *out = (struct odamv_answer){.value = 42.0, .bound = 0x1p-20};
    return ODAMV_OK;
}

static void wrong_close(void *state)
{
    (void)state;
}

static const struct odamv_engine wrong = {
    .abi = ODAMV_ABI,
    .name = "wrong",
    .summary = "answers 42",
    .reference = "not in the paper",
    .update_cost = "O(1)",
    .query_cost = "O(1)",
    .open = wrong_open,
    .set_k = wrong_set,
    .set_v = wrong_set,
    .set_q = wrong_set,
    .query = wrong_query,
    .close = wrong_close,
};

const struct odamv_engine *odamv_plugin(void)
{
    return &wrong;
}
