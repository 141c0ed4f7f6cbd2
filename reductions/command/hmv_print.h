/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hmv_print.h: the summary of odamv hmv: phases beside what the theorem charges and the conjecture
 * forbids, and for every P its tau and the conjecture's status there.
 */
#ifndef HMV_PRINT_H
#define HMV_PRINT_H

#include "reductions/hmv_run.h"

void hmv_print_text(const struct hmv_run_request *request, const struct hmv_run *run);
void hmv_print_json(const struct hmv_run_request *request, const struct hmv_run *run);

#endif
