# A chart, with its data. It makes calibration.svg and calibration.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'calibration'
kinds = exists('formats') ? formats : 'svg png'
theme = exists('theme') ? theme : 'light'
dark = theme eq 'dark'
color_background = dark ? '#14171c' : '#ffffff'
color_ink = dark ? '#eceef1' : '#222222'
color_quiet = dark ? '#a9b0b9' : '#5c6064'
color_time = dark ? '#a9b0ba' : '#5c6065'
color_marker = dark ? '#79808a' : '#8c8f93'
color_origin = dark ? '#79808b' : '#8c8f94'
color_grid = dark ? '#2b3038' : '#e4e5e7'
color_history = dark ? '#c3c8cf' : '#444444'
color_forecast = dark ? '#56b4e9' : '#0072b2'
color_truth = dark ? '#ffffff' : '#000000'
color_backtest = dark ? '#f3904f' : '#d55e00'
color_baseline = dark ? '#3fcf9f' : '#009e73'
color_bar = dark ? '#5a6570' : '#a9b4bc'
color_fourth = dark ? '#e09ac4' : '#a14f86'
color_fifth = dark ? '#e8c04a' : '#9a7300'
color_alarm = dark ? '#ff7b7b' : '#c1121f'
$mark1_1 << END
0 0
100 100
END
$mark1_2 << END
80 93.33333333333333
95 100
END
$mark1_3 << END
80 93.33333333333333
95 100
END
$mark2_1 << END
0 0
100 100
END
$mark2_2 << END
80 86.66666666666667
95 100
END
$mark2_3 << END
80 86.66666666666667
95 100
END
$mark2_4 << END
80 93.33333333333333
95 100
END
$mark2_5 << END
80 93.33333333333333
95 100
END
$mark2_6 << END
80 100
95 100
END
$mark2_7 << END
80 100
95 100
END
do for [kind in kinds] {
reset
if (kind eq 'svg') {
set terminal svg size 1200,600 dynamic noenhanced font 'Liberation Sans,Arial,Helvetica,sans-serif,15' background color_background
lift = 0.35; squeeze = -4
} else {
if (kind eq 'pdf') {
set terminal pdfcairo size 12.500in,6.250in noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
} else {
set terminal pngcairo size 1200,600 noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
}
lift = 0; squeeze = 0
}
set output picture.'.'.kind
set multiplot
set label 'Sales, 6 months ahead: do the intervals hold?' at screen 0.02000, screen 0.95333 left font ',21' textcolor rgb color_ink
set label '80 %: held 93 % · 95 %: held 100 %' at screen 0.02000, screen 0.90833 left textcolor rgb color_quiet
set key at screen 0.01333, screen 0.87333 left top horizontal Left reverse samplen 2 width squeeze maxcols 5 font ',13' textcolor rgb color_quiet
unset border; unset tics
set lmargin at screen 0.02000; set rmargin at screen 0.98000; set tmargin at screen 0.87333; set bmargin at screen 0.84000
plot [0:1] [0:1] NaN notitle, \
  keyentry with lines linecolor rgb color_marker linewidth 2 dashtype (8,5) title 'as promised', \
  keyentry with lines linecolor rgb color_forecast linewidth 2.2 dashtype 1 title 'held', \
  keyentry with lines linecolor rgb color_baseline linewidth 2.0 dashtype 1 title 'near', \
  keyentry with lines linecolor rgb color_fifth linewidth 2.0 dashtype 1 title 'middle', \
  keyentry with lines linecolor rgb color_backtest linewidth 2.0 dashtype 1 title 'far'
unset label; unset key
set border 1 linecolor rgb color_marker
set grid noxtics ytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb color_time
set ytics out nomirror scale 0 textcolor rgb color_quiet
set lmargin at screen 0.06750; set rmargin at screen 0.48833; set tmargin at screen 0.77333; set bmargin at screen 0.10333
set xrange [-1.5:101.5]
set yrange [-4.0:104.0]
set xtics ('0' 0.0, '50' 50.0, '100' 100.0)
set ytics ('0' 0.0, '20' 20.0, '40' 40.0, '60' 60.0, '80' 80.0, '100' 100.0)
set label 'all steps' at screen 0.06750, screen 0.80333 left font ',15' textcolor rgb color_ink
set label 'promised, %' at screen 0.27792, screen 0.02667 center textcolor rgb color_quiet
set label 'held, %' at screen 0.02000, screen 0.43833 center rotate by 90 textcolor rgb color_quiet
plot $mark1_1 using 1:2 with lines linecolor rgb color_marker linewidth 2 dashtype (8,5) notitle, \
  $mark1_2 using 1:2 with lines linecolor rgb color_forecast linewidth 2.2 dashtype 1 notitle, \
  $mark1_3 using 1:2 with points pointtype 7 pointsize 1.0 linecolor rgb color_forecast notitle
unset label
unset arrow
set lmargin at screen 0.53750; set rmargin at screen 0.97833; set tmargin at screen 0.77333; set bmargin at screen 0.10333
set xrange [-1.5:101.5]
set yrange [-4.0:104.0]
set xtics ('0' 0.0, '20' 20.0, '40' 40.0, '60' 60.0, '80' 80.0, '100' 100.0)
set ytics ('0' 0.0, '20' 20.0, '40' 40.0, '60' 60.0, '80' 80.0, '100' 100.0)
set label 'by third of the horizon' at screen 0.53750, screen 0.80333 left font ',15' textcolor rgb color_ink
set label 'promised, %' at screen 0.75792, screen 0.02667 center textcolor rgb color_quiet
plot $mark2_1 using 1:2 with lines linecolor rgb color_marker linewidth 2 dashtype (8,5) notitle, \
  $mark2_2 using 1:2 with lines linecolor rgb color_baseline linewidth 2.0 dashtype 1 notitle, \
  $mark2_3 using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb color_baseline notitle, \
  $mark2_4 using 1:2 with lines linecolor rgb color_fifth linewidth 2.0 dashtype 1 notitle, \
  $mark2_5 using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb color_fifth notitle, \
  $mark2_6 using 1:2 with lines linecolor rgb color_backtest linewidth 2.0 dashtype 1 notitle, \
  $mark2_7 using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb color_backtest notitle
unset multiplot
unset output
}
