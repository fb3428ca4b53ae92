// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// ARMv8 with the cryptography extension. Compiled for both systems but so far only run where CI has such a machine;
// the tests compare it with the portable path whenever the processor has the instructions.

#include "sha256_kernels.h"

#if GATEHOUSE_SHA256_KERNEL && defined(__aarch64__)

#include <arm_neon.h>

#if defined(__ARM_FEATURE_SHA2) || defined(__ARM_FEATURE_CRYPTO)

// Part of the baseline the compiler was told, as on every Apple silicon Mac.
#define KERNEL
int gatehouse_sha256_kernel_supported(void) {
    return 1;
}

#elif defined(__linux__)

#include <sys/auxv.h>

#define KERNEL __attribute__((target("+crypto")))
int gatehouse_sha256_kernel_supported(void) {
    const unsigned long sha2 = 1ul << 6;  // HWCAP_SHA2
    return (getauxval(AT_HWCAP) & sha2) != 0;
}

#else

#define KERNEL __attribute__((target("+crypto")))
int gatehouse_sha256_kernel_supported(void) {
    return 0;
}

#endif

// Rounds 4i to 4i + 3.
KERNEL static inline void four_rounds(uint32x4_t *abcd, uint32x4_t *efgh, uint32x4_t words, int i) {
    uint32x4_t sum = vaddq_u32(words, vld1q_u32(gatehouse_sha256_k + 4 * i));
    uint32x4_t abcd_before = *abcd;
    *abcd = vsha256hq_u32(*abcd, *efgh, sum);
    *efgh = vsha256h2q_u32(*efgh, abcd_before, sum);
}

// The next four words of the message schedule, from the last sixteen in order.
KERNEL static inline uint32x4_t next_words(uint32x4_t w0, uint32x4_t w4, uint32x4_t w8, uint32x4_t w12) {
    return vsha256su1q_u32(vsha256su0q_u32(w0, w4), w8, w12);
}

KERNEL static inline uint32x4_t load_words(const uint8_t *bytes) {
    return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(bytes)));
}

KERNEL void gatehouse_sha256_kernel(uint32_t state[8], const uint8_t *blocks, size_t count) {
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);

    for (; count > 0; count--, blocks += 64) {
        const uint32x4_t abcd_before = abcd, efgh_before = efgh;
        uint32x4_t w0 = load_words(blocks), w4 = load_words(blocks + 16);
        uint32x4_t w8 = load_words(blocks + 32), w12 = load_words(blocks + 48);

        for (int i = 0; i < 12; i += 4) {
            four_rounds(&abcd, &efgh, w0, i);
            w0 = next_words(w0, w4, w8, w12);
            four_rounds(&abcd, &efgh, w4, i + 1);
            w4 = next_words(w4, w8, w12, w0);
            four_rounds(&abcd, &efgh, w8, i + 2);
            w8 = next_words(w8, w12, w0, w4);
            four_rounds(&abcd, &efgh, w12, i + 3);
            w12 = next_words(w12, w0, w4, w8);
        }
        four_rounds(&abcd, &efgh, w0, 12);
        four_rounds(&abcd, &efgh, w4, 13);
        four_rounds(&abcd, &efgh, w8, 14);
        four_rounds(&abcd, &efgh, w12, 15);

        abcd = vaddq_u32(abcd, abcd_before);
        efgh = vaddq_u32(efgh, efgh_before);
    }

    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

#endif
