// The loops and products for one scalar, whose constants vector_math.c has defined, once for each instruction level.
//
// Wider levels are compiled for processors that may not run the rest of the file, which is why the attribute stands on the
// functions and not on the file.

#define LEVEL baseline
#define LANES (16 / SCALAR_BYTES)
#define ROWS 6
#include "loops.h"
#include "products.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL avx2
#define LANES (32 / SCALAR_BYTES)
#define ROWS 6
#include "loops.h"
#include "products.h"
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#define LEVEL avx512
#define LANES (64 / SCALAR_BYTES)
#define ROWS 12
#include "loops.h"
#include "products.h"
#pragma clang attribute pop
#endif

#undef S
#undef SCALAR_BYTES
#undef INTEGER
#undef EXP_LIMIT
#undef ROUNDER
#undef LN2_HIGH
#undef LN2_LOW
#undef MANTISSA_BITS
#undef ONE_BITS
#undef POLYNOMIAL
#undef EXP
#undef LOG1P
