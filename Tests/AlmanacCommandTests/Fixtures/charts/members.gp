# A chart, with its data. It makes members.svg and members.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'members'
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
$model << END
1 0.953602326782979
2 1.0046940836727685
END
do for [kind in kinds] {
reset
if (kind eq 'svg') {
set terminal svg size 1200,242 dynamic noenhanced font 'Liberation Sans,Arial,Helvetica,sans-serif,15' background color_background
lift = 0.35; squeeze = -4
} else {
if (kind eq 'pdf') {
set terminal pdfcairo size 12.500in,2.521in noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
} else {
set terminal pngcairo size 1200,242 noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
}
lift = 0; squeeze = 0
}
set output picture.'.'.kind
set label 'Sales, 6 months ahead: its members' at screen 0.02000, screen 0.88430 left font ',21' textcolor rgb color_ink
set label 'blue: those that have a part in the forecast' at screen 0.02000, screen 0.77273 left textcolor rgb color_quiet
set border 0 linecolor rgb color_marker; unset key
set grid xtics noytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0 offset 0, lift textcolor rgb color_quiet
set ytics out nomirror scale 0 textcolor rgb color_ink
set lmargin at screen 0.27275; set rmargin at screen 0.92500; set tmargin at screen 0.62810; set bmargin at screen 0.26446
set xrange [0.0:1.0448818470196792]
set yrange [2.5:0.5]
set xtics ('0.0' 0.0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1.0)
set ytics ('naive, 51.3 %% of the forecast' 1.0, 'seasonal-naive, 48.7 %% of the forecast' 2.0)
set label 'error where they were tried (MASE)' at screen 0.59887, screen 0.07438 center textcolor rgb color_quiet
set label '0.95' at first 0.953602326782979, 1 left offset character 0.8, 0 textcolor rgb color_ink
set label '1.00' at first 1.0046940836727685, 2 left offset character 0.8, 0 textcolor rgb color_ink
plot $model using 2:1:(0):2:($1-0.3):($1+0.3) with boxxyerror fillcolor rgb color_forecast fillstyle solid noborder notitle
unset output
}
