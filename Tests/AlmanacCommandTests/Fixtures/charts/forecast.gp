# A chart, with its data. It makes forecast.svg and forecast.png beside this file:
#   gnuplot FILE
# Elsewhere, only one of them, a page, or in the other theme:
#   gnuplot -e "folder='DIR'; formats='svg pdf'; theme='dark'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'forecast'
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
1512086400 185 185
1514764800 168.856099272394 213.80473203178394
1517443200 163.98653646334236 217.7003847405142
1519862400 154.29322760013036 214.73286229954826
1522540800 147.5625370787827 213.67227201832486
1525132800 146.5256729325973 217.6308664654744
1527811200 149.6240585930498 225.2454919085571
END
$band1_2 << END
1512086400 185 185
1514764800 176.6352500428588 206.02558126131916
1517443200 173.28266180817167 208.4042593956849
1519862400 164.75336847594747 204.27272142373113
1522540800 159.0039884404535 202.23082065665406
1525132800 158.8316761878304 205.32486321024132
1527811200 162.71167650545644 212.15787399615047
END
$history1 << END
1420070400 172
1422748800 167
1425168000 161
1427846400 160
1430438400 159
1433116800 166
1435708800 172
1438387200 180
1441065600 187
1443657600 184
1446336000 166
1448928000 159
1451606400 184
1454284800 181
1456790400 177
1459468800 167
1462060800 168
1464739200 177
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
$baseline1 << END
1496275200 190
1498867200 185
1501545600 195
1504224000 204
1506816000 192
1509494400 176
1512086400 171
END
$truth1 << END
1496275200 190
1498867200 200
1501545600 212
1504224000 212
1506816000 202
1509494400 188
1512086400 185
END
$fold1 << END
1496275200 190
1498867200 187.40492900556418
1501545600 192.59507099443582
1504224000 197.2661987844203
1506816000 191.03802839777433
1509494400 182.7338012155797
1512086400 180.13873022114387
END
$forecast1 << END
1512086400 185
1514764800 191.330415652089
1517443200 190.84346060192829
1519862400 184.5130449498393
1522540800 180.6174045485538
1525132800 182.07826969903584
1527811200 187.43477525080345
END
$band2_1 << END
1512086400 181 181
1514764800 163.30140295565715 211.3594283485208
1517443200 158.11553786532323 215.57138333853334
1519862400 148.17952172532407 212.84656817435456
1522540800 146.60072505653227 217.3470951441105
1525132800 145.38359438456467 221.48595611704224
1527811200 148.31900664828026 229.26355495686184
END
$band2_2 << END
1512086400 181 181
1514764800 171.6186887619493 203.04214254222867
1517443200 168.05928158213868 205.6276396217179
1519862400 159.37129049169587 201.65479940798272
1522540800 158.84462760903875 205.103192591604
1525132800 158.5544454107668 208.31510509084012
1527811200 162.32788315205076 215.25467845309134
END
$history2 << END
1420070400 179
1422748800 174
1425168000 157
1427846400 156
1430438400 155
1433116800 173
1435708800 179
1438387200 187
1441065600 183
1443657600 180
1446336000 162
1448928000 166
1451606400 191
1454284800 177
1456790400 173
1459468800 163
1462060800 175
1464739200 184
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
$baseline2 << END
1496275200 197
1498867200 192
1501545600 191
1504224000 200
1506816000 188
1509494400 183
1512086400 178
END
$truth2 << END
1496275200 197
1498867200 196
1501545600 208
1504224000 208
1506816000 209
1509494400 195
1512086400 181
END
$fold2 << END
1496275200 197
1498867200 194.40492900556418
1501545600 193.88591480667702
1504224000 198.5570425966615
1506816000 192.3288722100155
1509494400 189.7338012155797
1512086400 187.13873022114387
END
$forecast2 << END
1512086400 181
1514764800 187.330415652089
1517443200 186.84346060192829
1519862400 180.5130449498393
1522540800 181.97391010032138
1525132800 183.43477525080345
1527811200 188.79128080257104
END
$band3_1 << END
1512086400 188 188
1514764800 171.25351099394416 217.40732031023379
1517443200 160.9009321021649 216.0729779981565
1519862400 156.46705384605133 218.5590360536273
1522540800 149.65452536070615 217.58028373640144
1525132800 148.54556052084706 221.61097887722465
1527811200 151.57876217165546 229.29078832995143
END
$band3_2 << END
1512086400 188 188
1514764800 179.2412387458566 209.41959255832137
1517443200 170.44942416948504 206.52448593083633
1519862400 167.21316249445832 207.8129274052203
1522540800 161.41027149054386 205.8245376065637
1525132800 161.19081512834364 208.96572426972807
1527811200 165.0281939129891 215.8413565886178
END
$history3 << END
1420070400 175
1422748800 170
1425168000 164
1427846400 152
1430438400 162
1433116800 169
1435708800 175
1438387200 183
1441065600 190
1443657600 176
1446336000 169
1448928000 162
1451606400 187
1454284800 184
1456790400 169
1459468800 170
1462060800 171
1464739200 180
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
$baseline3 << END
1496275200 193
1498867200 188
1501545600 198
1504224000 196
1506816000 195
1509494400 179
1512086400 174
END
$truth3 << END
1496275200 193
1498867200 203
1501545600 204
1504224000 215
1506816000 205
1509494400 191
1512086400 188
END
$fold3 << END
1496275200 193
1498867200 190.40492900556418
1501545600 195.59507099443582
1504224000 194.5570425966615
1506816000 194.03802839777433
1509494400 185.7338012155797
1512086400 183.13873022114387
END
$forecast3 << END
1512086400 188
1514764800 194.330415652089
1517443200 188.4869550501607
1519862400 187.5130449498393
1522540800 183.6174045485538
1525132800 185.07826969903584
1527811200 190.43477525080345
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
set label 'Sales, 6 months ahead' at screen 0.02000, screen 0.95333 left font ',21' textcolor rgb color_ink
set label 'MASE 0.84 · naive 1.05 · seasonal naive 1.00 · 5 folds of 6 steps' at screen 0.02000, screen 0.90833 left textcolor rgb color_quiet
set key at screen 0.01333, screen 0.87333 left top horizontal Left reverse samplen 2 width squeeze maxcols 7 font ',13' textcolor rgb color_quiet
unset border; unset tics
set lmargin at screen 0.02000; set rmargin at screen 0.98000; set tmargin at screen 0.87333; set bmargin at screen 0.84000
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
set lmargin at screen 0.04750; set rmargin at screen 0.32500; set tmargin at screen 0.74333; set bmargin at screen 0.09667
set xrange [1418454288.0:1529427312.0]
set yrange [143.3768801735589:228.3942846675955]
set xtics ('2015' 1420070400.0, '2016' 1451606400.0, '2017' 1483228800.0, '2018' 1514764800.0)
set ytics ('160' 160.0, '180' 180.0, '200' 200.0, '220' 220.0)
set arrow from first 1512086400.0, graph 0 to first 1512086400.0, graph 1 nohead linecolor rgb color_origin linewidth 1 dashtype (3,3)
set label 'north' at screen 0.04750, screen 0.80333 left font ',15' textcolor rgb color_ink
set label 'MASE 0.90 · naive 1.23 · seasonal naive 1.00' at screen 0.04750, screen 0.77000 left font ',13' textcolor rgb color_quiet
plot $band1_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.150 noborder notitle, \
  $band1_2 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.318 noborder notitle, \
  $history1 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle, \
  $baseline1 using 1:2 with lines linecolor rgb color_baseline linewidth 1.2 dashtype 1 notitle, \
  $truth1 using 1:2 with lines linecolor rgb color_truth linewidth 2.2 dashtype 1 notitle, \
  $fold1 using 1:2 with lines linecolor rgb color_backtest linewidth 2 dashtype (8,5) notitle, \
  $forecast1 using 1:2 with lines linecolor rgb color_forecast linewidth 2.4 dashtype 1 notitle
