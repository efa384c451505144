#include "build.h"

#define TEXT_OF(words) #words
#define TEXT(words) TEXT_OF(words)

const char *build_commit(void) {
#ifdef ALMANAC_COMMIT
  return TEXT(ALMANAC_COMMIT);
#else
  return "";
#endif
}

#ifdef ALMANAC_UNICODE
// The part of ICU's data that is asked for, in place of all of it: Scripts/build-release makes the file and knows the name.
__asm__(".section .rodata\n"
        ".globl " TEXT(ALMANAC_UNICODE) "\n"
        ".balign 16\n" TEXT(ALMANAC_UNICODE) ":\n"
        ".incbin \"unicode.dat\"\n"
        ".text\n");
#endif
