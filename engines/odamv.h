/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * odamv.h: the contract between an engine for dynamic attention and everything that uses one.
 *
 * The problem (van den Brand, Song, Zhou, ICML 2024, Definitions 1.2, 4.1, C.4, in general shapes).
 * Keep Q (m x d), K (n x d) and V (n x p) under changes of single entries and answer entries of
 *
 *     B = D^-1 A V,   A = exp(scale * Q K^T) entry by entry,   D = diag(A 1)     (normalised)
 *     B = A V                                                                    (not normalised)
 *
 * The exact answer is the real number that the formula gives at the doubles stored by the last
 * set_* calls. Every answer carries a bound on its own distance from that number. The paper's case
 * is m = n, p = d, scale = 1.
 *
 * All matrices are dense, row-major and without gaps between rows. Indices count from 0.
 * This header is all that an engine outside the library needs; see odamv_plugin below.
 */
#ifndef ODAMV_H
#define ODAMV_H

#include <stdbool.h>
#include <stddef.h>

/* What can be seen from outside where everything else is hidden: in the library, and in a plug-in
 * that is compiled with -fvisibility=hidden. */
#ifdef __GNUC__
#define ODAMV_PUBLIC __attribute__((visibility("default")))
#else
#define ODAMV_PUBLIC
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a struct or a signature below changes its meaning or its layout; not when a
 * function is added. The shared library is named after it. */
#define ODAMV_ABI 3u

/* Magnitudes that every engine must accept. Inputs and updates beyond them get ODAMV_DOMAIN.
 * ODAMV_LOGIT_MAX limits |scale * <Q_i, K_s>|, ODAMV_FEATURE_MAX the entries of Q and K and the
 * scale, ODAMV_VALUE_MAX the entries of V: all far above what any model produces, and far enough
 * below DBL_MAX that no sum of products overflows where there are fewer than 2^22 features. With
 * more of them and entries near the limit an engine may refuse an update (ODAMV_DOMAIN), or certify
 * no more than the column's hull, although the logits themselves are small. */
#define ODAMV_LOGIT_MAX   0x1p100
#define ODAMV_FEATURE_MAX 0x1p500
#define ODAMV_VALUE_MAX   0x1p500

enum odamv_status {
    ODAMV_OK = 0,
    ODAMV_UNABLE, /* legal, but this engine does not offer it */
    ODAMV_DOMAIN, /* outside the contract: index, not finite, too large, or not representable */
    ODAMV_NOMEM,  /* memory; nothing has been kept */
};

/* Borrowed for the duration of a call; an engine copies what it keeps. */
struct odamv_problem {
    size_t m, n, d, p; /* queries, keys, features, value columns; each at least 1 */
    const double *q;   /* m x d */
    const double *k;   /* n x d */
    const double *v;   /* n x p */
    double scale;      /* finite; 1 in the paper */
    bool normalised;   /* true: ODAMV, false: OAMV */
};

/* An engine ignores the options that it does not heed; odamv_open refuses what names no
 * multiplication for every engine. All zero is a sensible default. */
struct odamv_options {
    size_t threshold; /* pending records before a fold (the paper's n^a); 0: ceil(sqrt(n)) */
    bool no_coalesce; /* keep one record per update even when they could be merged */
    /* The multiplication of `lazy` and its kin: "classical" (as null), "strassen", "winograd" or
     * another scheme of matmul.h down to blocks of side `leaf` (0: 64), "auto" (what is fastest on
     * this machine; measured and kept in the user's cache folder the first time), or a file that
     * holds a scheme. Borrowed. */
    const char *matmul;
    size_t leaf;
};

struct odamv_answer {
    double value;
    double bound; /* |value - exact answer| <= bound; infinity: this engine certifies nothing */
};

/* Operations executed so far, or predicted. Every field holds an integer: exact up to 2^53, rounded
 * beyond. Compensated arithmetic is counted as the plain operations that it consists of, and a
 * fused multiply-add as one multiplication and one addition. Comparisons, loads and stores are not
 * counted. */
