/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The points at which rates are measured, and the measured rates.
 */
#ifndef MATMUL_TABLE_GRID_H
#define MATMUL_TABLE_GRID_H

#include "matmul.h"

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

#endif
