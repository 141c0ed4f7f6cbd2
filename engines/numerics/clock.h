/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clock.h: the one clock of library and program.
 */
#ifndef CLOCK_H
#define CLOCK_H

/* Seconds of a clock that never goes back. */
double clock_seconds(void);

#endif
