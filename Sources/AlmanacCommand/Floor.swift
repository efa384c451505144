enum FloorAlmanacCommand {}
