// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#ifndef GATEHOUSE_MEMORY_H
#define GATEHOUSE_MEMORY_H

#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether `count` bytes at `left` and at `right` are the same.
///
/// For stretches of kilobytes, which the C library compares with the widest instructions of the processor. A wrapper,
/// because `memcmp` itself comes in another Swift module on each platform.
static inline int gatehouse_same_bytes(const unsigned char *left, const unsigned char *right, size_t count) {
    return memcmp(left, right, count) == 0;
}

/// Fetches a cache line, which is going to be read, while the processor does something else. Any address will do.
static inline void gatehouse_prefetch(const void *address) {
    __builtin_prefetch(address, 0);
}

/// Fetches the cache lines of `count` bytes away from other processors, since they are going to be written.
static inline void gatehouse_prefetch_for_writing(const void *address, size_t count) {
    for (size_t offset = 0; offset < count; offset += 64) {
        const char *line = (const char *)address + offset;
#if defined(__x86_64__)
        // The compiler makes this of the builtin only for processors of today; those before do nothing.
        __asm__ volatile("prefetchw %0" : : "m"(*line));
#else
        __builtin_prefetch(line, 1);
#endif
    }
}

#ifdef __cplusplus
}
#endif

#endif
