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
