/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Engines from shared objects.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "odamv.h"

const struct odamv_engine *odamv_plugin_load(const char *file, char *message, size_t size)
{
    char path[4096];
    /* without a slash dlopen would search the system's library path */
    int length = snprintf(path, sizeof path, "%s%s", strchr(file, '/') ? "" : "./", file);
    if (length < 0 || (size_t)length >= sizeof path) {
        snprintf(message, size, "%s: the path is too long", file);
        return NULL;
    }
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(message, size, "%s: %s", file, dlerror());
        return NULL;
    }
    const struct odamv_engine *(*entry)(void) = NULL;
    *(void **)&entry = dlsym(handle, "odamv_plugin");
    const struct odamv_engine *engine = entry ? entry() : NULL;
    if (!entry)
        snprintf(message, size, "%s: exports no function odamv_plugin", file);
    else if (!engine)
        snprintf(message, size, "%s: odamv_plugin returned null", file);
    else if (engine->abi != ODAMV_ABI)
        snprintf(message, size, "%s: built for ABI %u, this program has %u", file, engine->abi,
                 ODAMV_ABI);
    else if (!engine->name || !engine->open || !engine->set_k || !engine->set_v || !engine->query ||
             !engine->close)
        snprintf(message, size, "%s: expected name, open, set_k, set_v, query and close", file);
    else
        return engine;
    dlclose(handle);
    return NULL;
}