struct odamv_counts {
    double additions;       /* floating-point, outside matrix products */
    double multiplications; /* floating-point, outside matrix products; divisions included */
    double exponentials;
    double gemm_additions; /* inside matrix products, as the plan that ran executes them */
    double gemm_multiplications;
    double folds;       /* times that a list of pending records was folded */
    double refreshes;   /* times that maintained values were recomputed from the inputs */
    double marked_rows; /* times that a row was marked: answered in O(n) until refreshed */
};

/* What `cost` predicts: open, then so many K updates, to keys 0, 1, ..., n-1, 0, ...; then V
 * updates, to cells (0,0), (1,0), ..., (n-1,0), (0,1), ...; then Q updates, to rows 0, 1, ...,
 * m-1, 0, ...; then entry queries at (m-1, 0), column queries at 0 and row queries at m-1.
 * Integers, as in odamv_counts. */
struct odamv_workload {
    double updates_k, updates_v, updates_q;
    double queries, query_columns, query_rows;
};

/* An engine: one constant table. A null entry means: not offered. `state` is what `open` returned.
 * Every call either succeeds or leaves the state as it was; none prints or ends the process. Calls
 * on one instance must not overlap in time; calls on different instances may.
 *
 * An engine may rely on rounding to nearest, on subnormal numbers as IEEE 754 has them, on
 * exceptions that do not trap, and on the locale "C"; and it leaves them so, as it leaves signal
 * dispositions, the working directory, the limits of setrlimit and the environment: all of them
 * belong to the whole process, and numbers that others compute depend on them. This holds for
 * loading a plug-in, too (gcc and clang with -Ofast or -ffast-math may link code that flushes
 * subnormal numbers to zero in whoever loads the result). `odamv check` looks after every call at
 * what decides about numbers; at the rest after loading, open and close, each of the first calls and
 * every 16th. The other commands undo such a change and say so. Threads and processes of its own
 * are an engine's business; they end with the process. */
struct odamv_engine {
    unsigned abi;            /* ODAMV_ABI */
    const char *name;        /* what --engine takes */
    const char *summary;     /* one line */
    const char *reference;   /* item of the paper, or "not in the paper" */
    const char *update_cost; /* of a K update with d = p = n and m = n, as a formula for people */
    const char *query_cost;  /* of an entry query, likewise */

    /* The problem is valid (odamv_problem_check) and options, when not null, are too.
     * OK: *state is a new instance. Otherwise *state is null. */
    enum odamv_status (*open)(const struct odamv_problem *problem,
                              const struct odamv_options *options, void **state);

    /* K[key,feature] = value, V[key,column] = value, Q[row,feature] = value. DOMAIN: an index out
     * of range, a value that is not finite, or a limit above exceeded by the new state. */
    enum odamv_status (*set_k)(void *state, size_t key, size_t feature, double value);
    enum odamv_status (*set_v)(void *state, size_t key, size_t column, double value);
    enum odamv_status (*set_q)(void *state, size_t row, size_t feature,
                               double value); /* optional */

    /* B[i,j]; B[:,j] into out[0..m-1]; B[i,:] into out[0..p-1]. The last two are optional:
     * odamv_query_* derive them. DOMAIN: an index out of range, or (not normalised) an answer
     * whose weights' common factor leaves the doubles. Not OK: what `out` holds is undefined, and
     * what was computed until then may have been counted. */
    enum odamv_status (*query)(void *state, size_t i, size_t j, struct odamv_answer *out);
    enum odamv_status (*query_column)(void *state, size_t j, struct odamv_answer *out);
    enum odamv_status (*query_row)(void *state, size_t i, struct odamv_answer *out);

    /* Optional. Exactly what `stats` reports after that workload, as long as no row loses its
     * accuracy on the way. Of the problem only the shape, scale and normalised are read. */
    void (*cost)(const struct odamv_problem *shape, const struct odamv_options *options,
                 const struct odamv_workload *workload, struct odamv_counts *out);

