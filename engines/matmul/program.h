/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One level of a scheme as a list of steps: see program.c.
 */
#ifndef MATMUL_PROGRAM_H
#define MATMUL_PROGRAM_H

#include "matmul.h"

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

/* OK or NOMEM. The program keeps no pointer to the scheme. */
enum odamv_status matmul_program_open(const struct matmul_scheme *scheme,
                                      struct matmul_program **out);
void matmul_program_close(struct matmul_program *program);          /* accepts null */
size_t matmul_program_memory(const struct matmul_program *program); /* bytes; of null 0 */
/* The fields additions_a, _b and _c of the facts. */
void matmul_program_additions(const struct matmul_program *program,
                              struct matmul_scheme_facts *out);

#endif
