# SPDX-License-Identifier: GPL-3.0-or-later
# The cheapest engine over n and the number of entry queries per K update.
load "plots/style.gp"
set xlabel "n"
set format x "2^{%.0f}"
set format y "2^{%.0f}"
set yrange [-5:45]
unset grid
f = data("cheapest")
names = "'naive' 'direct' 'eager' 'lazy a=0.25' 'lazy a=0.5' 'lazy a=0.75' 'lazy a=1'"
array shape[7] = [1, 7, 5, 12, 10, 8, 6]
array colour[7] = [0xa63603, 0x000000, 0x555555, 0x9ecae1, 0x4292c6, 0x2171b5, 0x08306b]
panel = "classical strassen measured"
heading = "'operations, classical' 'operations, Strassen' 'seconds, measured'"
do for [type in "svg png"] {
    eval terminal(type, 1100, 460)
    eval output("cheapest", type)
    set multiplot layout 1,3 margins 0.07, 0.83, 0.14, 0.92 spacing 0.05
    do for [p=1:3] {
        set title word(heading, p)
        set ylabel p == 1 ? "entry queries per K update" : ""
        if (p == 3) { set xrange [*:*]; set offsets 1, 1, 0, 0; set xtics 1 } else { set xrange [6:42]; set xtics 8 }
        if (p == 3) { set key at graph 1.08, graph 1 left top } else { unset key }
        plot for [i=1:7] f index word(panel, p) using ($3 == i-1 ? $1 : NaN):2 with points pt shape[i] ps 0.9 lc rgb colour[i] title word(names, i)
    }
    unset multiplot
}
