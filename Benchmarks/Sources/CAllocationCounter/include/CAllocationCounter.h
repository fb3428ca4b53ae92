// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#ifndef GATEHOUSE_C_ALLOCATION_COUNTER_H
#define GATEHOUSE_C_ALLOCATION_COUNTER_H

#include <stdint.h>

/// How many times the calling thread has asked for memory since it began: malloc, calloc, realloc and the aligned
/// variants, whoever called them.
///
/// -1 where nobody counts: in builds with a sanitizer, which replaces malloc itself, and with other C libraries than
/// glibc.
int64_t allocation_count(void);

/// The bytes that all threads of the process have asked for and not given back, with the allocator's own overhead.
///
/// -1 where nobody counts.
int64_t allocation_bytes_in_use(void);

#endif