    /* Optional. Bytes that an instance of that shape holds at most, opening included, besides what
     * the BLAS keeps for itself; up to 2 %, and 512 bytes per block of memory, may be left out. */
    double (*memory)(const struct odamv_problem *shape, const struct odamv_options *options);

    /* Optional. Operations counted since `open`, which is included. */
    void (*stats)(const void *state, struct odamv_counts *out);

    /* Optional. Walks every invariant of the instance, at any cost. True: all hold. False: the
     * first that does not is described in message[0..size-1]. */
    bool (*check)(const void *state, char *message, size_t size);

    void (*close)(void *state); /* accepts null */

    /* Optional, both or neither. Names, ended by null, of the situations in which this engine is
     * most easily wrong; and counts[e], how often this instance has met events[e] since `open`. A
     * run of `odamv check` that meets one of them never has not tested the engine, and says so. */
    const char *const *events;
    void (*event_counts)(const void *state, double *counts);

    /* Which of the options change what it does: a sum of these; 0: none. */
    unsigned heeds;
};
#define ODAMV_HEEDS_THRESHOLD 1u /* threshold and no_coalesce */
#define ODAMV_HEEDS_MATMUL    2u /* matmul and leaf */

/* --- the library --------------------------------------------------------------------------- */

/* ODAMV_ABI of the library, for a caller that was compiled against another header, or none. */
ODAMV_PUBLIC unsigned odamv_abi(void);

/* The engines of the library, ended by null; number e of them, or null past the last; and the one
 * of that name, or null. A program that outlives this version of the shared library walks with
 * odamv_engine_at: the length of the array becomes part of a program that names it. */
ODAMV_PUBLIC extern const struct odamv_engine *const odamv_engines[];
ODAMV_PUBLIC const struct odamv_engine *odamv_engine_at(size_t e);
ODAMV_PUBLIC const struct odamv_engine *odamv_engine_find(const char *name);

/* The symbol that a plug-in exports. Its engine is used like a built-in one. */
ODAMV_PUBLIC const struct odamv_engine *odamv_plugin(void);

/* Loads a plug-in and keeps it loaded until the process ends. Null: message says why. */
ODAMV_PUBLIC const struct odamv_engine *odamv_plugin_load(const char *file, char *message,
                                                          size_t size);

/* OK, or DOMAIN with a message: a dimension of 0 or beyond what the BLAS takes (about 2^31), a
 * product of dimensions that does not fit a size_t, an entry that is not finite or too large.
 * Entries are read only when their pointer is not null. */
ODAMV_PUBLIC enum odamv_status odamv_problem_check(const struct odamv_problem *problem,
                                                   char *message, size_t size);

/* OK; DOMAIN with a message that names the option, and the file where it is one, and says what is
 * wrong with it: no multiplication of that name, a file that cannot be read or holds no correct
 * scheme; NOMEM, likewise. Null options are OK. */
ODAMV_PUBLIC enum odamv_status odamv_options_check(const struct odamv_options *options,
                                                   char *message, size_t size);

/* Checks the problem and the options, compares engine->memory with odamv_memory_available, opens.
 * Not OK: the status is that of what failed, the engine's own where it is the engine; message says
 * why, with the bytes needed and available when it is the memory, and *state is null. */
ODAMV_PUBLIC enum odamv_status odamv_open(const struct odamv_engine *engine,
                                          const struct odamv_problem *problem,
                                          const struct odamv_options *options, void **state,
                                          char *message, size_t size);

/* Bytes that this process may still allocate: the machine's available memory, lowered by a control
 * group's or the process's own limit. Linux; infinity elsewhere. */
ODAMV_PUBLIC double odamv_memory_available(void);

/* ceil(n^a) for 0 <= a <= 1, at least 1 and at most n; n for a = 1. Where n^a is within 2^-48 of
 * its size, and within 1/4, above a whole number, that number: pow rounds. */
