# A chart, with its data. It makes small.svg and small.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'small'
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
$band1_1 << END
1590969600 5 5
1593561600 2.5 5.5
1596240000 4 8
END
$band1_2 << END
1590969600 5 5
1593561600 3 5
1596240000 4.5 7.5
END
$history1 << END
1577836800 1
1580515200 3
1583020800 2
1585699200 4
1588291200 3
1590969600 5
END
$baseline1 << END
1585699200 4
1588291200 2
1590969600 4
END
$truth1 << END
1585699200 4
1588291200 3
1590969600 5
END
$fold1 << END
1585699200 4
1588291200 2.8
1590969600 5.4
END
$forecast1 << END
1590969600 5
1593561600 4
1596240000 6
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
set label 'Two steps ahead' at screen 0.05250, screen 0.95333 left font ',21' textcolor rgb color_ink
set label 'MASE 0.62 · seasonal naive 1.31' at screen 0.05250, screen 0.90833 left textcolor rgb color_quiet
set key at screen 0.04583, screen 0.87333 left top horizontal Left reverse samplen 2 width squeeze maxcols 7 font ',13' textcolor rgb color_quiet
unset border; unset tics
set lmargin at screen 0.05250; set rmargin at screen 0.98000; set tmargin at screen 0.87333; set bmargin at screen 0.84000
plot [0:1] [0:1] NaN notitle, \
  keyentry with lines linecolor rgb color_history linewidth 1.5 dashtype 1 title 'history', \
  keyentry with lines linecolor rgb color_forecast linewidth 2.4 dashtype 1 title 'forecast', \
  keyentry with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.420 noborder title '80 % interval', \
  keyentry with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.150 noborder title '95 % interval', \
  keyentry with lines linecolor rgb color_truth linewidth 2.2 dashtype 1 title 'held out', \
  keyentry with lines linecolor rgb color_backtest linewidth 2 dashtype (8,5) title 'backtest', \
  keyentry with lines linecolor rgb color_baseline linewidth 1.2 dashtype 1 title 'seasonal naive'
unset label; unset key
set border 1 linecolor rgb color_marker
set grid noxtics ytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb color_time
set ytics out nomirror scale 0 textcolor rgb color_quiet
set lmargin at screen 0.05250; set rmargin at screen 0.97833; set tmargin at screen 0.79667; set bmargin at screen 0.09667
set xrange [1576497600.0:1597579200.0]
set yrange [0.72:8.28]
set xtics ('Jan'."\n".'2020' 1577836800.0, 'Feb' 1580515200.0, 'Mar' 1583020800.0, 'Apr' 1585699200.0, 'May' 1588291200.0, 'Jun' 1590969600.0, 'Jul' 1593561600.0, 'Aug' 1596240000.0)
set ytics ('2' 2.0, '4' 4.0, '6' 6.0, '8' 8.0)
set label '°C' at screen 0.02000, screen 0.44667 center rotate by 90 textcolor rgb color_quiet
set arrow from first 1590969600.0, graph 0 to first 1590969600.0, graph 1 nohead linecolor rgb color_origin linewidth 1 dashtype (3,3)
set label 'origin' at first 1590969600.0, graph 1 center offset character 0, 0.5 font ',13' textcolor rgb color_quiet
plot $band1_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.150 noborder notitle, \
  $band1_2 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.318 noborder notitle, \
  $history1 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle, \
  $baseline1 using 1:2 with lines linecolor rgb color_baseline linewidth 1.2 dashtype 1 notitle, \
  $truth1 using 1:2 with lines linecolor rgb color_truth linewidth 2.2 dashtype 1 notitle, \
  $fold1 using 1:2 with lines linecolor rgb color_backtest linewidth 2 dashtype (8,5) notitle, \
  $forecast1 using 1:2 with lines linecolor rgb color_forecast linewidth 2.4 dashtype 1 notitle
unset multiplot
unset output
}
