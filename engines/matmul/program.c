/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * program.c: compiles a scheme into the steps of one level of the recursion.
 *
 *     GATHER    a slot of workspace = a combination of blocks of A (or B) and of slots
 *     PRODUCT   a block of C or a slot += alpha (block or slot of A) (block or slot of B)
 *     SCATTER   blocks of C and slots += multiples of a slot
 *
 * The combinations of A and B come from forms shared among the products. Those of C are the
 * transpose: the rows of w, shared in the same way, tell where each product goes; a shared
 * combination is a slot that products (and other slots) add up in, to be scattered once when it is
 * complete. So products that go the same way are summed by dgemm itself, and no product needs a
 * buffer of its own.
 *
 * Order: always the product that asks for fewest new slots. A slot is given back at its last use; a
 * combination may overwrite one of its own sources; a complete slot whose last target is still
 * empty becomes that target.
 */
#include "program.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ratio.h"
#include "scheme_forms.h"

struct track {
    struct matmul_forms forms;
    unsigned *left; /* per node: A and B: uses to come; C: contributions to come */
    struct matmul_place *place;
    bool *held; /* A, B: computed; C: holds something */
    unsigned *idle;
    size_t idle_count;
};

struct builder {
    struct matmul_program *program;
    struct track track[3];
    bool *done; /* per product */
};

static const struct matmul_row *row_of(const struct track *t, size_t node)
{
    return &t->forms.row[t->forms.rows + (node - t->forms.inputs)];
}

static const struct matmul_entry *form(const struct builder *b, enum matmul_side side, size_t l)
{
    return b->track[side].forms.row[l].entry;
}

/* A product with an empty form contributes nothing. */
static bool live(const struct builder *b, size_t l)
{
    for (int side = 0; side < 3; side++)
        if (!b->track[side].forms.row[l].count)
            return false;
    return true;
}

/* --- slots and lists ----------------------------------------------------------------------- */

static struct matmul_place take_slot(struct builder *b, enum matmul_side side)
{
    struct track *t = &b->track[side];
    unsigned index = t->idle_count ? t->idle[--t->idle_count] : b->program->slots[side]++;
    return (struct matmul_place){true, index};
}

static void give_slot(struct builder *b, enum matmul_side side, struct matmul_place place)
{
    if (place.slot)
        b->track[side].idle[b->track[side].idle_count++] = place.index;
}

static bool emit(struct matmul_program *p, struct matmul_step step)
{
    if (p->steps == p->step_room) {
        size_t room = p->steps ? 2 * p->steps : 32;
        struct matmul_step *grown = realloc(p->step, room * sizeof *grown);
        if (!grown)
            return false;
        p->step = grown, p->step_room = room;
    }
    p->step[p->steps++] = step;
    return true;
}

static bool emit_term(struct matmul_program *p, struct matmul_place place, struct matmul_ratio c,
                      bool first)
{
    if (p->terms == p->term_room) {
        size_t room = p->terms ? 2 * p->terms : 32;
        struct matmul_term *grown = realloc(p->term, room * sizeof *grown);
        if (!grown)
            return false;
        p->term = grown, p->term_room = room;
    }
    bool unit = c.den == 1 && (c.num == 1 || c.num == -1);
    p->term[p->terms++] =
        (struct matmul_term){place, matmul_ratio_value(c), matmul_ratio_exact(c), unit, first};
    return true;
}

/* --- sides A and B ------------------------------------------------------------------------- */

static void used(struct builder *b, enum matmul_side side, size_t node)
{
    struct track *t = &b->track[side];
    if (!--t->left[node])
        give_slot(b, side, t->place[node]);
}

static bool gather(struct builder *b, enum matmul_side side, size_t node)
{
    struct track *t = &b->track[side];
    if (t->held[node])
        return true;
    const struct matmul_row *row = row_of(t, node);
    for (size_t e = 0; e < row->count; e++)
        if (!gather(b, side, row->entry[e].node))
            return false;
    struct matmul_step step = {.verb = GATHER, .side = side, .term = b->program->terms};
    for (size_t e = 0; e < row->count; e++, step.terms++)
        if (!emit_term(b->program, t->place[row->entry[e].node], row->entry[e].c, false))
            return false;
    for (size_t e = 0; e < row->count; e++)
        used(b, side, row->entry[e].node);
    step.place = t->place[node] = take_slot(b, side);
    t->held[node] = true;
    return emit(b->program, step);
}

