/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scheme_forms.c: shares common subexpressions of a set of linear forms.
 *
 * Greedy: the pair c (x + q y) of nodes that occurs in most forms, for any c, becomes a node of its
 * own; repeated until no pair occurs twice. What is left of a form with two or more entries becomes
 * a node too, so that every form is a multiple of one node, and combinations used only once are
 * merged into their user. Sharing is not optimal in general (the problem is NP-hard); it finds the
 * 4 + 4 + 7 additions of Winograd's scheme. Time O(s N log N) for N pairs within forms and s shared
 * nodes.
 */
#include "scheme_forms.h"

#include <stdlib.h>

#include "ratio.h"

static bool push(struct matmul_row *row, size_t node, struct matmul_ratio c)
{
    if (row->count == row->room) {
        size_t room = row->room ? 2 * row->room : 4;
        struct matmul_entry *entry = realloc(row->entry, room * sizeof *entry);
        if (!entry)
            return false;
        row->entry = entry, row->room = room;
    }
    row->entry[row->count++] = (struct matmul_entry){node, c};
    return true;
}

/* Null: no memory. */
static struct matmul_row *new_row(struct matmul_forms *f)
{
    size_t used = f->rows + f->combinations;
    if (used == f->room) {
        size_t room = used ? 2 * used : 16;
        struct matmul_row *row = realloc(f->row, room * sizeof *row);
        if (!row)
            return NULL;
        f->row = row, f->room = room;
    }
    f->row[used] = (struct matmul_row){0};
    return &f->row[used];
}

static const struct matmul_entry *find(const struct matmul_row *row, size_t node)
{
    for (size_t e = 0; e < row->count; e++)
        if (row->entry[e].node == node)
            return &row->entry[e];
    return NULL;
}

static void drop(struct matmul_row *row, size_t node)
{
    size_t kept = 0;
    for (size_t e = 0; e < row->count; e++)
        if (row->entry[e].node != node)
            row->entry[kept++] = row->entry[e];
    row->count = kept;
}

/* --- the most frequent pair ---------------------------------------------------------------- */

struct node_pair {
    size_t x, y;           /* x < y */
    struct matmul_ratio q; /* coefficient of y over that of x */
};

static int compare(const void *left, const void *right)
{
    const struct node_pair *a = left, *b = right;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    if (a->q.num != b->q.num)
        return a->q.num < b->q.num ? -1 : 1;
    return (a->q.den > b->q.den) - (a->q.den < b->q.den);
}

/* Pairs whose quotient is out of range are left unshared. */
static bool pair_of(const struct matmul_entry *a, const struct matmul_entry *b,
                    struct node_pair *out)
{
    if (a->node > b->node) {
        const struct matmul_entry *t = a;
        a = b, b = t;
    }
    out->x = a->node, out->y = b->node;
    return matmul_ratio_make((int64_t)b->c.num * a->c.den, (int64_t)b->c.den * a->c.num, &out->q);
}

/* How often *best occurs; 0: no memory or no pair (told apart by *ok). */
static size_t most_frequent(const struct matmul_forms *f, struct node_pair *best, bool *ok)
{
    size_t room = 0, count = 0, most = 0;
    for (size_t l = 0; l < f->rows; l++)
        room += f->row[l].count * f->row[l].count / 2;
    struct node_pair *pair = malloc((room ? room : 1) * sizeof *pair);
    if (!(*ok = pair != NULL))
        return 0;
    for (size_t l = 0; l < f->rows; l++)
        for (size_t i = 0; i < f->row[l].count; i++)
            for (size_t j = i + 1; j < f->row[l].count; j++)
                count += pair_of(&f->row[l].entry[i], &f->row[l].entry[j], &pair[count]);
    qsort(pair, count, sizeof *pair, compare);
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i + 1; j < count && !compare(&pair[i], &pair[j]);)
            j++;
        if (j - i > most)
            most = j - i, *best = pair[i];
    }
    free(pair);
    return most;
}

