#include "heap.h"

#include <malloc.h>

void heap_share_among_threads(void) { mallopt(M_ARENA_MAX, 1); }

void heap_give_back(void) { malloc_trim(0); }