/* --- side C -------------------------------------------------------------------------------- */

/* Where something is to be added; *first: nothing has been before. */
static struct matmul_place target(struct builder *b, size_t node, bool *first)
{
    struct track *t = &b->track[SIDE_C];
    *first = !t->held[node];
    if (*first && node >= t->forms.inputs)
        t->place[node] = take_slot(b, SIDE_C);
    t->held[node] = true;
    return t->place[node];
}

/* An empty target that can take over the slot of its source: index in the row, or its count. */
static size_t heir(const struct track *t, const struct matmul_row *row)
{
    for (size_t e = 0; e < row->count; e++) {
        struct matmul_entry x = row->entry[e];
        if (x.node >= t->forms.inputs && !t->held[x.node] && x.c.num == 1 && x.c.den == 1)
            return e;
    }
    return row->count;
}

static bool contributed(struct builder *b, size_t node);

static bool scatter(struct builder *b, size_t node)
{
    struct track *t = &b->track[SIDE_C];
    const struct matmul_row *row = row_of(t, node);
    struct matmul_step step = {
        .verb = SCATTER, .side = SIDE_C, .place = t->place[node], .term = b->program->terms};
    size_t inherits = heir(t, row);
    for (size_t e = 0; e < row->count; e++) {
        if (e == inherits)
            continue;
        bool first;
        struct matmul_place to = target(b, row->entry[e].node, &first);
        if (!emit_term(b->program, to, row->entry[e].c, first))
            return false;
        step.terms++;
    }
    if (!emit(b->program, step))
        return false;
    if (inherits == row->count) {
        give_slot(b, SIDE_C, step.place);
    } else {
        t->place[row->entry[inherits].node] = step.place;
        t->held[row->entry[inherits].node] = true;
    }
    for (size_t e = 0; e < row->count; e++)
        if (!contributed(b, row->entry[e].node))
            return false;
    return true;
}

static bool contributed(struct builder *b, size_t node)
{
    struct track *t = &b->track[SIDE_C];
    return --t->left[node] || node < t->forms.inputs || scatter(b, node);
}

/* --- products ------------------------------------------------------------------------------ */

static bool product(struct builder *b, size_t l)
{
    size_t node[3];
    struct matmul_step step = {.verb = PRODUCT, .side = SIDE_C, .alpha = 1};
    for (int side = 0; side < 3; side++) {
        node[side] = form(b, side, l)->node;
        step.alpha *= matmul_ratio_value(form(b, side, l)->c);
        b->program->exact_alpha &= matmul_ratio_exact(form(b, side, l)->c);
    }
    if (!gather(b, SIDE_A, node[SIDE_A]) || !gather(b, SIDE_B, node[SIDE_B]))
        return false;
    step.a = b->track[SIDE_A].place[node[SIDE_A]];
    step.b = b->track[SIDE_B].place[node[SIDE_B]];
    step.place = target(b, node[SIDE_C], &step.first);
    if (!emit(b->program, step))
        return false;
    used(b, SIDE_A, node[SIDE_A]);
    used(b, SIDE_B, node[SIDE_B]);
    b->done[l] = true;
    return contributed(b, node[SIDE_C]);
}

static int new_slots(const struct track *t, size_t node)
{
    if (t->held[node])
        return -(t->left[node] == 1 && node >= t->forms.inputs);
    int sum = 1 - (t->left[node] == 1);
    const struct matmul_row *row = row_of(t, node);
    for (size_t e = 0; e < row->count; e++)
        sum += new_slots(t, row->entry[e].node);
    return sum;
}

static size_t cheapest(const struct builder *b)
{
    size_t best = b->program->r;
    int least = INT_MAX;
    for (size_t l = 0; l < b->program->r; l++) {
        if (b->done[l] || !live(b, l))
            continue;
        const struct track *c = &b->track[SIDE_C];
        size_t to = form(b, SIDE_C, l)->node;
        int cost = new_slots(&b->track[SIDE_A], form(b, SIDE_A, l)->node) +
                   new_slots(&b->track[SIDE_B], form(b, SIDE_B, l)->node);
        if (to >= c->forms.inputs)
            cost += !c->held[to] - (c->left[to] == 1);
        if (cost < least)
            least = cost, best = l;
    }
    return best;
}

