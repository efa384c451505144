# A chart, with its data. It makes sunspots.svg and sunspots.png beside this file:
#   gnuplot FILE
# Elsewhere, or only one of them:
#   gnuplot -e "folder='DIR'; formats='svg'" FILE
set encoding utf8
set locale 'C'
slash = strlen(ARG0)
while (slash > 0 && ARG0[slash:slash] ne '/') { slash = slash - 1 }
picture = (exists('folder') ? folder.'/' : slash > 0 ? ARG0[1:slash] : './').'sunspots'
kinds = exists('formats') ? formats : 'svg png'
$history1 << END
-852076800 16.3
-820540800 9.6
-788918400 33.2
-757382400 92.6
-725846400 151.6
-694310400 136.3
-662688000 134.7
-631152000 83.9
-599616000 69.4
-568080000 31.5
-536457600 13.9
-504921600 4.4
-473385600 38
-441849600 141.7
-410227200 190.2
-378691200 184.8
-347155200 159
-315619200 112.3
-283996800 53.9
-252460800 37.6
-220924800 27.9
-189388800 10.2
-157766400 15.1
-126230400 47
-94694400 93.8
-63158400 105.9
-31536000 105.5
0 104.5
31536000 66.6
63072000 68.9
94694400 38
126230400 34.5
157766400 15.5
189302400 12.6
220924800 27.5
252460800 92.5
283996800 155.4
315532800 154.6
347155200 140.4
378691200 115.9
410227200 66.6
441763200 45.9
473385600 17.9
504921600 13.4
536457600 29.4
567993600 100.2
599616000 157.6
631152000 142.6
662688000 145.7
694224000 94.3
725846400 54.6
757382400 29.9
788918400 17.5
820454400 8.6
852076800 21.5
883612800 64.3
915148800 93.3
946684800 119.6
978307200 111
1009843200 104
1041379200 63.7
1072915200 40.4
1104537600 29.8
1136073600 15.2
1167609600 7.5
1199145600 2.9
END
$baseline1 << END
883612800 29.4
915148800 100.2
946684800 157.6
978307200 142.6
1009843200 145.7
1041379200 94.3
1072915200 54.6
1104537600 29.9
1136073600 17.5
1167609600 8.6
1199145600 21.5
END
$truth1 << END
883612800 64.3
915148800 93.3
946684800 119.6
978307200 111
1009843200 104
1041379200 63.7
1072915200 40.4
1104537600 29.8
1136073600 15.2
1167609600 7.5
1199145600 2.9
END
$fold1 << END
883612800 50.58319244861584
915148800 102.82251823190026
946684800 135.6693422583067
978307200 129.89491522708866
1009843200 111.34600600675878
1041379200 77.82090275117008
1072915200 55.399660614198396
1104537600 35.08323893451425
1136073600 17.766861073976834
1167609600 20.72325489290616
1199145600 36.04598857085525
END
$forecast1 << END
1230768000 40.6290661226402
1262304000 82.68438200432384
1293840000 117.58991226302652
1325376000 121.9436513289474
1356998400 106.18334207740787
1388534400 76.46542908622554
1420070400 56.28281984527158
1451606400 37.04666400893448
1483228800 18.699952617178784
1514764800 15.03097657735998
1546300800 23.051906119026942
END
do for [kind in kinds] {
reset
if (kind eq 'svg') {
set terminal svg size 1200,600 dynamic noenhanced font 'Liberation Sans,Arial,Helvetica,sans-serif,15' background '#ffffff'
lift = 0.35; squeeze = -4
} else {
set terminal pngcairo size 1200,600 noenhanced font 'Liberation Sans,15' fontscale 0.75 background '#ffffff'
lift = 0; squeeze = 0
}
set output picture.'.'.kind
set label 'Yearly sunspots, one solar cycle ahead' at screen 0.06750, screen 0.95333 left font ',21' textcolor rgb '#222222'
set label 'MASE 0.855 · naive 2.33 · seasonal naive 1.15 · 8 folds of 11 steps' at screen 0.06750, screen 0.90833 left textcolor rgb '#666666'
set key at screen 0.06083, screen 0.87333 left top horizontal Left reverse samplen 2 width squeeze maxcols 5 font ',13' textcolor rgb '#666666'
set border 1 linecolor rgb '#999999'
set grid noxtics ytics linetype 1 linecolor rgb '#E4E4E4' linewidth 1
set xtics out nomirror scale 0.5 offset 0, lift textcolor rgb '#666666'
set ytics out nomirror scale 0 textcolor rgb '#666666'
set lmargin at screen 0.06750; set rmargin at screen 0.97833; set tmargin at screen 0.78667; set bmargin at screen 0.09667
set xrange [-888052464.0:1582276464.0]
set yrange [-6.465:199.565]
set xtics ('1950' -631152000.0, '1960' -315619200.0, '1970' 0.0, '1980' 315532800.0, '1990' 631152000.0, '2000' 946684800.0, '2010' 1262304000.0)
set ytics ('0' 0.0, '50' 50.0, '100' 100.0, '150' 150.0)
set label 'sunspots' at screen 0.02000, screen 0.44167 center rotate by 90 textcolor rgb '#666666'
set arrow from first 1199145600.0, graph 0 to first 1199145600.0, graph 1 nohead linecolor rgb '#999999' linewidth 1 dashtype (3,3)
set label 'origin' at first 1199145600.0, graph 1 center offset character 0, 0.5 font ',13' textcolor rgb '#666666'
plot $history1 using 1:2 with lines linecolor rgb '#444444' linewidth 1.5 dashtype 1 notitle, \
  $baseline1 using 1:2 with lines linecolor rgb '#009E73' linewidth 1.2 dashtype 1 notitle, \
  $truth1 using 1:2 with lines linecolor rgb '#000000' linewidth 2.2 dashtype 1 notitle, \
  $fold1 using 1:2 with lines linecolor rgb '#D55E00' linewidth 2 dashtype (8,5) notitle, \
  $forecast1 using 1:2 with lines linecolor rgb '#0072B2' linewidth 2.4 dashtype 1 notitle, \
  keyentry with lines linecolor rgb '#444444' linewidth 1.5 dashtype 1 title 'history', \
  keyentry with lines linecolor rgb '#0072B2' linewidth 2.4 dashtype 1 title 'forecast', \
  keyentry with lines linecolor rgb '#000000' linewidth 2.2 dashtype 1 title 'held out', \
  keyentry with lines linecolor rgb '#D55E00' linewidth 2 dashtype (8,5) title 'backtest', \
  keyentry with lines linecolor rgb '#009E73' linewidth 1.2 dashtype 1 title 'seasonal naive'
unset output
}
