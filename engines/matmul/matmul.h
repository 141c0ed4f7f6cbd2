/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul.h: C += A B by bilinear schemes over OpenBLAS, counted, bounded, and able to stop and go
 * on.
 *
 *     scheme   <m,k,n;r>: r products of linear combinations of blocks, verified in exact arithmetic
 *     plan     a scheme applied to a shape down to a leaf: steps, counts, workspace, error bound
 *     run      a plan with its workspace: executes whole, or piece by piece within a budget
 *
 * Shapes are A (m x k), B (k x p), C (m x p), row-major, rows any stride apart. A or B may be
 * stored transposed (A as k x m), which costs nothing: blocks and combinations keep the stored
 * orientation.
 *
 * Recursion. At each level the largest part of the shape that the scheme's m, k, n divide is its
 * core; the scheme's r products of blocks of the core go one level down, and the rest (fewer than m
 * rows, k inner indices, n columns) is done by up to three plain products (peeling). A level is
 * added while no side of a block falls below the leaf and the limit on levels allows it. All
 * products of one level have one shape, so a plan is a short list of levels over one list of steps,
 * that of the scheme.
 *
 * What is counted. A plain product of m x k by k x p counts m k p multiplications and, as it adds
 * to its target, m k p additions; when its target holds nothing yet, m (k-1) p. A linear
 * combination counts its additions and its multiplications by coefficients other than 1 and -1; an
 * element that is only moved counts as one copy. The factor that dgemm applies by itself is not
 * counted.
 *
 * Errors. With u = 2^-53 and |X| the largest magnitude in X, for every entry
 *
 *     |computed C - exact (C0 + A B)| <= product |A| |B| + start |C0|
 *                                        + tiny_a |A| + tiny_b |B| + tiny
 *
 * for all doubles, underflow included. See plan_error.c for the derivation. Sources: V. Strassen, Numer. Math. 13 (1969); S. Winograd,
 * Linear Algebra Appl. 4 (1971); R. P. Brent, Stanford CS-157 (1970), for the equations; N. J.
 * Higham, Accuracy and Stability of Numerical Algorithms, ch. 23, for the kind of bound.
 *
 * Nothing here prints, ends the process or has state outside the objects it returns.
 */
#ifndef MATMUL_H
#define MATMUL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "odamv.h"

/* --- schemes ------------------------------------------------------------------------------- */

#define MATMUL_SIDE_MAX 64   /* m, k, n of a scheme */
#define MATMUL_RANK_MAX 4096 /* r of a scheme */
#define MATMUL_COEF_MAX 4096 /* numerator and denominator of a coefficient */
#define MATMUL_NAME_MAX 64   /* bytes of a name, its end included */

struct matmul_ratio {
    int num, den; /* lowest terms, den >= 1 */
};

/* C_ik = sum_l w[l][ik] (sum_ij u[l][ij] A_ij) (sum_jk v[l][jk] B_jk)
 *
 * Row l of u holds product l's coefficients over the blocks of A in row-major order; v and w are
 * alike. */
struct matmul_scheme {
    char name[MATMUL_NAME_MAX];
    size_t m, k, n, r;
    struct matmul_ratio *u; /* r x mk */
    struct matmul_ratio *v; /* r x kn */
    struct matmul_ratio *w; /* r x mn */
};

/* Computed from the coefficients, after common subexpressions have been shared. */
struct matmul_scheme_facts {
    double exponent;    /* 3 log r / log(m k n); 3 for the scheme <1,1,1;1> */
    double additions_a; /* additions of blocks of A, of B, and of products into an empty C */
    double additions_b;
    double additions_c;
    double growth; /* max_ik sum_l |w_l,ik| |u_l|_1 |v_l|_1: 12 for Strassen's, 18 for Winograd's */
};

/* A scheme by name. A name is one of
 *
 *     classical             <1,1,1;1>: the plain product at any size
 *     strassen, winograd    <2,2,2;7>
 *     dps222                <2,2,2;7>, with fractions: smaller errors in the mean
 *     hk323, hk424          <3,2,3;15> and <4,2,4;26>
 *     plain-MxKxN           the m k n products of the definition
 *     MxKxN                 a permutation of one of the above with that shape
 *
 * or two or more of them joined by '*': their tensor product. OK, and *out is to be closed by the
 * caller; DOMAIN: message says what is wrong; NOMEM. */
enum odamv_status matmul_scheme_find(const char *name, struct matmul_scheme **out, char *message,
                                     size_t size);

/* What --matmul takes: a file where there is a slash or a dot in it, else a name. */
enum odamv_status matmul_scheme_open_named(const char *name_or_file, struct matmul_scheme **out,
                                           char *message, size_t size);

