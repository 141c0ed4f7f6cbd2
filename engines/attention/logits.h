/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The logits L = scale * Q K^T, kept up to date under single-entry updates of K and Q.
 *
 * Entry (i, s) is hi + lo (kernel.h), stored key by key: the m logits of key s are contiguous, so
 * that a K update streams memory. A bound on |hi + lo - L| is kept as error_key[s] + error_row[i];
 * every update adds 2^-75 of the largest logit that it met.
 * Cost: open 6 matrix products; K update O(m) (in weights.c, fused with the weights); Q update
 * O(n), strided. Space: 12 bytes per entry, d (m + n) doubles for the transposes of Q and K.
 */
#ifndef ODAMV_LOGITS_H
#define ODAMV_LOGITS_H

#include "engines/numerics/eft.h"
#include "engines/numerics/kernel.h"
#include "odamv.h"

struct logits {
    const struct kernel *kernel;
    size_t m, n, d, ld; /* ld: m rounded up to whole panels */
    double scale;
    double *hi;        /* n x ld */
    float *lo;         /* n x ld */
    double *qt, *kt;   /* d x ld and d x n: Q and K by features */
    double *error_key; /* n */
    double *peak_key;  /* n: at least the largest |logit| of the key */
    double *error_row; /* m */
    double error_top;  /* at least the largest error_key */
    double peak;       /* at least the largest |logit| so far */
    double q_peak;     /* at least the largest |entry of Q| so far */
    double k_peak;
    bool fast; /* multiplied by residue_product.h at first */
};

enum odamv_status logits_open(struct logits *l, const struct odamv_problem *problem,
                              const struct odamv_options *options);
/* Adds what the product of that executes; bytes of temporary memory. */
void logits_count_open(struct odamv_counts *c, const struct odamv_problem *shape,
                       const struct odamv_options *options);
double logits_open_memory(const struct odamv_problem *shape, const struct odamv_options *options);
void logits_close(struct logits *l);
double logits_memory(const struct odamv_problem *shape);
size_t logits_ld(size_t m);

/* The step of a logit per unit of the other factor: scale * (after - before), as a pair. */
struct pair logits_step(const struct logits *l, double before, double after);

/* DOMAIN if K[key,feature] = value (Q likewise) is not finite, out of range, or brings a logit
 * beyond ODAMV_LOGIT_MAX; O(1) unless the magnitudes come near that limit, then O(m) (O(n)). */
enum odamv_status logits_allow_k(const struct logits *l, size_t key, size_t feature, double value);
enum odamv_status logits_allow_q(const struct logits *l, size_t row, size_t feature, double value);

/* Q[row,feature] = value and the row's logits. The update is allowed. */
void logits_set_q(struct logits *l, size_t row, size_t feature, double value);
/* Adds what so many of them do. */
void logits_count_set_q(struct odamv_counts *c, double n, double updates);

/* K[key,feature] = value was applied to the key's logits, whose largest magnitude is now peak. */
void logits_note_k(struct logits *l, size_t key, size_t feature, double value, double peak);

/* The row's logits for keys [from, from + count) into hi and lo. */
void logits_gather(const struct logits *l, size_t row, size_t from, size_t count, double *hi,
                   float *lo);

/* At least the error of every logit of the row. */
double logits_error(const struct logits *l, size_t row);

/* Every logit against K and Q, within its errors, and every peak. False: the first that fails. */
bool logits_check(const struct logits *l, char *message, size_t size);

#endif
