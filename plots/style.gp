# SPDX-License-Identifier: GPL-3.0-or-later
#
# What every figure shares. Called as: gnuplot -e "dir='FOLDER'" plots/NAME.gp, from the top folder.
# Lines differ in their dashes and points in their shape, so that figures read in black and white.

data(name) = sprintf("%s/%s.tsv", dir, name)
terminal(type, width, height) = type eq "svg" ? \
    sprintf("set terminal svg size %d,%d dynamic enhanced font 'sans-serif,13' background 'white'", width, height) : \
    sprintf("set terminal pngcairo size %d,%d enhanced font 'sans,13' fontscale 1.6 linewidth 2 pointscale 1.8", 2 * width, 2 * height)
output(name, type) = sprintf("set output '%s/%s.%s'", dir, name, type)

set encoding utf8
set border 3 linewidth 1
set tics nomirror out
set grid linewidth 0.5 linecolor rgb "#cccccc" dashtype 1
set key left bottom Left reverse samplen 3 spacing 1.15

classical = "#000000"
strassen = "#0b559f"
other = "#a63603"
set style line 1 linecolor rgb classical linewidth 1.5 dashtype 1
set style line 2 linecolor rgb strassen linewidth 1.5 dashtype (8,4)
set style line 3 linecolor rgb other linewidth 1.5 dashtype (2,3)
set style line 4 linecolor rgb "#555555" linewidth 1.5 dashtype (8,3,2,3)
set style line 5 linecolor rgb "#1b7837" linewidth 1.5 dashtype (12,4)
set style line 6 linecolor rgb "#762a83" linewidth 1.5 dashtype (4,4)
