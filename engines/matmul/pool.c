/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pool.c: helper threads for linear combinations.
 *
 * They take turns with OpenBLAS's own threads, which never work at the same time: a plain product
 * is one call, a combination another. Helpers sleep on a condition while they wait. That matters:
 * threads that spin while they wait (gcc's OpenMP beside OpenBLAS's own threads) take the cores
 * from the products. Waking costs some 50 microseconds, so little work is done by the caller alone.
 *
 * Measured on 2 cores with AVX-512, OpenBLAS 0.3.21, all combinations of one Winograd level at
 * 2048^3: OpenBLAS with its own threads: 21 ms alone, 15 ms with a helper; OpenBLAS over OpenMP,
 * whose threads spin between products: 21 ms alone, 26 ms with a helper. So there a helper is not
 * used by default.
 */
#include "pool.h"

#include <cblas.h>
#include <pthread.h>
#include <stdlib.h>

/* Doubles moved below which no helper is woken: about 0.1 ms of one core. */
#define ALONE 0x1p18

struct matmul_pool {
    pthread_mutex_t lock;
    pthread_cond_t start, end;
    pthread_t *thread;
    unsigned helpers, running; /* running: helpers that have not finished the current round */
    size_t round;
    bool stop;
    matmul_pool_part part;
    void *context;
    size_t rows;
};

struct ticket {
    struct matmul_pool *pool;
    unsigned index;
};

static void share(const struct matmul_pool *pool, unsigned index)
{
    size_t parts = pool->helpers + 1, each = pool->rows / parts, rest = pool->rows % parts;
    size_t from = index * each + (index < rest ? index : rest);
    pool->part(pool->context, from, from + each + (index < rest));
}

static void *helper(void *argument)
{
    struct ticket ticket = *(struct ticket *)argument;
    struct matmul_pool *pool = ticket.pool;
    free(argument);
    pthread_mutex_lock(&pool->lock);
    for (size_t seen = 0;;) {
        while (!pool->stop && pool->round == seen)
            pthread_cond_wait(&pool->start, &pool->lock);
        if (pool->stop)
            break;
        seen = pool->round;
        pthread_mutex_unlock(&pool->lock);
        share(pool, ticket.index);
        pthread_mutex_lock(&pool->lock);
        if (!--pool->running)
            pthread_cond_signal(&pool->end);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

void matmul_pool_rows(struct matmul_pool *pool, matmul_pool_part do_part, void *context,
                      size_t rows, double work_per_row)
{
    if (!pool->helpers || rows < 2 || (double)rows * work_per_row < ALONE) {
        do_part(context, 0, rows);
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->part = do_part, pool->context = context, pool->rows = rows;
    pool->running = pool->helpers;
    pool->round++;
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->lock);
    share(pool, pool->helpers);
    pthread_mutex_lock(&pool->lock);
    while (pool->running)
        pthread_cond_wait(&pool->end, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static bool start_helper(struct matmul_pool *pool)
{
    struct ticket *ticket = malloc(sizeof *ticket);
    if (!ticket)
        return false;
    *ticket = (struct ticket){pool, pool->helpers};
    if (pthread_create(&pool->thread[pool->helpers], NULL, helper, ticket)) {
        free(ticket);
        return false;
    }
    pool->helpers++;
    return true;
}

unsigned matmul_pool_threads(void)
{
    int threads = openblas_get_num_threads();
    return openblas_get_parallel() == OPENBLAS_OPENMP || threads < 1 ? 1 : (unsigned)threads;
}

enum odamv_status matmul_pool_open(unsigned threads, struct matmul_pool **out)
{
    struct matmul_pool *pool = *out = calloc(1, sizeof *pool);
    if (!pool)
        return ODAMV_NOMEM;
    pool->thread = calloc(threads ? threads : 1, sizeof *pool->thread);
    if (!pool->thread) {
        free(pool);
        *out = NULL;
        return ODAMV_NOMEM;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->start, NULL);
    pthread_cond_init(&pool->end, NULL);
    for (unsigned t = 1; t < threads && start_helper(pool);)
        t++;
    return ODAMV_OK;
}

void matmul_pool_close(struct matmul_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned t = 0; t < pool->helpers; t++)
        pthread_join(pool->thread[t], NULL);
    pthread_cond_destroy(&pool->end);
    pthread_cond_destroy(&pool->start);
    pthread_mutex_destroy(&pool->lock);
    free(pool->thread);
    free(pool);
}
