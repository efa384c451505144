// Vector loops.