unset label
unset arrow
set lmargin at screen 0.37417; set rmargin at screen 0.65167; set tmargin at screen 0.74333; set bmargin at screen 0.09667
set xrange [1418454288.0:1529427312.0]
set yrange [142.0283959616728:232.6187533797537]
set xtics ('2015' 1420070400.0, '2016' 1451606400.0, '2017' 1483228800.0, '2018' 1514764800.0)
set ytics ('160' 160.0, '180' 180.0, '200' 200.0, '220' 220.0)
set arrow from first 1512086400.0, graph 0 to first 1512086400.0, graph 1 nohead linecolor rgb color_origin linewidth 1 dashtype (3,3)
set label 'south' at screen 0.37417, screen 0.80333 left font ',15' textcolor rgb color_ink
set label 'MASE 0.78 · naive 0.95 · seasonal naive 0.97' at screen 0.37417, screen 0.77000 left font ',13' textcolor rgb color_quiet
plot $band2_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.150 noborder notitle, \
  $band2_2 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.318 noborder notitle, \
  $history2 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle, \
  $baseline2 using 1:2 with lines linecolor rgb color_baseline linewidth 1.2 dashtype 1 notitle, \
  $truth2 using 1:2 with lines linecolor rgb color_truth linewidth 2.2 dashtype 1 notitle, \
  $fold2 using 1:2 with lines linecolor rgb color_backtest linewidth 2 dashtype (8,5) notitle, \
  $forecast2 using 1:2 with lines linecolor rgb color_forecast linewidth 2.4 dashtype 1 notitle
unset label
unset arrow
set lmargin at screen 0.70083; set rmargin at screen 0.97833; set tmargin at screen 0.74333; set bmargin at screen 0.09667
set xrange [1418454288.0:1529427312.0]
set yrange [145.3157514084829:232.5205974423156]
set xtics ('2015' 1420070400.0, '2016' 1451606400.0, '2017' 1483228800.0, '2018' 1514764800.0)
set ytics ('160' 160.0, '180' 180.0, '200' 200.0, '220' 220.0)
set arrow from first 1512086400.0, graph 0 to first 1512086400.0, graph 1 nohead linecolor rgb color_origin linewidth 1 dashtype (3,3)
set label ''."'".'east'."'".' <b>{%}' at screen 0.70083, screen 0.80333 left font ',15' textcolor rgb color_ink
set label 'MASE 0.83 · naive 0.98 · seasonal naive 1.03' at screen 0.70083, screen 0.77000 left font ',13' textcolor rgb color_quiet
plot $band3_1 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.150 noborder notitle, \
  $band3_2 using 1:2:3 with filledcurves fillcolor rgb color_forecast fillstyle transparent solid 0.318 noborder notitle, \
  $history3 using 1:2 with lines linecolor rgb color_history linewidth 1.5 dashtype 1 notitle, \
  $baseline3 using 1:2 with lines linecolor rgb color_baseline linewidth 1.2 dashtype 1 notitle, \
  $truth3 using 1:2 with lines linecolor rgb color_truth linewidth 2.2 dashtype 1 notitle, \
  $fold3 using 1:2 with lines linecolor rgb color_backtest linewidth 2 dashtype (8,5) notitle, \
  $forecast3 using 1:2 with lines linecolor rgb color_forecast linewidth 2.4 dashtype 1 notitle
unset multiplot
unset output
}
