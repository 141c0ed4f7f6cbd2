/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each twice the one before, as table.c interpolates in logarithms. */
#include "table_grid.h"

const unsigned matmul_table_side[TABLE_SIDES] = {256, 512, 1024, 2048, 4096};
const unsigned matmul_table_inner[TABLE_INNERS] = {16, 32, 64, 128, 256, 512, 1024, 2048};
const unsigned matmul_table_block[TABLE_BLOCKS] = {256, 512, 1024, 2048};
