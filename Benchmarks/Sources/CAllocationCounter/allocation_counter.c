// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Counts allocations by standing in for malloc and its relatives. An executable's own definitions win over those of the
// C library when the dynamic linker resolves names, so that no preloading is needed: linking this file is enough. Each
// function passes on to the name under which glibc exports its own, which is also why `free` can stay as it is.

#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(HAS_SANITIZER)

#include <malloc.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// By thread, so that what other threads do disturbs no measurement. The model of an executable's own variables needs no
// call to find the address, which could itself allocate.
static __thread int64_t count __attribute__((tls_model("initial-exec")));

void *malloc(size_t size) {
    count += 1;
    return __libc_malloc(size);
}

void *calloc(size_t elements, size_t size) {
    count += 1;
    return __libc_calloc(elements, size);
}

void *realloc(void *memory, size_t size) {
    count += 1;
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count += 1;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count += 1;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    count += 1;
    int before = errno;
    void *memory = __libc_memalign(alignment, size);
    // This function alone reports by its result and leaves errno as it was.
    errno = before;
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}

int64_t allocation_count(void) { return count; }

int64_t allocation_bytes_in_use(void) {
#if __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
    return (int64_t)(info.uordblks + info.hblkhd);
#else
    return -1;
#endif
}

#else

int64_t allocation_count(void) { return -1; }
int64_t allocation_bytes_in_use(void) { return -1; }

#endif
