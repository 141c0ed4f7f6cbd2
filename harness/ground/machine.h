/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * machine.h: what the program runs on: processor, memory, and which BLAS really answers.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* Set in the environment of a program that was started again for faster kernels, as
 * harness/command/main.c does. */
#define MACHINE_REEXECUTED "ODAMV_REEXECUTED"

struct machine {
    char cpu[128];          /* model name, "unknown" where the system does not tell */
    char extensions[128];   /* of vector instructions, separated by blanks */
    size_t cores;           /* online */
    size_t usable_cores;    /* that this process may run on */
    double memory;          /* bytes available, odamv_memory_available */
    char blas_file[256];    /* that provides cblas_dgemm, links resolved; "unknown" */
    char blas_config[256];  /* OpenBLAS's own description; "" for another BLAS */
    char blas_core[64];     /* the processor it has kernels for; "" for another BLAS */
    int blas_threads;       /* 0 for another BLAS */
    bool blas_openmp;       /* OpenBLAS's threads are OpenMP's */
    bool blas_reference;    /* GSL's or Netlib's unoptimised BLAS */
    char openmp_files[256]; /* OpenMP runtimes in this process, separated by blanks */
    size_t openmp_count;
};

void machine_describe(struct machine *out);

/* Whether OpenBLAS took a processor with AVX-512 for one with AVX2 and can be told otherwise. */
bool machine_blas_is_behind(void);

/* Median rate of five products of n x n matrices, in multiplications and additions per second; 0
 * when there is no memory. */
double machine_gemm_rate(size_t n);

/* Weights (one exponential each) per second and core in the kernels that the engines use; 0 when
 * there is no memory. *kernel is the name of those. */
double machine_weight_rate(const char **kernel);

#endif
