enum FloorCharts {}
