/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv.h: the hinted-Mv problem (Definition C.2), answered by any engine through a gadget.
 *
 * Over the booleans, in general shapes (the paper's case is n1 = n2 = n3 = n4 = n):
 *
 *     phase 1   M (n1 x n2) and V (n3 x n4)                        hmv_prepare
 *     phase 2   P (n2 x n3) with few nonzeros, the hint            hmv_hint
 *     phase 3   a column i of V: answer M P V[:,i], n1 bits        hmv_column, any number of times
 *     again     the same M and V, another P                        hmv_retract, then hmv_hint
 *
 * The order is enforced twice. By types: between phases the state is held by one handle of the
 * phase that comes next, so a column cannot be asked of a state without a P, nor a P be given
 * twice. And when it runs: a change of phase clears the handle that it is given and makes every
 * copy of it stale, and a stale handle is refused. The code of a phase receives that phase's input
 * and no later one's: a gadget's `fill` has M and V but no P, `place` has P but no column.
 *
 * hmv_retract undoes P by updates, as an online user would; the engine is not opened again.
 *
 *     gadget           attention            P          file
 *     oamv             not normalised       any        oamv.c            Lemma 4.2
 *     odamv-diagonal   normalised           lists      odamv-diagonal.c  Lemma C.5, corrected
 *     odamv-probe      normalised           any        odamv-probe.c     ours; the default
 *
 * Two problems of van den Brand, Nanongkai, Saranurak 2019 are this one:
 *
 *     Mv-hinted (5.6)   phase 2 gives lists I, J of rows of P and of columns, no column twice, and asks
 *                       for M[:,I] V[J,i]: P has a 1 at every (I_q, J_q)
 *     uMv-hinted (5.11) P is known in phase 1, phase 2 gives lists I, J and phase 3 asks for one bit,
 *                       M[j,I] P[I,J] V[J,i]: its nonzeros in these rows and columns are the hint
 *                       (bitcells_select), hmv_entry is the question
 *
 * The third, v-hinted (5.1), is omv.h's; the forms are those stated here, by whatever letters.
 *
 * lists: at most one nonzero per column, as lists of indices give it, the form of Definition 5.6 of van
 * den Brand, Nanongkai, Saranurak 2019 (Mv-hinted).
 */
#ifndef HMV_H
#define HMV_H

#include "decode.h"
#include "instance.h"
#include "reductions/boolean/bitmatrix.h"

struct hmv_shape {
    size_t n1, n2, n3, n4;
};

/* What a gadget needs, exactly: asserted against the calls that the engine has received. */
struct hmv_charge {
    size_t m, n, d, p;     /* the attention instance */
    size_t updates;        /* phase 2, of one P; to undo it takes as many again */
    size_t queries_hint;   /* entries asked at the end of phase 2 */
    size_t queries_column; /* entries asked by phase 3 for one column */
};

/* What `decode` may look at: one answer, and what the earlier phases knew. */
struct hmv_reading {
    struct hmv_shape shape;
    size_t nnz;                        /* of P */
    double eps;                        /* what a 1 of P stands for in K */
    size_t ones;                       /* of the column of V */
    const struct odamv_answer *answer; /* B[j,i] */
    const struct odamv_answer *probe;  /* B[j,n4]; null unless the gadget is probed */
};

struct hmv_place {
    size_t key, feature;
};

#define HMV_PLACES_MAX 2

struct hmv_gadget {
    const char *name, *summary, *reference;
    bool normalised;
    bool probed;   /* phase 2 ends by asking for column n4 of B, the probe column */
    size_t places; /* entries of K that one nonzero of P sets, at most HMV_PLACES_MAX */

    void (*charge)(const struct hmv_shape *shape, size_t nnz, struct hmv_charge *out);
    /* Phase 1: Q (m x d) and V (n x p), both zeroed by the caller. K starts as zeros. */
    void (*fill)(const struct bitmatrix *m, const struct bitmatrix *v,
                 const struct hmv_charge *charge, double *q, double *values);
    /* Phase 2. Optional: OK, or BAD with a message for a P that the gadget cannot take. */
    enum status (*accept)(const struct bitcells *p, struct say *say);
    void (*place)(const struct hmv_shape *shape, const struct bitcell *cell, struct hmv_place *out);
    /* Phase 3: a number that is 0 or at least exp(eps) - 1. */
    struct interval (*decode)(const struct hmv_reading *reading);
};

extern const struct hmv_gadget hmv_oamv, hmv_odamv_diagonal, hmv_odamv_probe;

/* Ended by null; the first is the default. */
extern const struct hmv_gadget *const hmv_gadgets[];
const struct hmv_gadget *hmv_gadget_find(const char *name);

/* OK when M and V have rows and columns; P's shape follows from theirs. */
enum status hmv_check(const struct bitmatrix *m, const struct bitmatrix *v, struct say *say);
/* OK when P is n2 x n3. */
enum status hmv_check_hint(const struct hmv_shape *shape, size_t rows, size_t cols,
                           struct say *say);

/* Handles, one per phase that can come next; all zero: none. At any time exactly one handle of an
 * open instance, with its copies, is current. Calls on any other fail with BAD and "this handle was
 * passed on", and to close one does nothing. Once the current one is closed no copy may be used. */
struct hmv;
struct hmv_prepared { /* phase 1 is done: give a P */
    struct hmv *hmv;
    size_t generation;
};
struct hmv_hinted { /* phase 2 is done: ask for columns */
    struct hmv *hmv;
    size_t generation;
};

/* What phase 1 is given. M, V and options are borrowed for its call, gadget and engine for good. */
struct hmv_input {
    const struct hmv_gadget *gadget;
    const struct odamv_engine *engine;
    const struct odamv_options *options; /* or null */
    const struct bitmatrix *m, *v;
};

/* Not OK: *out is zero. BAD: as hmv_check has it, or what the engine refuses; MACHINE: memory. */
enum status hmv_prepare(const struct hmv_input *input, struct hmv_prepared *out, struct say *say);

/* P is copied. BAD: it has another shape than n2 x n3, its cells are not as bitcells_check wants
 * them, or the gadget cannot take it. OK: *in is zeroed and *out is set. Otherwise *in stays, with
 * P undone; only when the engine also refused to undo it every later call fails. */
enum status hmv_hint(struct hmv_prepared *in, const struct bitcells *p, struct hmv_hinted *out,
                     struct say *say);

/* Takes P back by as many updates as it took. OK: *in is zeroed and *out is set. */
enum status hmv_retract(struct hmv_hinted *in, struct hmv_prepared *out, struct say *say);

/* The bits of M P V[:,column] into bits[0..n1-1]. */
enum status hmv_column(const struct hmv_hinted *hinted, size_t column, enum verdict *bits,
                       struct bit_summary *out, struct say *say);

/* One bit of it, by one query: (M P V)[row,column]. */
enum status hmv_entry(const struct hmv_hinted *hinted, size_t row, size_t column, enum verdict *bit,
                      struct bit_summary *out, struct say *say);

/* What the phases have cost so far: [0] is phase 1, [1] all hints, [2] all columns; and [3] all
 * retractions. The handle is not zero. */
#define HMV_PHASES 4
const struct phase *hmv_phases_prepared(const struct hmv_prepared *prepared);
const struct phase *hmv_phases_hinted(const struct hmv_hinted *hinted);

/* Leave a zero handle, and accept one. */
void hmv_close_prepared(struct hmv_prepared *prepared);
void hmv_close_hinted(struct hmv_hinted *hinted);

/* n, the largest of the four extents; tau = log(nnz) / log(n). */
size_t hmv_extent(const struct hmv_shape *shape);
double hmv_tau(const struct hmv_shape *shape, size_t nnz);

/* Work of one P and so many columns. */
struct hmv_bounds {
    /* Multiplications that Theorem B.1 charges the gadget's calls at a = tau, with classical
     * products, so T(x,y,z) = xyz, and k = updates of P (at least 1):
     *     [0] T(m,d,n) + T(m,n,p)      [1] updates T(m,k,p) / k + queries k      [2] queries k */
    double theorem[3];
    double own[3]; /* the same with k = the engine's own threshold, at its own a */
    /* What the conjecture says cannot be had at once, for 0 < tau <= 1, else NaN: phase 2 in
     * n^(omega(1,1,tau) - e), where omega(1,1,tau) lies between 2 and 2 + tau, and every column in
     * n^(1 + tau - e). Phase 1 may take any polynomial. */
    double hint_least, hint_most; /* n^2 and n^(2 + tau) */
    double columns;               /* n^(1 + tau) times the columns */
};

void hmv_bounds(const struct hmv_gadget *gadget, const struct hmv_shape *shape, size_t nnz,
                size_t columns, size_t threshold, struct hmv_bounds *out);

#endif
