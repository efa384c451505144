# A chart, with its data. It makes anomalies.svg and anomalies.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'anomalies'
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
1467331200 151.92761688576107 196.74844090754138
1470009600 152.26779405815654 204.92657126586198
1472688000 152.9874170978068 211.66046731558828
1475280000 171.06486248177467 215.99234522539507
1477958400 157.66520681261602 210.5434878310065
1480550400 150.9497871152669 209.92893022586503
1483228800 155.0451325635117 199.5951140133334
1485907200 149.272772101738 202.4504944958351
1488326400 144.0179695463066 203.81599041223728
1491004800 152.24150106114593 197.77564336824318
1493596800 148.6929670880366 202.38199237491787
1496275200 150.32440384198136 210.2708909230612
1498867200 164.79606310612084 210.01379490500753
1501545600 165.85349009640305 219.33665189246858
1504224000 167.35347413434445 227.17892343449614
1506816000 158.45190589931372 223.62415089623494
1509494400 147.79236793079266 217.67523450036674
1512086400 143.06793322030924 217.2095272219785
END
$mark1_2 << END
1467331200 185
1470009600 195
1472688000 204
1475280000 192
1477958400 176
1480550400 171
1483228800 198
1485907200 197
1488326400 184
1491004800 176
1493596800 179
1496275200 190
1498867200 200
1501545600 212
1504224000 212
1506816000 202
1509494400 188
1512086400 185
END
$mark1_3 << END
END
$mark2_1 << END
1467331200 156.63889105849492 206.03716673480756
1470009600 156.43387266659482 214.7604926574237
1472688000 150.8788160086674 216.0563955499931
1475280000 165.02456563825342 214.03264206891632
1477958400 151.1075007368624 209.1011939067601
1480550400 149.75432685232025 214.6429262498683
1483228800 159.99250186280574 208.6477447140393
1485907200 148.38647450383465 206.64119883640805
1488326400 142.75885057870187 208.37951612251157
1491004800 146.62669097166457 195.39045345772453
1493596800 148.56754266160146 206.14338217057178
1496275200 149.94683805273132 214.28442208153007
1498867200 170.0968287090945 218.71302930203385
1501545600 165.12886942590904 222.642960187445
1504224000 166.3862015846751 230.7278836086479
1506816000 157.28006835277978 227.37767606725126
1509494400 152.14946119182912 227.3181412393303
1512086400 147.262090283069 227.01537015921875
END
$mark2_2 << END
1467331200 192
1470009600 191
1472688000 200
1475280000 188
1477958400 183
1480550400 178
1483228800 194
1485907200 193
1488326400 180
1491004800 183
1493596800 186
1496275200 197
1498867200 196
1501545600 208
1504224000 208
1506816000 209
1509494400 195
1512086400 181
END
$mark2_3 << END
END
$mark3_1 << END
1467331200 154.10114456328904 200.5749132300134
1470009600 154.23653929931154 208.957826024707
1472688000 154.79902724886873 215.84885716452635
1475280000 162.45716420972033 208.6000434974494
1477958400 154.63219370779086 209.0950366968883
1480550400 147.77513871301292 208.62211438917564
1483228800 157.36458716479075 203.2756594120543
1485907200 151.43471722287472 206.2885493746984
1488326400 140.71125676380237 202.42710993741107
1491004800 154.58824290099614 201.42890152839294
1493596800 150.90874773369868 206.16621172925576
1496275200 152.43969442896494 214.15560033607764
1498867200 167.16230559251107 213.6475524186173
1501545600 168.08953975030448 223.10060223856715
1504224000 163.78046712647702 225.333618066846
1506816000 160.50383508378573 227.57222171176292
1509494400 149.77009780977954 221.69750462137986
1512086400 144.97858179954866 221.29887864273908
END
$mark3_2 << END
1467331200 188
1470009600 198
1472688000 196
1475280000 195
1477958400 179
1480550400 174
1483228800 201
1485907200 189
1488326400 187
1491004800 179
1493596800 182
1496275200 193
1498867200 203
1501545600 204
1504224000 215
1506816000 205
1509494400 191
1512086400 188
END
$mark3_3 << END
END
do for [kind in kinds] {
reset
if (kind eq 'svg') {
set terminal svg size 1200,934 dynamic noenhanced font 'Liberation Sans,Arial,Helvetica,sans-serif,15' background color_background
lift = 0.35; squeeze = -4
} else {
if (kind eq 'pdf') {
set terminal pdfcairo size 12.500in,9.729in noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
} else {
set terminal pngcairo size 1200,934 noenhanced font 'Liberation Sans,15' fontscale 0.75 background color_background
}
lift = 0; squeeze = 0
}
set output picture.'.'.kind
set multiplot
set label 'Sales, 6 months ahead: what nobody expected' at screen 0.02000, screen 0.97002 left font ',21' textcolor rgb color_ink
set label '0 of 54 readings outside of their 95 % interval' at screen 0.02000, screen 0.94111 left textcolor rgb color_quiet
set key at screen 0.01333, screen 0.91863 left top horizontal Left reverse samplen 2 width squeeze maxcols 3 font ',13' textcolor rgb color_quiet
unset border; unset tics
set lmargin at screen 0.02000; set rmargin at screen 0.98000; set tmargin at screen 0.91863; set bmargin at screen 0.89722
plot [0:1] [0:1] NaN notitle, \
  keyentry with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.18 noborder title '95 % interval, forecast before', \
  keyentry with lines linecolor rgb color_history linewidth 1.5 dashtype 1 title 'readings', \
  keyentry with points pointtype 7 pointsize 1.0 linecolor rgb color_alarm title 'outside'
unset label; unset key
set border 1 linecolor rgb color_marker
set grid noxtics ytics linetype 1 linecolor rgb color_grid linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb color_time
set ytics out nomirror scale 0 textcolor rgb color_quiet
set lmargin at screen 0.04750; set rmargin at screen 0.97833; set tmargin at screen 0.85439; set bmargin at screen 0.64454
set xrange [1466659872.0:1512757728.0]
set yrange [139.70349361174178:230.5433630430636]
set xtics ('Jul'."\n".'2016' 1467331200.0, 'Sep' 1472688000.0, 'Nov' 1477958400.0, 'Jan'."\n".'2017' 1483228800.0, 'Mar' 1488326400.0, 'May' 1493596800.0, 'Jul' 1498867200.0, 'Sep' 1504224000.0, 'Nov' 1509494400.0)
set ytics ('140' 140.0, '160' 160.0, '180' 180.0, '200' 200.0, '220' 220.0)
set label 'north' at screen 0.04750, screen 0.87366 left font ',15' textcolor rgb color_ink
plot $mark1_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.18 noborder notitle, \
  $mark1_2 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle
unset label
unset arrow
set lmargin at screen 0.04750; set rmargin at screen 0.97833; set tmargin at screen 0.55889; set bmargin at screen 0.34904
set xrange [1466659872.0:1512757728.0]
set yrange [139.24008925750402:234.24664492984573]
set xtics ('Jul'."\n".'2016' 1467331200.0, 'Sep' 1472688000.0, 'Nov' 1477958400.0, 'Jan'."\n".'2017' 1483228800.0, 'Mar' 1488326400.0, 'May' 1493596800.0, 'Jul' 1498867200.0, 'Sep' 1504224000.0, 'Nov' 1509494400.0)
set ytics ('140' 140.0, '160' 160.0, '180' 180.0, '200' 200.0, '220' 220.0)
set label 'south' at screen 0.04750, screen 0.57816 left font ',15' textcolor rgb color_ink
plot $mark2_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.18 noborder notitle, \
  $mark2_2 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle
unset label
unset arrow
set lmargin at screen 0.04750; set rmargin at screen 0.97833; set tmargin at screen 0.26338; set bmargin at screen 0.05353
set xrange [1466659872.0:1512757728.0]
set yrange [137.23681816588393:231.04666030968136]
set xtics ('Jul'."\n".'2016' 1467331200.0, 'Sep' 1472688000.0, 'Nov' 1477958400.0, 'Jan'."\n".'2017' 1483228800.0, 'Mar' 1488326400.0, 'May' 1493596800.0, 'Jul' 1498867200.0, 'Sep' 1504224000.0, 'Nov' 1509494400.0)
set ytics ('140' 140.0, '160' 160.0, '180' 180.0, '200' 200.0, '220' 220.0)
set label ''."'".'east'."'".' <b>{%}' at screen 0.04750, screen 0.28266 left font ',15' textcolor rgb color_ink
plot $mark3_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.18 noborder notitle, \
  $mark3_2 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle
unset multiplot
unset output
}
