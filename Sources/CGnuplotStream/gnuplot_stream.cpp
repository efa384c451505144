// The gnuplot face.
