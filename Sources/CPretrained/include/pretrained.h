#ifndef PRETRAINED_H
#define PRETRAINED_H

#include <stddef.h>

/// The safetensors file of a kind of readings, such as "monthly", as it stands in the program; NULL where there is none.
/// @param size its bytes, written.
const unsigned char *pretrained_weights(const char *kind, size_t *size);

#endif
