enum FloorForecasting {}
