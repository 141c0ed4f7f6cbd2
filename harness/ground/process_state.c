/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process_state.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "allocate.h"
#include "floating.h"

enum { SIGNALS = 65 };

struct process_state {
    struct floating floating;
    locale_t thread_locale;
    char *locale;
    char directory[PATH_MAX]; /* "" when it has no name */
    struct sigaction actions[SIGNALS];
    struct rlimit limits[RLIM_NLIMITS];
    char **environment; /* strings, and the array, of its own */
    size_t variables;
};

static char *copy_of(const char *text)
{
    return allocate_copy(text, strlen(text) + 1, 1);
}

static void look_at_directory(char directory[PATH_MAX])
{
    if (!getcwd(directory, PATH_MAX))
        directory[0] = '\0';
}

struct process_state *process_state_take(void)
{
    struct process_state *state = allocate_array(1, sizeof *state);
    state->floating = floating_now();
    state->thread_locale = uselocale((locale_t)0);
    state->locale = copy_of(setlocale(LC_ALL, NULL));
    look_at_directory(state->directory);
    for (int number = 1; number < SIGNALS; number++)
        sigaction(number, NULL, state->actions + number);
    for (int resource = 0; resource < RLIM_NLIMITS; resource++)
        getrlimit((__rlimit_resource_t)resource, state->limits + resource);
    while (environ && environ[state->variables])
        state->variables++;
    state->environment = allocate_array(state->variables + 1, sizeof *state->environment);
    for (size_t v = 0; v < state->variables; v++)
        state->environment[v] = copy_of(environ[v]);
    return state;
}

void process_state_free(struct process_state *state)
{
    if (!state)
        return;
    for (size_t v = 0; v < state->variables; v++)
        free(state->environment[v]);
    free(state->environment);
    free(state->locale);
    free(state);
}

static bool numbers_changed(const struct process_state *before, char *text, size_t size)
{
    const struct floating now = floating_now();
    const char *locale = setlocale(LC_ALL, NULL);
    if (!floating_same(&before->floating, &now))
        floating_describe(&before->floating, &now, text, size);
    else if (strcmp(before->locale, locale) != 0)
        snprintf(text, size, "the locale, from %.60s to %.60s", before->locale, locale);
    else if (uselocale((locale_t)0) != before->thread_locale)
        snprintf(text, size, "the locale of the thread");
    else
        return false;
    return true;
}

static bool same_action(const struct sigaction *a, const struct sigaction *b)
{
    return a->sa_handler == b->sa_handler &&
           (a->sa_flags & SA_SIGINFO) == (b->sa_flags & SA_SIGINFO);
}

static bool signals_changed(const struct process_state *before, char *text, size_t size)
{
    for (int number = 1; number < SIGNALS; number++) {
        struct sigaction now = before->actions[number];
        sigaction(number, NULL, &now);
        if (same_action(before->actions + number, &now))
            continue;
        snprintf(text, size, "what is done about signal %d (%s)", number, strsignal(number));
        return true;
    }
    return false;
}

static bool limits_changed(const struct process_state *before, char *text, size_t size)
{
    for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
        const struct rlimit *old = before->limits + resource;
        struct rlimit now = *old;
        getrlimit((__rlimit_resource_t)resource, &now);
        if (now.rlim_cur == old->rlim_cur && now.rlim_max == old->rlim_max)
            continue;
        snprintf(text, size, "limit %d of setrlimit, from %lld to %lld", resource,
                 (long long)old->rlim_cur, (long long)now.rlim_cur);
        return true;
    }
    return false;
}

static bool environment_changed(const struct process_state *before, char *text, size_t size)
{
    size_t v = 0;
    while (v < before->variables && environ && environ[v] &&
           strcmp(environ[v], before->environment[v]) == 0)
        v++;
    if (v == before->variables && !(environ && environ[v]))
        return false;
    snprintf(text, size, "the environment, at %.80s",
             environ && environ[v] ? environ[v] : before->environment[v]);
    return true;
}

static bool directory_changed(const struct process_state *before, char *text, size_t size)
{
    char now[PATH_MAX];
    look_at_directory(now);
    if (strcmp(now, before->directory) == 0)
        return false;
    snprintf(text, size, "the working directory, from %.80s to %.80s", before->directory, now);
    return true;
}

bool process_state_changed(const struct process_state *before, bool all, char *text, size_t size)
{
    const int error = errno;
    const bool changed =
        numbers_changed(before, text, size) ||
        (all && (signals_changed(before, text, size) || limits_changed(before, text, size) ||
                 environment_changed(before, text, size) || directory_changed(before, text, size)));
    errno = error;
    return changed;
}

void process_state_restore(const struct process_state *before)
{
    char text[256];
    floating_set(&before->floating);
    uselocale(before->thread_locale);
    setlocale(LC_ALL, before->locale);
    for (int number = 1; number < SIGNALS && signals_changed(before, text, sizeof text); number++)
        sigaction(number, before->actions + number, NULL);
    for (int resource = 0; resource < RLIM_NLIMITS; resource++)
        setrlimit((__rlimit_resource_t)resource, before->limits + resource);
    if (environment_changed(before, text, sizeof text)) {
        clearenv();
        for (size_t v = 0; v < before->variables; v++)
            putenv(copy_of(before->environment[v])); /* which is the environment's from now on */
    }
    if (before->directory[0] && directory_changed(before, text, sizeof text) &&
        chdir(before->directory) != 0)
        errno = 0; /* it is gone: nobody can go back */
}
