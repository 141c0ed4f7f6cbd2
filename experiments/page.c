/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "figures.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>odamv: measured exponents against the paper's</title>\n<style>\n"
    ":root{color-scheme:light dark;--line:#8886}\n"
    "body{max-width:52rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.5rem}\n"
    "figure{margin:0}figure svg{width:100%;height:auto;background:#fff;border-radius:4px}\n"
    "figcaption{margin:.5rem 0}.scroll{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.2rem .7rem;text-align:right;border-bottom:1px solid var(--line);"
    "white-space:nowrap}\n"
    "th:first-child,td:first-child{text-align:left}\n"
    "</style>\n</head>\n<body>\n";

static void escape(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else
            putc(*text, out);
}

/* The whole file, or null with errno. */
static char *slurp(const char *folder, const char *name, const char *ending)
{
    char path[4096], *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    FILE *in = fopen(path, "re");
    if (!in)
        return NULL;
    if (getdelim(&text, &size, '\0', in) < 0) {
        free(text);
        text = NULL;
    }
    fclose(in);
    return text;
}

/* The svg element, its ids made unique among the figures of the page. */
static void write_svg(FILE *out, const char *svg, const char *name)
{
    static const char *const marks[] = {"id=\"", "id='", "href=\"#", "href='#", "url(#"};
    const char *at = strstr(svg, "<svg");
    while (at && *at) {
        size_t length = 0;
        for (size_t m = 0; !length && m < sizeof marks / sizeof *marks; m++)
            if (strncmp(at, marks[m], strlen(marks[m])) == 0)
                length = strlen(marks[m]);
        if (length)
            fprintf(out, "%.*s%s-", (int)length, at, name);
        else
            putc(*at, out);
        at += length ? length : 1;
    }
}

static void write_figures(FILE *out, const char *folder)
{
    for (size_t t = 0; figures_all[t]; t++) {
        const struct figure *f = figures_all[t];
        char *svg = slurp(folder, f->name, "svg"), *caption = slurp(folder, f->name, "txt");
        if (svg && caption) {
            fprintf(out, "<section id=\"%s\">\n<h2>%s</h2>\n<figure>\n", f->name, f->title);
            write_svg(out, svg, f->name);
            fputs("<figcaption>", out);
            escape(out, caption);
            fputs("</figcaption>\n</figure>\n</section>\n", out);
        }
        free(svg);
        free(caption);
    }
}

static void cell(FILE *out, bool there, const struct fit *fit, bool interval)
{
    if (!there)
        fputs("<td>&ndash;</td>", out);
    else if (interval)
        fprintf(out, "<td>%.3f (%.3f to %.3f)</td>", fit->exponent, fit->low, fit->high);
    else
        fprintf(out, "<td>%.4f</td>", fit->exponent);
}

static bool is_first(const struct records *records, const struct record *x)
{
    for (const struct record *y = records->all; y < x; y++)
        if (strcmp(x->engine, y->engine) == 0 && strcmp(x->matmul, y->matmul) == 0 &&
            x->a == y->a && x->quantity == y->quantity)
            return false;
    return true;
}

static void write_heading(FILE *out, enum theory_quantity quantity)
{
    static const char *const of[] = {"a K update", "an entry query", "a column query"};
    fprintf(out,
            "<h2>Exponents of %s</h2>\n<div class=\"scroll\"><table>\n<tr><th>engine</th>"
            "<th>product</th><th>a</th><th>predicted</th>%s<th>counted, all operations</th>"
            "<th>counted at the timed sizes</th><th>expected from timed parts</th><th>timed "
            "(95 %% interval)</th></tr>\n",
            of[quantity], quantity == THEORY_UPDATE ? "<th>counted multiplications</th>" : "");
}

static void write_row(FILE *out, const struct figure_input *input, const struct record *x,
                      const struct rates *rates)
{
    const bool update = x->quantity == THEORY_UPDATE;
    const struct series series = record_series(x);
    const struct record *counted = records_find(&input->records, &series, false);
    struct fit fit;
    bool there;
    fprintf(out, "<tr><td>%s</td><td>%s</td>", x->engine, x->matmul);
    if (x->heeds & ODAMV_HEEDS_THRESHOLD)
        fprintf(out, "<td>%g</td>", x->a);
    else
        fputs("<td>any</td>", out);
    fprintf(out, "<td>%.4f</td>", record_prediction(counted ? counted : x));
    for (int metric = update ? METRIC_MULTIPLICATIONS : METRIC_OPERATIONS; metric >= 0; metric--) {
        there = figure_fit(input, &series, (enum metric)metric, &fit);
        cell(out, there, &fit, false);
    }
    there = figure_fit_same_sizes(input, &series, &fit);
    cell(out, there, &fit, false);
    there = expected_fit(input, rates, x, &fit);
    cell(out, there, &fit, false);
    there = figure_fit(input, &series, METRIC_SECONDS, &fit);
    cell(out, there, &fit, true);
    fputs("</tr>\n", out);
}

/* One row for every engine, multiplication and a that was counted or timed. */
static void write_table(FILE *out, const struct figure_input *input, enum theory_quantity quantity,
                        const struct rates *rates)
{
    const struct records *all = &input->records;
    write_heading(out, quantity);
    for (const struct record *x = all->all; x < all->all + all->count; x++)
        if (x->quantity == quantity && is_first(all, x))
            write_row(out, input, x, rates);
    fputs("</table></div>\n", out);
}

