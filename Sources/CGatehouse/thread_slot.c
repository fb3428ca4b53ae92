// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#include "gatehouse_thread_slot.h"

#include <sched.h>
#include <stdatomic.h>

__thread uint32_t gatehouse_thread_slot_number;

static _Atomic uint32_t last_number;

uint32_t gatehouse_thread_slot_assign(void) {
    // Only the number itself matters, so no order does. 0 means "none" and is skipped.
    uint32_t number;
    do {
        number = atomic_fetch_add_explicit(&last_number, 1, memory_order_relaxed) + 1;
    } while (number == 0);
    gatehouse_thread_slot_number = number;
    return number;
}

void gatehouse_thread_yield(void) { sched_yield(); }
