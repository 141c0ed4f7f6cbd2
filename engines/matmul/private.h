/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * private.h: what the files of engines/matmul/ share with each other and with nobody else.
 */
#ifndef MATMUL_PRIVATE_H
#define MATMUL_PRIVATE_H

#include "matmul.h"

#include <limits.h>
#include <stdint.h>

/* False, with the message put where the caller wants it (nowhere when message is null). */
__attribute__((format(printf, 3, 4))) bool matmul_say(char *message, size_t size,
                                                      const char *format, ...);

/* --- rationals: false when the result leaves MATMUL_COEF_MAX ------------------------------- */

bool matmul_ratio_make(int64_t num, int64_t den, struct matmul_ratio *out);
bool matmul_ratio_times(struct matmul_ratio a, struct matmul_ratio b, struct matmul_ratio *out);
static inline double matmul_ratio_value(struct matmul_ratio a)
{
    return (double)a.num / a.den;
}
/* Multiplying by it rounds nothing (short of underflow): plus or minus a power of two. */
static inline bool matmul_ratio_exact(struct matmul_ratio a)
{
    int num = a.num < 0 ? -a.num : a.num;
    return !(num & (num - 1)) && !(a.den & (a.den - 1));
}

/* --- forms: shared linear combinations (scheme_forms.c) ------------------------------------ */

struct matmul_entry {
    size_t node; /* an input, or inputs + t for the combination t */
    struct matmul_ratio c;
};

struct matmul_row {
    struct matmul_entry *entry;
    size_t count, room;
};

/* rows 0 .. rows-1 are multiples of one node each; row rows + t is the combination t, of two
 * entries or more, over nodes that do not depend on it */
struct matmul_forms {
    size_t inputs, rows, combinations;
    struct matmul_row *row;
    size_t room;
};

enum odamv_status matmul_forms_open(const struct matmul_ratio *x, size_t rows, size_t inputs,
                                    struct matmul_forms *out);
void matmul_forms_close(struct matmul_forms *forms);

/* --- program: one level of a scheme as a list of steps (program.c) ------------------------- */

enum matmul_side { SIDE_A, SIDE_B, SIDE_C };

/* A block of the operand of its side (row-major index), or a slot of the workspace of that side. */
struct matmul_place {
    bool slot;
    unsigned index;
};

struct matmul_term {
    struct matmul_place place;
    double c;
    bool exact; /* matmul_ratio_exact */
    bool unit;  /* 1 or -1 */
    bool first; /* SCATTER: the place holds nothing yet (a slot), or only what C held (a block) */
};

enum matmul_verb {
    GATHER,  /* place = sum of terms                  on side A or B */
    PRODUCT, /* place += alpha a b                    one level down */
    SCATTER, /* each term's place += c place          on side C      */
};

struct matmul_step {
    enum matmul_verb verb;
    enum matmul_side side;
    struct matmul_place place;
    bool first;               /* PRODUCT: as in a term */
    size_t term, terms;       /* GATHER, SCATTER */
    struct matmul_place a, b; /* PRODUCT */
    double alpha;
};

struct matmul_program {
    size_t m, k, n, r;
    size_t steps, step_room, terms, term_room;
    struct matmul_step *step;
    struct matmul_term *term;
    unsigned slots[3];
    bool exact_alpha; /* every alpha is plus or minus a power of two */
    bool plain; /* no linear combinations on sides A and B, and none in C but sums of products */
    char name[MATMUL_NAME_MAX];
};

enum odamv_status matmul_program_open(const struct matmul_scheme *scheme,
                                      struct matmul_program **out);
void matmul_program_close(struct matmul_program *program);
void matmul_program_additions(const struct matmul_program *program,
                              struct matmul_scheme_facts *out);

/* --- plans (plan.c) ------------------------------------------------------------------------ */

struct matmul_level {
    size_t m, k, p;       /* of the whole */
    size_t bm, bk, bp;    /* of a block of the core */
    size_t lda, ldb, ldc; /* strides of the slots on this level */
    size_t slot[3];       /* doubles of one slot per side */
    double workspace;     /* of this level's slots */
};