/* The names above without parameters, ended by null. */
extern const char *const matmul_scheme_names[];

/* From a file in the format that scheme_read.c describes. `name` is used in messages; `in` is read
 * from where it stands to its end. DOMAIN also when the scheme does not satisfy Brent's
 * equations. */
enum odamv_status matmul_scheme_read(FILE *in, const char *name, struct matmul_scheme **out,
                                     char *message, size_t size);
enum odamv_status matmul_scheme_load(const char *file, struct matmul_scheme **out, char *message,
                                     size_t size);

/* Zero coefficients, to be filled in. The sides and the rank are within the limits above. */
enum odamv_status matmul_scheme_open(size_t m, size_t k, size_t n, size_t r,
                                     struct matmul_scheme **out);
void matmul_scheme_close(struct matmul_scheme *scheme); /* accepts null */

/* OK: Brent's equations (scheme.c) hold exactly. DOMAIN: message is the first that fails, or says
 * that a coefficient is outside the limits. NOMEM. */
enum odamv_status matmul_scheme_verify(const struct matmul_scheme *scheme, char *message,
                                       size_t size);

/* <k,n,m;r> and <n,k,m;r> from <m,k,n;r>: the two symmetries that generate all six. */
enum odamv_status matmul_scheme_rotate(const struct matmul_scheme *scheme,
                                       struct matmul_scheme **out);
enum odamv_status matmul_scheme_transpose(const struct matmul_scheme *scheme,
                                          struct matmul_scheme **out);
/* <m m', k k', n n'; r r'>: the outer scheme over blocks, the inner one inside them. DOMAIN: beyond
 * the limits above. */
enum odamv_status matmul_scheme_tensor(const struct matmul_scheme *outer,
                                       const struct matmul_scheme *inner,
                                       struct matmul_scheme **out);

/* OK or NOMEM. */
enum odamv_status matmul_scheme_measure(const struct matmul_scheme *scheme,
                                        struct matmul_scheme_facts *out);

/* --- plans --------------------------------------------------------------------------------- */

#define MATMUL_LEVELS_MAX 64
#define MATMUL_DEEPEST    MATMUL_LEVELS_MAX /* as many levels as the leaf lets */

struct matmul_shape {
    size_t m, k, p;        /* each at least 1 */
    bool trans_a, trans_b; /* stored as k x m, as p x k */
    bool overwrite;        /* C = A B; C is not read */
};

/* All zero: the classical product. */
struct matmul_plan; /* constant after it is opened; may be shared by threads */

struct matmul_options {
    const struct matmul_scheme *scheme; /* null: classical; borrowed during the call */
    size_t leaf;                        /* smallest side of a block that a level may make; 0: 1 */
    unsigned levels;                    /* at most so many */
    /* Plain products of more than so many multiplications are cut along m and p into several,
     * whether the plan runs whole or in steps; 0: never. Fixes the rounding, so it is part of the
     * plan. */
    double grain;
    /* What is known of the order in which dgemm adds: it adds to C once for every `panel` inner
     * indices, except at the end. 0 or 1: nothing is known. OpenBLAS's kernels keep the sums of at
     * least 64 inner indices in registers (blas_order.h asks them); the start term of the bound
     * shrinks with it. */
    size_t panel;
    /* Null, or a plan by the same scheme that outlives this one, which then uses its program: building one
     * takes longer, and more memory, than anything else here. */
    const struct matmul_plan *like;
};

/* Integers: exact up to 2^53, rounded beyond. */
struct matmul_counts {
    double leaf_multiplications, leaf_additions; /* inside plain products */
    double multiplications, additions;           /* in linear combinations */
    double copies;                               /* elements only moved */
    double leaves; /* plain products, peeled ones included, before cutting */
};
double matmul_counts_multiplications(const struct matmul_counts *c); /* of both kinds */

struct matmul_error {
    double product, start;       /* see the head of this file */
    double tiny_a, tiny_b, tiny; /* the first two 0 unless a scheme has fractions */
    /* When every product of the scheme is one block of A by one of B, the bound also holds entry by
     * entry: |computed - exact| <= entry (|A||B|)_ij + entry_start |C0_ij| and the three tiny ones.
     * Else infinity. */
    double entry, entry_start;
};

/* The predicted part of a plan, at any shape that size_t can hold; nothing is built. */
struct matmul_prediction {
    unsigned levels;
    size_t leaf_m, leaf_k, leaf_p; /* of the products at the deepest level */
    struct matmul_counts counts;
    double work;      /* the sum of all counted operations and copies */
    double max_step;  /* the most work that cannot be interrupted */
    double workspace; /* doubles */
    double memory;    /* bytes that a plan, its program and a run hold, the workspace included */
    /* Of C = A B: no sum, no partial sum and no product on the way exceeds growth |A||B|. Infinite where the
     * scheme has coefficients that are no integers; else, where it is at most 2^53 and A and B hold integers,
     * the result is exact. */
    double growth;
    struct matmul_error error;
};

