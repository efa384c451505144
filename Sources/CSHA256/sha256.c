#include "sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t word, int count) { return word >> count | word << (32 - count); }

static void add_plainly(uint32_t state[8], const uint8_t *block, size_t count) {
  for (; count > 0; count -= 1, block += 64) {
    uint32_t words[64];
    for (int i = 0; i < 16; i++)
      words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
                 (uint32_t)block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
      uint32_t a = words[i - 15], b = words[i - 2];
      uint32_t low = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3;
      uint32_t high = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10;
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i++) {
      uint32_t mixed = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      uint32_t first = h + mixed + ((e & f) ^ (~e & g)) + constants[i] + words[i];
      uint32_t turned = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      uint32_t second = turned + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

#if defined(__x86_64__)

// Four words of a vector are numbered from its lowest lane. An instruction does two rounds and takes the state as the
// vectors (f, e, b, a) and (h, g, d, c).
__attribute__((target("sha,sse4.1,ssse3"))) static void add_natively(uint32_t state[8], const uint8_t *block,
                                                                     size_t count) {
  const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), _MM_SHUFFLE(2, 3, 0, 1));
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), _MM_SHUFFLE(0, 1, 2, 3));
  __m128i feba = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i hgdc = _mm_blend_epi16(hgfe, badc, 0xF0);
  for (; count > 0; count -= 1, block += 64) {
    __m128i first = feba, second = hgdc;
    // The last sixteen words of the schedule.
    __m128i words[4];
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
      __m128i four;
      if (group < 4) {
        four = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * group)), big_endian);
      } else {
        __m128i last = words[(group + 3) % 4];
        __m128i seventh = _mm_alignr_epi8(last, words[(group + 2) % 4], 4);
        __m128i begun = _mm_sha256msg1_epu32(words[group % 4], words[(group + 1) % 4]);
        four = _mm_sha256msg2_epu32(_mm_add_epi32(begun, seventh), last);
      }
      words[group % 4] = four;
      __m128i added = _mm_add_epi32(four, _mm_load_si128((const __m128i *)(constants + 4 * group)));
      hgdc = _mm_sha256rnds2_epu32(hgdc, feba, added);
      feba = _mm_sha256rnds2_epu32(feba, hgdc, _mm_shuffle_epi32(added, _MM_SHUFFLE(1, 0, 3, 2)));
    }
    feba = _mm_add_epi32(feba, first);
    hgdc = _mm_add_epi32(hgdc, second);
  }
  __m128i abef = _mm_shuffle_epi32(feba, _MM_SHUFFLE(0, 1, 2, 3));
  __m128i ghcd = _mm_shuffle_epi32(hgdc, _MM_SHUFFLE(2, 3, 0, 1));
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(abef, ghcd, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(ghcd, abef, 8));
}

bool sha256_is_native(void) {
  unsigned a, b, c, d;
  // SSSE3 and SSE4.1, then SHA.
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 9) || !(c & 1u << 19)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}

#else

bool sha256_is_native(void) { return false; }

#endif

void sha256_add(uint32_t state[8], const uint8_t *blocks, size_t count, bool native) {
#if defined(__x86_64__)
  if (native) return add_natively(state, blocks, count);
#endif
  add_plainly(state, blocks, count);
}
