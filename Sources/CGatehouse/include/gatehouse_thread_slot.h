// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// A small number for each thread, by which threads spread over the stripes of a striped structure.

#ifndef GATEHOUSE_THREAD_SLOT_H
#define GATEHOUSE_THREAD_SLOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The calling thread's number; 0 until it has one.
extern __thread uint32_t gatehouse_thread_slot_number;

// Gives the calling thread the next number and returns it.
uint32_t gatehouse_thread_slot_assign(void);

// The calling thread's number, the same for as long as it lives: threads are counted from 1 in the order in which they
// first ask. After 2^32 threads the count starts anew; the number modulo a power of two goes on without a gap.
static inline uint32_t gatehouse_thread_slot(void) {
    uint32_t number = gatehouse_thread_slot_number;
    return __builtin_expect(number != 0, 1) ? number : gatehouse_thread_slot_assign();
}

// Lets other threads run, where there are any that could.
void gatehouse_thread_yield(void);

#ifdef __cplusplus
}
#endif

#endif