static void write_rates(FILE *out, const struct rates *rates)
{
    fputs(
        "<h2>Nanoseconds per operation</h2>\n<p>The product of a fold (n x n<sup>a</sup> by "
        "n<sup>a</sup> x n) and the share of it that one update of lazy-wc does, per "
        "multiplication-addition; reading a double across n<sup>a</sup> columns; adding one along "
        "a column. From these and from eager's answers, which have no pending records, the tables "
        "above expect their timed exponents; what is left between the two is not explained "
        "here.</p>\n<div class=\"scroll\"><table>\n"
        "<tr><th>n</th>",
        out);
    for (size_t i = 0; i < RATE_ALONG; i++)
        fprintf(out, "<th>%s, a = %g</th>",
                i < RATE_PIECE    ? "product"
                : i < RATE_ACROSS ? "piece"
                                  : "across",
                figure_a[i % FIGURE_A_COUNT]);
    fputs("<th>along</th></tr>\n", out);
    for (size_t i = 0; i < rates->count; i++) {
        fprintf(out, "<tr><td>%.0f</td>", rates->n[i]);
        for (size_t kind = 0; kind < FIGURE_RATES; kind++)
            fprintf(out, "<td>%.3f</td>", rates->ns[i][kind]);
        fputs("</tr>\n", out);
    }
    fputs("</table></div>\n", out);
}

/* How the time of an update splits into its O(n) part and its products. */
static void write_split(FILE *out, const struct figure_input *input, const struct rates *rates)
{
    const struct records *all = &input->records;
    fputs(
        "<h2>Where the time of an update goes</h2>\n<p>Nanoseconds per multiplication of the "
        "products that an update pays for, behind them those of a bare product of the same shape "
        "(for lazy-wc, of one update's share). A rate that improves with n makes the timed "
        "exponent smaller than the counted one. Last: the exponent of the O(n) part, an update of "
        "lazy between two folds.</p>\n<div class=\"scroll\"><table>\n<tr><th>engine</th>"
        "<th>product</th><th>a</th>",
        out);
    for (size_t i = 0; i < rates->count; i++)
        fprintf(out, "<th>n = %.0f</th>", rates->n[i]);
    fputs("<th>O(n) part</th></tr>\n", out);
    for (const struct record *x = all->all; x < all->all + all->count; x++) {
        const struct series series = record_series(x);
        struct fit fit, between; /* updates between folds: where a fold is one whole product */
        const bool whole = figure_fit(input, &series, METRIC_BETWEEN, &between);
        size_t a = 0;
        while (a + 1 < FIGURE_A_COUNT && figure_a[a] < x->a)
            a++;
        if (x->quantity != THEORY_UPDATE || !is_first(all, x) || !(x->heeds & ODAMV_HEEDS_MATMUL) ||
            !figure_fit(input, &series, METRIC_SECONDS, &fit))
            continue;
        fprintf(out, "<tr><td>%s</td><td>%s</td><td>%g</td>", x->engine, x->matmul, x->a);
        for (size_t i = 0; i < rates->count; i++)
            fprintf(out, "<td>%.3f (%.3f)</td>", 1e9 * expected_fold_seconds(input, x, rates->n[i]),
                    rates->ns[i][(whole ? RATE_PRODUCT : RATE_PIECE) + a]);
        cell(out, whole, &between, false);
        fputs("</tr>\n", out);
    }
    fputs("</table></div>\n", out);
}

static void write_environment(FILE *out, const struct figure_input *input)
{
    json_t *made_with =
        input->records.environment ? json_loads(input->records.environment, 0, NULL) : NULL;
    const char *name;
    json_t *value;
    fputs("<h2>Measured with</h2>\n<div class=\"scroll\"><table>\n", out);
    json_object_foreach(made_with, name, value)
    {
        char number[32];
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        fprintf(out, "<tr><td>%s</td><td style=\"text-align:left;white-space:normal\">", name);
        escape(out, json_is_string(value) ? json_string_value(value) : number);
        fputs("</td></tr>\n", out);
    }
    fputs("</table></div>\n", out);
    json_decref(made_with);
}

void page_write(FILE *out, const struct figure_input *input, const char *folder)
{
    struct rates rates;
    fputs(head, out);
    fputs("<h1>Dynamic attention maintenance: measured exponents against the paper's</h1>\n"
          "<p>van den Brand, Song, Zhou, <cite>Algorithm and Hardness for Dynamic Attention "
          "Maintenance in Large Language Models</cite>, ICML 2024. m = n, p = n, k = n<sup>a"
          "</sup>. Counted: exact operation counts, d = n. Timed: seconds on this machine, one "
          "thread, after every engine's answers were found within their certified bounds of the "
          "exact ones.</p>\n",
          out);
    write_figures(out, folder);
    rates_read(folder, &rates);
    for (int q = THEORY_UPDATE; q <= THEORY_COLUMN; q++)
        write_table(out, input, (enum theory_quantity)q, &rates);
    write_split(out, input, &rates);
    write_rates(out, &rates);
    write_environment(out, input);
    fputs("</body>\n</html>\n", out);
}
