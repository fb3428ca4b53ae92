// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// What the SHA-256 translation units share; not part of the module.

#ifndef GATEHOUSE_SHA256_KERNELS_H
#define GATEHOUSE_SHA256_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define GATEHOUSE_HIDDEN __attribute__((visibility("hidden")))

// The round constants: the first 32 fractional bits of the cube roots of the first 64 primes.
extern GATEHOUSE_HIDDEN const uint32_t gatehouse_sha256_k[64];

#if defined(__x86_64__)
#define GATEHOUSE_SHA256_KERNEL 1
#elif defined(__aarch64__) && defined(__AARCH64EL__) && (defined(__APPLE__) || defined(__linux__))
#define GATEHOUSE_SHA256_KERNEL 1
#else
#define GATEHOUSE_SHA256_KERNEL 0
#endif

#if GATEHOUSE_SHA256_KERNEL
// Asks the processor; not cached.
GATEHOUSE_HIDDEN int gatehouse_sha256_kernel_supported(void);
GATEHOUSE_HIDDEN void gatehouse_sha256_kernel(uint32_t state[8], const uint8_t *blocks, size_t count);
#endif

#endif
