/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * baseline_graphblas.c: the boolean product by SuiteSparse:GraphBLAS, M (P V[:,i]) over the
 * semiring of logical or and logical and. The library is started at the first use and stopped when
 * the process ends.
 */
#if __has_include(<GraphBLAS.h>)
#include <GraphBLAS.h>
#define FOUND
#elif __has_include(<suitesparse/GraphBLAS.h>)
#include <suitesparse/GraphBLAS.h>
#define FOUND
#endif

typedef int baseline_graphblas_not_empty; /* ISO C wants a declaration in every file */

#ifdef FOUND
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static GrB_Info started;

static void stop(void)
{
    GrB_finalize();
}

static void start(void)
{
    started = GrB_init(GrB_NONBLOCKING);
    if (started == GrB_SUCCESS)
        atexit(stop);
}

struct graphblas {
    GrB_Matrix m, p, columns; /* columns = V^T: column i of V is its row i */
    GrB_Vector y, z, x;
    GrB_Index n1, n2, n3;
    GrB_Index *found; /* n1: rows whose bit is 1 */
    bool *ones;       /* n1: their values, all true */
};

static enum status fail(const char *what, GrB_Info info, struct say *say)
{
    return say_fail(say, STATUS_MACHINE, "GraphBLAS: %s: error %d", what, (int)info);
}

/* A boolean matrix from its nonzeros; transposed on request. */
static GrB_Info build(GrB_Matrix *out, const struct bitcells *list, bool transposed)
{
    size_t count = list->count;
    GrB_Index *rows = malloc((count + 1) * sizeof *rows),
              *cols = malloc((count + 1) * sizeof *cols);
    bool *ones = malloc((count + 1) * sizeof *ones);
    GrB_Info info = rows && cols && ones ? GrB_SUCCESS : GrB_OUT_OF_MEMORY;
    if (info == GrB_SUCCESS)
        info = GrB_Matrix_new(out, GrB_BOOL, transposed ? list->cols : list->rows,
                              transposed ? list->rows : list->cols);
    if (info == GrB_SUCCESS) {
        for (size_t i = 0; i < count; i++) {
            rows[i] = transposed ? list->cells[i].col : list->cells[i].row;
            cols[i] = transposed ? list->cells[i].row : list->cells[i].col;
            ones[i] = true;
        }
        info = GrB_Matrix_build_BOOL(*out, rows, cols, ones, count, GrB_LOR);
    }
    if (info == GrB_SUCCESS)
        info = GrB_Matrix_wait(*out, GrB_MATERIALIZE);
    free(rows);
    free(cols);
    free(ones);
    return info;
}

static GrB_Info build_packed(GrB_Matrix *out, const struct bitmatrix *a, bool transposed,
                             struct say *say)
{
    struct bitcells list;
    GrB_Info info = GrB_OUT_OF_MEMORY;
    if (bitcells_open(a, &list, say) != STATUS_OK)
        return info;
    info = build(out, &list, transposed);
    bitcells_free(&list);
    return info;
}

static void graphblas_close(void *state)
{
    struct graphblas *g = state;
    if (!g)
        return;
    GrB_Matrix_free(&g->m);
    GrB_Matrix_free(&g->p);
    GrB_Matrix_free(&g->columns);
    GrB_Vector_free(&g->y);
    GrB_Vector_free(&g->z);
    GrB_Vector_free(&g->x);
    free(g->found);
    free(g->ones);
    free(g);
}

static enum status graphblas_open(const struct bitmatrix *m, const struct bitmatrix *v,
                                  void **state, struct say *say)
{
    struct graphblas *g;
    GrB_Info info;
    *state = NULL;
    pthread_once(&once, start);
    if (started != GrB_SUCCESS)
        return fail("start", started, say);
    g = calloc(1, sizeof *g);
    if (!g)
        return fail("open", GrB_OUT_OF_MEMORY, say);
    g->n1 = m->rows;
    g->n2 = m->cols;
    g->n3 = v->rows;
    g->found = malloc(m->rows * sizeof *g->found);
    g->ones = malloc(m->rows * sizeof *g->ones);
    info = g->found && g->ones ? GrB_SUCCESS : GrB_OUT_OF_MEMORY;
    if (info == GrB_SUCCESS)
        info = build_packed(&g->m, m, false, say);
    if (info == GrB_SUCCESS)
        info = build_packed(&g->columns, v, true, say);
    if (info == GrB_SUCCESS)
        info = GrB_Vector_new(&g->y, GrB_BOOL, g->n3);
    if (info == GrB_SUCCESS)
        info = GrB_Vector_new(&g->z, GrB_BOOL, g->n2);
    if (info == GrB_SUCCESS)
        info = GrB_Vector_new(&g->x, GrB_BOOL, g->n1);
    if (info != GrB_SUCCESS) {
        graphblas_close(g);
        return fail("open", info, say);
    }
    *state = g;
    return STATUS_OK;
}

static enum status graphblas_hint(void *state, const struct bitcells *p, struct say *say)
{
    struct graphblas *g = state;
    GrB_Info info;
    GrB_Matrix_free(&g->p);
    info = build(&g->p, p, false);
    return info == GrB_SUCCESS ? STATUS_OK : fail("hint", info, say);
}

static enum status graphblas_column(void *state, size_t column, bool *out, struct say *say)
{
    struct graphblas *g = state;
    GrB_Index count = g->n1; /* room; then how many there are */
    /* T0: the first input is transposed, so that the row of V^T is taken as a column */
    GrB_Info info =
        GrB_Col_extract(g->y, NULL, NULL, g->columns, GrB_ALL, g->n3, column, GrB_DESC_T0);
    if (info == GrB_SUCCESS)
        info = GrB_mxv(g->z, NULL, NULL, GrB_LOR_LAND_SEMIRING_BOOL, g->p, g->y, NULL);
    if (info == GrB_SUCCESS)
        info = GrB_mxv(g->x, NULL, NULL, GrB_LOR_LAND_SEMIRING_BOOL, g->m, g->z, NULL);
    if (info == GrB_SUCCESS)
        info = GrB_Vector_extractTuples_BOOL(g->found, g->ones, &count, g->x);
    memset(out, 0, g->n1 * sizeof *out);
    for (GrB_Index j = 0; j < count && info == GrB_SUCCESS; j++)
        out[g->found[j]] = g->ones[j];
    return info == GrB_SUCCESS ? STATUS_OK : fail("column", info, say);
}

extern const struct baseline baseline_graphblas;
const struct baseline baseline_graphblas = {
    .name = "graphblas",
    .open = graphblas_open,
    .hint = graphblas_hint,
    .column = graphblas_column,
    .close = graphblas_close,
};
#endif
