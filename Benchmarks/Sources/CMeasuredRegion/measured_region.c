// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// In C because the name has to be exactly one function's: Swift's optimiser may split a function in two, and callgrind,
// which is told to count from entering to leaving, would stop counting at the second.

#include "CMeasuredRegion.h"

__attribute__((noinline)) void measured_region(void (*operations)(void *context), void *context) {
    operations(context);
    // Keeps the call from becoming a jump, after which this function would have been left.
    __asm__ volatile("");
}
