# SPDX-License-Identifier: GPL-3.0-or-later
# True error and certified bound against the number of K updates since the last refresh.
load "plots/style.gp"
set logscale x 2
set logscale y
set format y "10^{%T}"
set xlabel "K updates since the last refresh"
set ylabel "absolute error of an answer"
set key outside right center
f = data("error")
engines = "lazy lazy-wc eager direct"
array shape[4] = [6, 4, 8, 1]
block(i) = sprintf("%s: updates, largest error, largest bound", word(engines, i))
do for [type in "svg png"] {
    eval terminal(type, 860, 460)
    eval output("error", type)
    plot for [i=1:4] f index block(i) using 1:3 with points pt shape[i] ps 1.1 lc rgb "black" title word(engines, i)." bound", \
         for [i=1:4] f index block(i) using 1:2 with lines ls i title word(engines, i)." error"
}
