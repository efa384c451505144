// The C library's heap, as far as Swift cannot reach it.

#ifndef ALMANAC_HEAP_H
#define ALMANAC_HEAP_H

// Lets all threads take their memory from one heap. Otherwise each thread reserves 64 MB of address space for a heap of its
// own, and where that is not to be had it tries again at each allocation. Call it before the first thread begins.
void heap_share_among_threads(void);

// Gives free memory back to the system, also what lies between blocks that are in use. Otherwise much of what was freed still
// counts as memory of the process.
void heap_give_back(void);

#endif
