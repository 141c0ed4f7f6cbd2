/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * saboteurs.h: engines that are wrong on purpose. A check that does not catch all of them would not
 * have caught a wrong engine of somebody else's either.
 *
 * Two families. The first is a textbook version of lazy-wc (saboteur_textbook.c) in which one thing
 * is done wrong inside (saboteur_mistakes.c); without a mistake it is right, which shows that it is
 * the mistake that is caught. The second disturbs what goes into a real engine or comes out of it
 * (saboteurs.c), some only beyond a size, under an option or after a history (saboteur_edges.c), or
 * what is said beside the answers (saboteur_aside.c). Beside them stand the paper's algorithm as
 * it is printed (saboteur_printed.c) and a right engine with bounds that do not hold
 * (saboteur_bounds.c). All of them give finite bounds, those of the engine that they
 * would be without the mistake.
 */
#ifndef SABOTEURS_H
#define SABOTEURS_H

#include "odamv.h"

/* Ended by null; their names begin with "wrong-" or "printed". */
extern const struct odamv_engine *const saboteurs_disturbed[];
extern const struct odamv_engine *const saboteurs_edges[];
extern const struct odamv_engine *const saboteurs_aside[];
extern const struct odamv_engine *const saboteurs_textbook[];
extern const struct odamv_engine *const saboteurs_printed[];
extern const struct odamv_engine *const saboteurs_bounds[];
extern const struct odamv_engine *const saboteurs_memory[]; /* only where there are fences */

/* The textbook engine without a mistake. */
extern const struct odamv_engine saboteur_none;

#define SABOTEURS_MAX 127

/* All saboteurs that can be caught here, ended by null, into out[0..most]; returns their number. */
size_t saboteurs_all(const struct odamv_engine **out, size_t most);

/* A saboteur, or the textbook engine, by name; or null. */
const struct odamv_engine *saboteur_find(const char *name);

#endif