/* OK, NOMEM, or DOMAIN: a side of 0. */
enum odamv_status matmul_predict(const struct matmul_shape *shape,
                                 const struct matmul_options *options,
                                 struct matmul_prediction *out);
/* The counts of a run that has been asked for so much work in all, however many steps it took. Of
 * leaves, those begun. */
enum odamv_status matmul_predict_steps(const struct matmul_shape *shape,
                                       const struct matmul_options *options, double work,
                                       struct matmul_counts *out);
/* As matmul_predict; DOMAIN also for a side beyond INT_MAX or a workspace beyond size_t. The plan
 * keeps no pointer to the scheme. */
enum odamv_status matmul_plan_open(const struct matmul_shape *shape,
                                   const struct matmul_options *options, struct matmul_plan **out);
const struct matmul_prediction *matmul_plan_prediction(const struct matmul_plan *plan);
/* The bound where |A|, |B| and |C0| are at most a, b and c; evaluated in an order that loses nothing
 * but the rounding of normal numbers. */
double matmul_error_bound(const struct matmul_error *error, double a, double b, double c);
void matmul_plan_close(struct matmul_plan *plan); /* accepts null */

/* --- runs ---------------------------------------------------------------------------------- */

struct matmul_run;

/* Allocates the workspace, or borrows `workspace` of as many doubles as predicted when it is not
 * null. `threads` do the linear combinations, the caller being one of them; 0: as many as OpenBLAS
 * uses, or one where OpenBLAS runs on OpenMP, whose threads spin beside them (pool.c has the
 * figures). They sleep between combinations. The plan is borrowed until close. */
enum odamv_status matmul_run_open(const struct matmul_plan *plan, double *workspace,
                                  unsigned threads, struct matmul_run **out);
void matmul_run_close(struct matmul_run *run);            /* accepts null */
double matmul_run_memory(const struct matmul_plan *plan); /* bytes that a run of it holds */

/* Starts over with these operands, which stay borrowed until the last step. Strides are in doubles,
 * at least the stored width and at most INT_MAX, else DOMAIN. C overlaps neither A nor B. */
enum odamv_status matmul_run_begin(struct matmul_run *run, const double *a, size_t lda,
                                   const double *b, size_t ldb, double *c, size_t ldc);
/* Executes until at least `budget` of work is done or nothing is left, and returns the work done,
 * which exceeds the budget by less than the plan's max_step. 0 for a positive budget means
 * finished. Between steps C holds unfinished sums. The result is the same to the bit for every
 * sequence of budgets. */
double matmul_run_step(struct matmul_run *run, double budget);
bool matmul_run_finished(const struct matmul_run *run);
/* Executed since begin; of leaves, those begun. */
const struct matmul_counts *matmul_run_counts(const struct matmul_run *run);
/* begin, and steps to the end. */
enum odamv_status matmul_run_whole(struct matmul_run *run, const double *a, size_t lda,
                                   const double *b, size_t ldb, double *c, size_t ldc);

/* --- choosing ------------------------------------------------------------------------------ */

/* Rates of this machine, BLAS core and thread count, from which plans are chosen. */
struct matmul_table;

/* From the user's cache ($XDG_CACHE_HOME/odamv, else $HOME/.cache/odamv), or measured, which takes
 * a few seconds, and put there. A file that is damaged or belongs to another machine is measured
 * anew; not being able to write it is no failure. With `measure`, measured in any case. */
enum odamv_status matmul_table_open(bool measure, struct matmul_table **out);
void matmul_table_close(struct matmul_table *table); /* accepts null */

/* Where it was read from or written to ("" when neither), and whether it was measured by this
 * call. */
const char *matmul_table_file(const struct matmul_table *table);
bool matmul_table_measured(const struct matmul_table *table);
/* The key of the table: processor, BLAS and its core, threads. */
const char *matmul_table_machine(const struct matmul_table *table);
/* Predicted seconds of a plan for a shape. */
double matmul_table_seconds(const struct matmul_table *table, const struct matmul_shape *shape,
                            const struct matmul_options *options);

/* The plan with the least predicted time, classical unless another wins by a margin. Only the
 * scheme's name and the levels are chosen: *scheme is to be closed by the caller and null for
 * classical, and options->scheme, leaf and levels are set to match; its other fields are read. */
enum odamv_status matmul_auto(const struct matmul_table *table, const struct matmul_shape *shape,
                              struct matmul_options *options, struct matmul_scheme **scheme);

#endif
