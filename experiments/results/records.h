/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * records.h: rows of one or more files in memory, sorted into series.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "experiments/theory/theory.h"
#include "harness/ground/say.h"

/* Values of a row. All but the last are fitted by `odamv fit`. */
enum metric { METRIC_OPERATIONS, METRIC_MULTIPLICATIONS, METRIC_SECONDS, METRIC_BETWEEN };
#define METRICS        4
#define METRICS_FITTED 3
extern const char *const record_metric_names[];

struct record {
    const char *engine, *matmul; /* owned by the records */
    unsigned heeds;              /* of the engine: ODAMV_HEEDS_* */
    size_t leaf, n, d, threshold;
    double a;
    enum theory_quantity quantity;
    bool timed;
    unsigned long seed;
    double value[METRICS]; /* NaN where the row has none */
};

struct records {
    struct record *all; /* by engine, matmul, leaf, a, quantity, timed, n, seed */
    size_t count;
    char **names; /* every engine and multiplication once */
    size_t name_count;
    char *environment; /* of the last row that was read, as JSON; may be null */
};

/* Appends the rows of a file; records_sort when all files are read. A row that is there twice
 * counts once. BAD: a file that is not one of rows; MACHINE: memory. Close accepts all zero. */
enum status records_read(struct records *records, const char *file, struct say *say);
void records_sort(struct records *records);
void records_close(struct records *records);

/* What names a series, but for leaf, which is not compared, and whether it was timed. Borrowed. */
struct series {
    const char *engine, *matmul;
    double a; /* to 1e-9 */
    enum theory_quantity quantity;
};

struct series record_series(const struct record *record);

/* The number of records from *from on that differ in n and seed only; *from moves behind them. */
size_t records_series(const struct records *records, size_t *from);

/* The first record of a series, or null. */
const struct record *records_find(const struct records *records, const struct series *series,
                                  bool timed);

/* Exponent that experiments/theory/theory.h predicts for the record's series; NaN where it has
 * none. */
double record_prediction(const struct record *record);

#endif