ODAMV_PUBLIC size_t odamv_threshold(size_t n, double a);

/* *to += times * *x, and *counts divided by a number, field by field. */
ODAMV_PUBLIC void odamv_counts_madd(struct odamv_counts *to, double times,
                                    const struct odamv_counts *x);
ODAMV_PUBLIC void odamv_counts_divide(struct odamv_counts *counts, double by);

/* All operations, inside matrix products and outside. */
ODAMV_PUBLIC double odamv_counts_operations(const struct odamv_counts *counts);

/* The names of the counts' fields, in order, ended by null; and the field of that index. */
ODAMV_PUBLIC extern const char *const odamv_counts_fields[];
ODAMV_PUBLIC double odamv_counts_field(const struct odamv_counts *counts, size_t field);

/* "ok", "unable", "domain", "no memory". */
ODAMV_PUBLIC const char *odamv_status_name(enum odamv_status status);

/* --- an engine's entries as functions ------------------------------------------------------ */

/* For callers that do without the table, such as another language: what the entries of struct
 * odamv_engine do, with the engine before the state. Statuses are passed on as they are; an entry
 * that is null gives UNABLE, and what `out` points to stays as it was. `name` and `summary` belong
 * to the engine. */
ODAMV_PUBLIC const char *odamv_engine_name(const struct odamv_engine *engine);
ODAMV_PUBLIC const char *odamv_engine_summary(const struct odamv_engine *engine);

ODAMV_PUBLIC enum odamv_status odamv_set_k(const struct odamv_engine *engine, void *state,
                                           size_t key, size_t feature, double value);
ODAMV_PUBLIC enum odamv_status odamv_set_v(const struct odamv_engine *engine, void *state,
                                           size_t key, size_t column, double value);
ODAMV_PUBLIC enum odamv_status odamv_set_q(const struct odamv_engine *engine, void *state,
                                           size_t row, size_t feature, double value);

ODAMV_PUBLIC enum odamv_status odamv_query(const struct odamv_engine *engine, void *state, size_t i,
                                           size_t j, struct odamv_answer *out);

/* The same for out[0..m-1] and out[0..p-1], derived from `query` where the engine lacks them; m and
 * p are those of the problem. */
ODAMV_PUBLIC enum odamv_status odamv_query_column(const struct odamv_engine *engine, void *state,
                                                  size_t m, size_t j, struct odamv_answer *out);
ODAMV_PUBLIC enum odamv_status odamv_query_row(const struct odamv_engine *engine, void *state,
                                               size_t p, size_t i, struct odamv_answer *out);

ODAMV_PUBLIC enum odamv_status odamv_cost(const struct odamv_engine *engine,
                                          const struct odamv_problem *shape,
                                          const struct odamv_options *options,
                                          const struct odamv_workload *workload,
                                          struct odamv_counts *out);
ODAMV_PUBLIC enum odamv_status odamv_memory(const struct odamv_engine *engine,
                                            const struct odamv_problem *shape,
                                            const struct odamv_options *options, double *bytes);
ODAMV_PUBLIC enum odamv_status odamv_stats(const struct odamv_engine *engine, const void *state,
                                           struct odamv_counts *out);

/* OK: the invariants were walked, and *holds says whether all hold; if not, message says which does
 * not. */
ODAMV_PUBLIC enum odamv_status odamv_check(const struct odamv_engine *engine, const void *state,
                                           bool *holds, char *message, size_t size);

/* The name of event e, or null past the last one (at once, for an engine without events); and
 * counts[e] for each of them. */
ODAMV_PUBLIC const char *odamv_event_name(const struct odamv_engine *engine, size_t e);
ODAMV_PUBLIC enum odamv_status odamv_event_counts(const struct odamv_engine *engine,
                                                  const void *state, double *counts);

ODAMV_PUBLIC void odamv_close(const struct odamv_engine *engine, void *state);

#ifdef __cplusplus
}
#endif

#endif
