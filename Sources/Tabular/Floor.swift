enum FloorTabular {}
