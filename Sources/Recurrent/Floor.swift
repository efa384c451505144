enum FloorRecurrent {}
