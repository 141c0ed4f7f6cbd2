/* SPDX-License-Identifier: GPL-3.0-or-later
 * The compiled variants, for kernel.c alone. */
#ifndef ODAMV_KERNELS_H
#define ODAMV_KERNELS_H

#include "kernel.h"

extern const struct kernel kernel_avx512, kernel_avx2, kernel_base;

#endif
