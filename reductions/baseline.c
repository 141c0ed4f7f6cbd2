/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * baseline.c: the table of direct products, and the one on packed rows.
 *
 * Per column: z = P y for y = V[:,i] in O(nnz), then bit j is whether M[j,:] and z meet, all bits
 * in O(n1 n2 / 64). Space: one packed vector.
 */
#include "baseline.h"
#include "harness/ground/allocate.h"

#include <stdlib.h>
#include <string.h>

static const struct baseline baseline_bits;
#if __has_include(<GraphBLAS.h>) || __has_include(<suitesparse/GraphBLAS.h>)
extern const struct baseline baseline_graphblas;
const struct baseline *const baselines_all[] = {&baseline_graphblas, &baseline_bits, NULL};
#else
const struct baseline *const baselines_all[] = {&baseline_bits, NULL};
#endif

const struct baseline *baseline_find(const char *name)
{
    for (size_t b = 0; baselines_all[b]; b++)
        if (strcmp(baselines_all[b]->name, name) == 0)
            return baselines_all[b];
    return NULL;
}

struct bits {
    const struct bitmatrix *m, *v;
    struct bitcells p; /* the cells are owned */
    uint64_t *z;       /* m->words: P y */
};

static void bits_close(void *state)
{
    struct bits *b = state;
    if (!b)
        return;
    bitcells_free(&b->p);
    free(b->z);
    free(b);
}

static enum status bits_open(const struct bitmatrix *m, const struct bitmatrix *v, void **state,
                             struct say *say)
{
    void *z;
    struct bits *b;
    enum status status = allocate_zeros(m->words, 1, sizeof(uint64_t), "bits", &z, say);
    *state = NULL;
    if (status != STATUS_OK)
        return status;
    b = malloc(sizeof *b);
    if (!b) {
        free(z);
        return say_fail(say, STATUS_MACHINE, "bits: no memory");
    }
    *b = (struct bits){.m = m, .v = v, .z = z};
    *state = b;
    return STATUS_OK;
}

static enum status bits_hint(void *state, const struct bitcells *p, struct say *say)
{
    struct bits *b = state;
    struct bitcells copy;
    enum status status = bitcells_copy(p, &copy, say);
    if (status != STATUS_OK)
        return status;
    bitcells_free(&b->p);
    b->p = copy;
    return STATUS_OK;
}

static enum status bits_column(void *state, size_t column, bool *out, struct say *say)
{
    struct bits *b = state;
    (void)say;
    memset(b->z, 0, b->m->words * sizeof *b->z);
    for (size_t c = 0; c < b->p.count; c++)
        if (bitmatrix_get(b->v, b->p.cells[c].col, column))
            b->z[b->p.cells[c].row / 64] |= (uint64_t)1 << b->p.cells[c].row % 64;
    for (size_t j = 0; j < b->m->rows; j++) {
        uint64_t meeting = 0;
        for (size_t w = 0; w < b->m->words; w++)
            meeting |= b->m->bits[j * b->m->words + w] & b->z[w];
        out[j] = meeting != 0;
    }
    return STATUS_OK;
}

static const struct baseline baseline_bits = {
    .name = "bits",
    .open = bits_open,
    .hint = bits_hint,
    .column = bits_column,
    .close = bits_close,
};
