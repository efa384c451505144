enum FloorPipelines {}
