/* SPDX-License-Identifier: GPL-3.0-or-later
 * The compiled variants, for kernel_best.c and the files that compile them. */
#ifndef ODAMV_KERNEL_VARIANTS_H
#define ODAMV_KERNEL_VARIANTS_H

#include "kernel.h"

extern const struct kernel kernel_avx512, kernel_avx2, kernel_base;

#endif
