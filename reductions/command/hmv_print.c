/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hmv_print.h"

#include <math.h>

#include "harness/ground/json_write.h"
#include "reduction_options.h"
#include "reductions/conjecture.h"

/* What the conjecture says of the tau of every P, when it says the same of all. */
static const char *common_status(const struct hmv_run *run)
{
    const char *words = conjecture_words(hmv_tau(&run->shape, run->nonzeros[0]));
    for (size_t h = 1; h < run->hints; h++)
        if (conjecture_words(hmv_tau(&run->shape, run->nonzeros[h])) != words)
            return "see every P below";
    return words;
}

static void print_phases(const struct hmv_run *run)
{
    const struct hmv_bounds *b = &run->bounds;
    reduction_phase_head();
    printf("%15s", "at own a");
    printf("  conjectured impossible, both at once (%s)\n", common_status(run));
    reduction_phase_text(&run->phases[0], "1: M, V", b->theorem[0]);
    printf("%15.5g\n", b->own[0]);
    reduction_phase_text(&run->phases[1], "2: P", b->theorem[1]);
    printf("%15.5g", b->own[1]);
    if (isnan(b->hint_least))
        puts("  -");
    else
        printf("  n^(w(1,1,tau)-e): n^2 = %.4g to n^(2+tau) = %.4g\n", b->hint_least, b->hint_most);
    reduction_phase_text(&run->phases[2], "3: columns", b->theorem[2]);
    printf("%15.5g", b->own[2]);
    if (isnan(b->columns))
        puts("  -");
    else
        printf("  n^(1+tau-e) per column: n^(1+tau) = %.4g in all\n", b->columns);
    if (run->phases[3].updates) {
        reduction_phase_text(&run->phases[3], "undo P", NAN);
        puts("");
    }
    puts(
        "\noperations: additions, multiplications and exponentials that the engine counted\n"
        "theorem: multiplications by Theorem B.1 at a = tau, then at the engine's own a, with the\n"
        "threshold in use; classically, T(x,y,z) = xyz");
}

/* One P: its tau, which is undefined for an empty P and for n = 1, and what is known of families
 * with that tau. */
static void print_hint(const struct hmv_run *run, const char *file, size_t h)
{
    double tau = hmv_tau(&run->shape, run->nonzeros[h]);
    printf("P = %s: %zu nonzeros, tau = ", file, run->nonzeros[h]);
    if (isfinite(tau))
        printf("%.4f", tau);
    else
        printf("- (undefined)");
    printf(": %s\n", conjecture_words(tau));
}

void hmv_print_text(const struct hmv_run_request *q, const struct hmv_run *run)
{
    const struct hmv_shape *s = &run->shape;
    printf("\nhmv via %s(%s): M %zu x %zu, P %zu x %zu, V %zu x %zu\n", q->gadget->name,
           q->setting.engine->name, s->n1, s->n2, s->n2, s->n3, s->n3, s->n4);
    reduction_outcome_text(&q->setting, &run->outcome);
    print_phases(run);
    printf("\nn = %zu, tau = log(nonzeros of P) / log(n)\n", hmv_extent(s));
    for (size_t h = 0; h < run->hints; h++)
        print_hint(run, q->p_files[h], h);
    printf("%s\nreported false for tau < 0.1204 = ln 4 / (5 ln 10): %s\n", conjecture_naming,
           conjecture_source);
}

void hmv_print_json(const struct hmv_run_request *q, const struct hmv_run *run)
{
    static const char *const names[] = {"1", "2", "3", "undo"};
    const struct hmv_shape *s = &run->shape;
    printf("{\"summary\": \"hmv\", \"gadget\": \"%s\", \"n1\": %zu, \"n2\": %zu, \"n3\": %zu, "
           "\"n4\": %zu, ",
           q->gadget->name, s->n1, s->n2, s->n3, s->n4);
    reduction_outcome_json(&q->setting, &run->outcome);
    printf(", \"phases\": [");
    for (size_t i = 0; i < HMV_PHASES; i++) {
        printf("%s", i ? ", " : "");
        reduction_phase_json(&run->phases[i], names[i], i < 3 ? run->bounds.theorem[i] : NAN,
                             i < 3 ? run->bounds.own[i] : NAN);
    }
    printf("], \"n\": %zu, \"hints\": [", hmv_extent(s));
    for (size_t h = 0; h < run->hints; h++) {
        double tau = hmv_tau(s, run->nonzeros[h]);
        printf("%s{\"file\": ", h ? ", " : "");
        json_write_string(stdout, q->p_files[h]);
        printf(", \"nonzeros\": %zu, \"tau\": ", run->nonzeros[h]);
        json_write_number(stdout, tau);
        printf(", \"conjecture\": ");
        json_write_string(stdout, conjecture_status(tau));
        printf("}");
    }
    puts("]}");
}
