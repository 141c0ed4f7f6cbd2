# SPDX-License-Identifier: GPL-3.0-or-later
# Cost of a K update against n, with the fitted lines.
load "plots/style.gp"
set logscale xy
set format y "10^{%T}"
f = data("cost")
series = "'direct classical a=0.5' 'eager classical a=0.5' 'lazy classical a=0.5' 'lazy classical a=1' 'lazy strassen a=1' 'lazy-wc classical a=0.5'"
titles = "direct eager 'lazy, a = 0.5' 'lazy, a = 1' 'lazy, a = 1, Strassen' 'lazy-wc, a = 0.5'"
array shape[6] = [8, 6, 4, 1, 2, 10]
block(i, metric) = sprintf("%s %s", word(series, i), metric)
do for [type in "svg png"] {
    eval terminal(type, 1080, 460)
    eval output("cost", type)
    set multiplot layout 1,2 margins 0.08, 0.80, 0.14, 0.96 spacing 0.1
    unset key
    set xlabel "n"
    set format x "2^{%L}"
    set logscale x 2
    set xtics 16 format "2^{%L}"
    set ylabel "operations per K update"
    plot for [i=1:6] f index block(i, "operations") using 1:3 with lines ls i notitle, \
         for [i=1:6] f index block(i, "operations") using 1:2 with points pt shape[i] ps 0.9 lc rgb "black" title word(titles, i)
    set xtics 2
    set key at graph 1.05, graph 0.7 left top
    set ylabel "seconds per K update"
    plot for [i=1:6] f index block(i, "seconds") using 1:3 with lines ls i notitle, \
         for [i=1:6] f index block(i, "seconds") using 1:2 with points pt shape[i] ps 0.9 lc rgb "black" title word(titles, i)
    unset multiplot
}
