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

#ifdef __cplusplus
}
#endif

#endif
