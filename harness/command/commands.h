/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * commands.h: every command of the program, one line each: its name, whether it multiplies matrices
 * (then the program makes sure that OpenBLAS runs its fastest kernels, see main.c), and a summary.
 *
 * A command is a function cmd_NAME(argc, argv) with argv[0] its name; it returns the exit status.
 * To add one, write the function and add its line.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#define COMMANDS(X)                                                                                \
    X(engines, false, "list the engines, their costs and where they come from")                    \
    X(doctor, true, "report processor, BLAS, memory, and what slows them down")                    \
    X(gen, false, "write a random problem and a random trace")                                     \
    X(run, true, "play a trace on one or more engines and print the answers")                      \
    X(check, true, "look for a case on which an engine is wrong")                                  \
    X(replay, true, "play saved cases and say whether they still fail")                            \
    X(hmv, true, "answer hinted boolean matrix-vector products through an engine")                 \
    X(omv, true, "answer online boolean matrix-vector products through an engine")                 \
    X(curve, true, "measure what updates and queries cost over a range of n")                      \
    X(fit, false, "fit exponents to what curve measured")                                          \
    X(figure, true, "write the data of a figure, or the page of all figures")                      \
    X(theory, false, "print the predicted exponents and the status of the conjecture")             \
    X(bench, true, "time updates against what they are held against")

#define COMMAND_PROTOTYPE(name, multiplies, summary) int cmd_##name(int argc, char **argv);
COMMANDS(COMMAND_PROTOTYPE)
#undef COMMAND_PROTOTYPE

#endif