/* The pair becomes a combination; the forms that contain it use that. */
static bool share(struct matmul_forms *f, const struct node_pair *best)
{
    struct matmul_row *made = new_row(f);
    if (!made || !push(made, best->x, (struct matmul_ratio){1, 1}) ||
        !push(made, best->y, best->q)) {
        if (made)
            free(made->entry);
        return false;
    }
    size_t node = f->inputs + f->combinations++;
    for (size_t l = 0; l < f->rows; l++) {
        const struct matmul_entry *x = find(&f->row[l], best->x), *y = find(&f->row[l], best->y);
        struct node_pair here;
        if (!x || !y || !pair_of(x, y, &here) || compare(&here, best))
            continue;
        struct matmul_ratio c = x->c;
        drop(&f->row[l], best->x);
        drop(&f->row[l], best->y);
        if (!push(&f->row[l], node, c))
            return false;
    }
    return true;
}

/* --- from forms to nodes ------------------------------------------------------------------- */

static bool name_forms(struct matmul_forms *f)
{
    for (size_t l = 0; l < f->rows; l++) {
        if (f->row[l].count < 2)
            continue;
        struct matmul_row *made = new_row(f);
        if (!made)
            return false;
        *made = f->row[l];
        f->row[l] = (struct matmul_row){0};
        if (!push(&f->row[l], f->inputs + f->combinations++, (struct matmul_ratio){1, 1}))
            return false;
    }
    return true;
}

/* Where combination t is used: the only row that contains it, or rows + combinations. */
static size_t only_user(const struct matmul_forms *f, size_t t)
{
    size_t end = f->rows + f->combinations, user = end;
    for (size_t l = 0; l < end; l++)
        if (find(&f->row[l], f->inputs + t)) {
            if (user != end)
                return end;
            user = l;
        }
    return user;
}

/* user += c made for the combination `made` that user contains with coefficient c; they share no
 * other node. False with *ok true: a coefficient would be out of range, nothing done. */
static bool merge(struct matmul_row *user, size_t node, struct matmul_row *made, bool *ok)
{
    struct matmul_ratio c = find(user, node)->c, product;
    *ok = true;
    for (size_t e = 0; e < made->count; e++)
        if (find(user, made->entry[e].node) || !matmul_ratio_times(c, made->entry[e].c, &product))
            return false;
    drop(user, node);
    for (size_t e = 0; e < made->count; e++) {
        matmul_ratio_times(c, made->entry[e].c, &product);
        if (!push(user, made->entry[e].node, product))
            return *ok = false;
    }
    return true;
}

static bool merge_single_uses(struct matmul_forms *f)
{
    for (size_t t = 0; t < f->combinations; t++) {
        size_t user = only_user(f, t);
        bool ok = true;
        if (user < f->rows || user == f->rows + f->combinations ||
            !merge(&f->row[user], f->inputs + t, &f->row[f->rows + t], &ok)) {
            if (user >= f->rows && user < f->rows + f->combinations && !ok)
                return false;
            continue;
        }
        f->row[f->rows + t].count = 0; /* never computed: nothing refers to it any more */
    }
    return true;
}

static bool read_rows(struct matmul_forms *f, const struct matmul_ratio *x)
{
    f->row = calloc(f->rows, sizeof *f->row);
    if (!f->row)
        return false;
    f->room = f->rows;
    for (size_t l = 0; l < f->rows; l++)
        for (size_t i = 0; i < f->inputs; i++)
            if (x[l * f->inputs + i].num && !push(&f->row[l], i, x[l * f->inputs + i]))
                return false;
    return true;
}

enum odamv_status matmul_forms_open(const struct matmul_ratio *x, size_t rows, size_t inputs,
                                    struct matmul_forms *out)
{
    *out = (struct matmul_forms){.inputs = inputs, .rows = rows};
    bool ok = read_rows(out, x);
    for (struct node_pair best = {0}; ok && most_frequent(out, &best, &ok) > 1 && ok;)
        ok = share(out, &best);
    if (ok && name_forms(out) && merge_single_uses(out))
        return ODAMV_OK;
    matmul_forms_close(out);
    return ODAMV_NOMEM;
}

void matmul_forms_close(struct matmul_forms *f)
{
    for (size_t l = 0; f->row && l < f->rows + f->combinations; l++)
        free(f->row[l].entry);
    free(f->row);
    *f = (struct matmul_forms){0};
}
