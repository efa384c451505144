// The weights of the pretrained networks, put into the program by the assembler: a resource beside the program would be
// lost where the program is copied, and an array of literals takes the compiler minutes.
#include "pretrained.h"

#include <string.h>

// A build takes in other weights only where this file has changed: Scripts/pretrain writes here what they are.
// weights a0f9ef28b7e9
#define WEIGHTS(kind)                                                                  \
  __asm__(".pushsection .rodata, \"a\"\n"                                              \
          ".balign 16\n"                                                               \
          "pretrained_" #kind ":\n"                                                    \
          ".incbin \"" #kind ".safetensors\"\n"                                        \
          "pretrained_" #kind "_end:\n"                                                \
          ".popsection\n");                                                            \
  extern const unsigned char pretrained_##kind[], pretrained_##kind##_end[];

#define KINDS(each) each(plain) each(quarterly) each(monthly) each(daily) each(weekly) each(hourly)

KINDS(WEIGHTS)

const unsigned char *pretrained_weights(const char *kind, size_t *size) {
#define FIND(name)                                                    \
  if (strcmp(kind, #name) == 0) {                                     \
    *size = (size_t)(pretrained_##name##_end - pretrained_##name);    \
    return pretrained_##name;                                         \
  }
  KINDS(FIND)
  *size = 0;
  return NULL;
}
