#ifndef ALMANAC_SHA256_H
#define ALMANAC_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether the processor has instructions for SHA-256.
bool sha256_is_native(void);

// Takes whole blocks of 64 bytes into the state of a SHA-256 digest (FIPS 180-4, section 6.2.2).
//
// native: by the processor's own instructions, which it must have.
void sha256_add(uint32_t state[8], const uint8_t *blocks, size_t count, bool native);

#endif