struct matmul_plan {
    struct matmul_shape shape;
    struct matmul_program *program; /* null when there are no levels */
    unsigned levels;
    struct matmul_level level[MATMUL_LEVELS_MAX + 1]; /* the last: the leaf, without blocks */
    double grain;
    size_t panel;
    struct matmul_prediction prediction;
};

/* The tile (height x width of the product) into which a plain product of m x k x p is cut. */
void matmul_plan_tile(const struct matmul_plan *plan, size_t m, size_t k, size_t p, size_t *tile_m,
                      size_t *tile_p);
/* Rows and columns of a block of a side on a level as they are stored, and of the operand's
 * blocks. */
void matmul_plan_stored(const struct matmul_plan *plan, const struct matmul_level *level,
                        enum matmul_side side, size_t *rows, size_t *cols);
void matmul_plan_count(struct matmul_plan *plan); /* plan_count.c */
/* What a run of the plan has executed once it was asked for so much work, in one call of
 * matmul_run_step or in several. */
void matmul_plan_progress(const struct matmul_plan *plan, double work, struct matmul_counts *out);
void matmul_counts_add(struct matmul_counts *to, const struct matmul_counts *x);
double matmul_counts_work(const struct matmul_counts *c); /* all but leaves */
/* Of a gather or a scatter of so many elements; and the work per element. */
struct matmul_counts matmul_step_counts(const struct matmul_program *program,
                                        const struct matmul_step *step, bool fresh,
                                        double elements);
double matmul_step_work(const struct matmul_program *program, const struct matmul_step *step,
                        bool fresh);
void matmul_plan_bound(struct matmul_plan *plan, struct matmul_error *out); /* plan_error.c */

/* --- linear combinations in memory (combine.c) --------------------------------------------- */

struct matmul_area {
    double *at; /* const in spirit where it is a source */
    size_t stride;
    double c;
    bool first; /* a target of scatter: overwritten */
};

struct matmul_pool;                 /* pool.c */
unsigned matmul_pool_threads(void); /* how many to use by default */
typedef void (*matmul_pool_part)(void *context, size_t row, size_t end);
/* do_part on disjoint ranges that make up 0 .. rows-1, at the same time where that pays. */
void matmul_pool_rows(struct matmul_pool *pool, matmul_pool_part do_part, void *context,
                      size_t rows, double work_per_row);
enum odamv_status matmul_pool_open(unsigned threads, struct matmul_pool **out);
void matmul_pool_close(struct matmul_pool *pool);
/* to = sum of c from; rows x cols. `to` may be one of the sources. */
void matmul_gather(struct matmul_pool *pool, const struct matmul_area *to,
                   const struct matmul_area *from, size_t count, size_t rows, size_t cols);
/* each to (+)= c from */
void matmul_scatter(struct matmul_pool *pool, const struct matmul_area *to, size_t count,
                    const struct matmul_area *from, size_t rows, size_t cols);

/* --- measured rates (table.c, table_measure.c, table_cache.c) ------------------------------ */

enum { TABLE_SIDES = 5, TABLE_INNERS = 8, TABLE_BLOCKS = 4 };
extern const unsigned matmul_table_side[TABLE_SIDES];   /* m = p of a measured product */
extern const unsigned matmul_table_inner[TABLE_INNERS]; /* its k */
extern const unsigned matmul_table_block[TABLE_BLOCKS]; /* side of a measured combination */

struct matmul_table {
    char machine[400], file[4096];
    bool measured;
    unsigned threads;
    double product[TABLE_SIDES][TABLE_INNERS]; /* seconds per multiplication and addition */
    double gather[TABLE_BLOCKS], scatter[TABLE_BLOCKS]; /* seconds per double read or written */
};

void matmul_table_name(struct matmul_table *table); /* fills in machine and threads */
enum odamv_status matmul_table_measure(struct matmul_table *table);
/* From the cache: false when there is none that fits. To the cache: sets file, "" when not
 * written. */
bool matmul_table_recall(struct matmul_table *table);
void matmul_table_keep(struct matmul_table *table);

#endif
