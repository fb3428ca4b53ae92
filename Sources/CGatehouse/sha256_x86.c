// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#include "sha256_kernels.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

int gatehouse_sha256_kernel_supported(void) {
    unsigned int eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return 0;
    const unsigned int ssse3 = 1u << 9, sse41 = 1u << 19;
    if ((ecx & ssse3) == 0 || (ecx & sse41) == 0) return 0;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return 0;
    const unsigned int sha = 1u << 29;
    return (ebx & sha) != 0;
}

#define KERNEL __attribute__((target("sha,sse4.1,ssse3")))

// Rounds 4i to 4i + 3. The instruction takes two rounds at a time, their words in the low half of its third operand.
KERNEL static inline void four_rounds(__m128i *abef, __m128i *cdgh, __m128i words, int i) {
    __m128i sum = _mm_add_epi32(words, _mm_load_si128((const __m128i *)gatehouse_sha256_k + i));
    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

// The next four words of the message schedule, from the last sixteen in order.
KERNEL static inline __m128i next_words(__m128i w0, __m128i w4, __m128i w8, __m128i w12) {
    __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4), _mm_alignr_epi8(w12, w8, 4));
    return _mm_sha256msg2_epu32(partial, w12);
}

KERNEL void gatehouse_sha256_kernel(uint32_t state[8], const uint8_t *blocks, size_t count) {
    const __m128i big_endian = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);

    // The instructions want a, b, e, f in one register and c, d, g, h in the other, first letter on top.
    __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);

    for (; count > 0; count--, blocks += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        const __m128i *input = (const __m128i *)blocks;
        __m128i w0 = _mm_shuffle_epi8(_mm_loadu_si128(input), big_endian);
        __m128i w4 = _mm_shuffle_epi8(_mm_loadu_si128(input + 1), big_endian);
        __m128i w8 = _mm_shuffle_epi8(_mm_loadu_si128(input + 2), big_endian);
        __m128i w12 = _mm_shuffle_epi8(_mm_loadu_si128(input + 3), big_endian);

        for (int i = 0; i < 12; i += 4) {
            four_rounds(&abef, &cdgh, w0, i);
            w0 = next_words(w0, w4, w8, w12);
            four_rounds(&abef, &cdgh, w4, i + 1);
            w4 = next_words(w4, w8, w12, w0);
            four_rounds(&abef, &cdgh, w8, i + 2);
            w8 = next_words(w8, w12, w0, w4);
            four_rounds(&abef, &cdgh, w12, i + 3);
            w12 = next_words(w12, w0, w4, w8);
        }
        four_rounds(&abef, &cdgh, w0, 12);
        four_rounds(&abef, &cdgh, w4, 13);
        four_rounds(&abef, &cdgh, w8, 14);
        four_rounds(&abef, &cdgh, w12, 15);

        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }

    __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#endif
