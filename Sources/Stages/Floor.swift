enum FloorStages {}
