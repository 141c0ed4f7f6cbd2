/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measuring the rates of this machine: see table_measure.c.
 */
#ifndef MATMUL_TABLE_MEASURE_H
#define MATMUL_TABLE_MEASURE_H

#include "table_grid.h"

/* Fills in the rates, in a few seconds. OK or NOMEM. */
enum odamv_status matmul_table_measure(struct matmul_table *table);

#endif