/* --- setting up ---------------------------------------------------------------------------- */

static enum odamv_status track_open(struct track *t, const struct matmul_ratio *x, size_t rows,
                                    size_t inputs, bool held)
{
    enum odamv_status status = matmul_forms_open(x, rows, inputs, &t->forms);
    if (status)
        return status;
    size_t nodes = inputs + t->forms.combinations;
    t->left = calloc(nodes, sizeof *t->left);
    t->place = calloc(nodes, sizeof *t->place);
    t->held = calloc(nodes, sizeof *t->held);
    t->idle = calloc(nodes, sizeof *t->idle);
    if (!t->left || !t->place || !t->held || !t->idle)
        return ODAMV_NOMEM;
    for (size_t i = 0; i < inputs; i++) {
        t->place[i] = (struct matmul_place){false, (unsigned)i};
        t->held[i] = held;
    }
    return ODAMV_OK;
}

static void track_close(struct track *t)
{
    matmul_forms_close(&t->forms);
    free(t->left);
    free(t->place);
    free(t->held);
    free(t->idle);
}

static void count_uses(struct builder *b)
{
    for (int side = 0; side < 3; side++) {
        struct track *t = &b->track[side];
        for (size_t l = 0; l < t->forms.rows + t->forms.combinations; l++)
            for (size_t e = 0; e < t->forms.row[l].count; e++)
                if (l >= t->forms.rows || live(b, l))
                    t->left[t->forms.row[l].entry[e].node]++;
    }
}

static enum odamv_status build(struct builder *b, const struct matmul_scheme *s)
{
    enum odamv_status status = track_open(&b->track[SIDE_A], s->u, s->r, s->m * s->k, true);
    if (!status)
        status = track_open(&b->track[SIDE_B], s->v, s->r, s->k * s->n, true);
    if (!status)
        status = track_open(&b->track[SIDE_C], s->w, s->r, s->m * s->n, false);
    if (status)
        return status;
    count_uses(b);
    b->program->exact_alpha = true;
    b->program->plain = true;
    for (int side = 0; side < 3; side++)
        b->program->plain &= !b->track[side].forms.combinations;
    for (size_t l; (l = cheapest(b)) < s->r;)
        if (!product(b, l))
            return ODAMV_NOMEM;
    return ODAMV_OK;
}

enum odamv_status matmul_program_open(const struct matmul_scheme *s, struct matmul_program **out)
{
    *out = NULL;
    struct builder b = {.program = calloc(1, sizeof *b.program), .done = calloc(s->r, 1)};
    enum odamv_status status = ODAMV_NOMEM;
    if (b.program && b.done) {
        b.program->m = s->m, b.program->k = s->k, b.program->n = s->n, b.program->r = s->r;
        memcpy(b.program->name, s->name, sizeof s->name);
        status = build(&b, s);
    }
    for (int side = 0; side < 3; side++)
        track_close(&b.track[side]);
    free(b.done);
    if (status)
        matmul_program_close(b.program);
    else
        *out = b.program;
    return status;
}

void matmul_program_close(struct matmul_program *p)
{
    if (!p)
        return;
    free(p->step);
    free(p->term);
    free(p);
}

size_t matmul_program_memory(const struct matmul_program *p)
{
    return p ? sizeof *p + p->step_room * sizeof *p->step + p->term_room * sizeof *p->term : 0;
}

/* Additions of whole blocks; a product into a place that holds something is one. */
void matmul_program_additions(const struct matmul_program *p, struct matmul_scheme_facts *out)
{
    double sum[3] = {0};
    for (size_t s = 0; s < p->steps; s++) {
        const struct matmul_step *step = &p->step[s];
        if (step->verb == GATHER)
            sum[step->side] += (double)step->terms - 1;
        else if (step->verb == PRODUCT)
            sum[SIDE_C] += !step->first;
        for (size_t t = 0; step->verb == SCATTER && t < step->terms; t++)
            sum[SIDE_C] += !p->term[step->term + t].first;
    }
    out->additions_a = sum[SIDE_A];
    out->additions_b = sum[SIDE_B];
    out->additions_c = sum[SIDE_C];
}
