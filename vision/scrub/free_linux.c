// The C library's own functions, under the names that it keeps for them.
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern void __libc_free(void *);
extern void *__libc_malloc(size_t);

// A block of its own mapping is given back to the kernel, which hands out no page
// that it has not cleared: glibc marks it in the second lowest bit of its size.
static int mapped(void *p) { return ((size_t *)p)[-1] & 2; }

void free(void *p) {
	if (p != NULL && !mapped(p)) {
		memset(p, 0, malloc_usable_size(p));
		// The block is read again, for all the compiler knows.
		__asm__ __volatile__("" : : "r"(p) : "memory");
	}
	int before = errno; // POSIX.1-2024: free keeps it
	__libc_free(p);
	errno = before;
}

// realloc may move a block, and would leave the old one as it was.
void *realloc(void *p, size_t size) {
	if (p == NULL)
		return __libc_malloc(size);
	if (size == 0) {
		free(p);
		return NULL;
	}
	size_t had = malloc_usable_size(p);
	if (size <= had && size >= had / 2) {
		memset((char *)p + size, 0, had - size);
		return p;
	}
	void *next = __libc_malloc(size);
	if (next == NULL)
		return NULL;
	memcpy(next, p, size < had ? size : had);
	free(p);
	return next;
}

// The room below the caller's frame, as far as one picture's reading reaches.
void __attribute__((noinline)) secondlook_scrub_stack(void) {
	char below[256 << 10];
	memset(below, 0, sizeof below);
	__asm__ __volatile__("" : : "r"(below) : "memory");
}
