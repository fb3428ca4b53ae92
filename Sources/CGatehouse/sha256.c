// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#include "gatehouse_sha256.h"
#include "sha256_kernels.h"

#include <stdatomic.h>
#include <string.h>

_Alignas(64) const uint32_t gatehouse_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The first 32 fractional bits of the square roots of the first eight primes.
static const uint32_t initial_state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static inline uint32_t load_be32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3];
}

static inline void store_be32(uint8_t *bytes, uint32_t value) {
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)(value >> 16);
    bytes[2] = (uint8_t)(value >> 8);
    bytes[3] = (uint8_t)value;
}

static inline void store_be64(uint8_t *bytes, uint64_t value) {
    store_be32(bytes, (uint32_t)(value >> 32));
    store_be32(bytes + 4, (uint32_t)value);
}

static inline void copy(uint8_t *to, const uint8_t *from, size_t len) {
    // memcpy must not see NULL, even for no bytes.
    if (len > 0) memcpy(to, from, len);
}

// ---------------------------------------------------------------------------------------------- portable compressor

static inline uint32_t rotate(uint32_t value, int count) {
    return value >> count | value << (32 - count);
}

static void compress_portable(uint32_t state[8], const uint8_t *blocks, size_t count) {
    for (; count > 0; count--, blocks += 64) {
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
        uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
        // The message schedule needs only its last 16 words; w[t % 16] becomes the word of round t.
        uint32_t w[16];
        for (int t = 0; t < 16; t++) w[t] = load_be32(blocks + 4 * t);

        // Unrolled, the eight moves at the end of a round and the modulo disappear: a quarter less time.
#pragma clang loop unroll(full)
        for (int t = 0; t < 64; t++) {
            if (t >= 16) {
                uint32_t w15 = w[(t + 1) & 15], w2 = w[(t + 14) & 15];
                uint32_t s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ w15 >> 3;
                uint32_t s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ w2 >> 10;
                w[t & 15] += s0 + w[(t + 9) & 15] + s1;
            }
            uint32_t big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
            uint32_t choice = g ^ (e & (f ^ g));
            uint32_t t1 = h + big1 + choice + gatehouse_sha256_k[t] + w[t & 15];
            uint32_t big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
            uint32_t majority = (a & b) | (c & (a | b));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + big0 + majority;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}

// -------------------------------------------------------------------------------------------------------- selection

int gatehouse_sha256_has_hardware(void) {
#if GATEHOUSE_SHA256_KERNEL
    // 0 unknown, 1 no, 2 yes. Threads that meet here for the first time store the same answer, so no order is needed.
    static _Atomic int answer = 0;
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (__builtin_expect(known == 0, 0)) {
        known = gatehouse_sha256_kernel_supported() ? 2 : 1;
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known == 2;
#else
    return 0;
#endif
}

static inline gatehouse_sha256_compressor best_compressor(void) {
#if GATEHOUSE_SHA256_KERNEL
    if (__builtin_expect(gatehouse_sha256_has_hardware(), 1)) return gatehouse_sha256_kernel;
#endif
    return compress_portable;
}

// -------------------------------------------------------------------------------------------------------- streaming

static inline void start(gatehouse_sha256_stream *stream, gatehouse_sha256_compressor compress) {
    memcpy(stream->state, initial_state, sizeof initial_state);
    stream->length = 0;
    stream->compress = compress;
}

void gatehouse_sha256_init(gatehouse_sha256_stream *stream) {
    start(stream, best_compressor());
}

void gatehouse_sha256_init_portable(gatehouse_sha256_stream *stream) {
    start(stream, compress_portable);
}

void gatehouse_sha256_update(gatehouse_sha256_stream *stream, const uint8_t *data, size_t len) {
    size_t used = (size_t)(stream->length % 64);
    stream->length += len;
    if (used > 0) {
        size_t room = 64 - used;
        if (len < room) {
            copy(stream->block + used, data, len);
            return;
        }
        memcpy(stream->block + used, data, room);
        stream->compress(stream->state, stream->block, 1);
        data += room;
        len -= room;
    }
    size_t whole = len / 64;
    if (whole > 0) {
        stream->compress(stream->state, data, whole);
        data += whole * 64;
    }
    copy(stream->block, data, len % 64);
}

// Appends the padding: a one bit, zeros, and the length in bits in the last 8 bytes of a block.
static void finish(gatehouse_sha256_stream *stream) {
    size_t used = (size_t)(stream->length % 64);
    stream->block[used++] = 0x80;
    if (used > 56) {
        memset(stream->block + used, 0, 64 - used);
        stream->compress(stream->state, stream->block, 1);
        used = 0;
    }
    memset(stream->block + used, 0, 56 - used);
    store_be64(stream->block + 56, stream->length * 8);
    stream->compress(stream->state, stream->block, 1);
}

static inline void store_state(const uint32_t state[8], uint8_t out[32]) {
    for (int i = 0; i < 8; i++) store_be32(out + 4 * i, state[i]);
}

void gatehouse_sha256_final(gatehouse_sha256_stream *stream, uint8_t out[32]) {
    finish(stream);
    store_state(stream->state, out);
}

// --------------------------------------------------------------------------------------------------------- one shot

// Leaves the digest of a message in `state`, which holds what its first `hashed` bytes, whole blocks, were folded into;
// a || b is the rest.
static inline void hash_rest(
    uint32_t state[8], uint64_t hashed, gatehouse_sha256_compressor compress,
    const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len
) {
    // Checked one by one, since a sum of lengths could wrap.
    if (a_len <= 55 && b_len <= 55 - a_len) {
        size_t len = a_len + b_len;
        uint8_t block[64] = {0};
        copy(block, a, a_len);
        copy(block + a_len, b, b_len);
        block[len] = 0x80;
        store_be64(block + 56, (hashed + len) * 8);
        compress(state, block, 1);
        return;
    }
    gatehouse_sha256_stream stream;
    memcpy(stream.state, state, sizeof stream.state);
    stream.length = hashed;
    stream.compress = compress;
    gatehouse_sha256_update(&stream, a, a_len);
    gatehouse_sha256_update(&stream, b, b_len);
    finish(&stream);
    memcpy(state, stream.state, sizeof stream.state);
}

// Leaves the digest of a || b in `state`.
static inline void hash(
    uint32_t state[8], gatehouse_sha256_compressor compress,
    const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len
) {
    memcpy(state, initial_state, sizeof initial_state);
    hash_rest(state, 0, compress, a, a_len, b, b_len);
}

void gatehouse_sha256_begin(uint32_t state[8], const uint8_t *blocks, size_t count) {
    memcpy(state, initial_state, sizeof initial_state);
    best_compressor()(state, blocks, count);
}

uint64_t gatehouse_sha256_prefix64_rest(
    const uint32_t state[8], uint64_t hashed, const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len
) {
    uint32_t copied[8];
    memcpy(copied, state, sizeof copied);
    hash_rest(copied, hashed, best_compressor(), a, a_len, b, b_len);
    return (uint64_t)copied[0] << 32 | copied[1];
}

uint64_t gatehouse_sha256_prefix64(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    uint32_t state[8];
    hash(state, best_compressor(), a, a_len, b, b_len);
    return (uint64_t)state[0] << 32 | state[1];
}

uint64_t gatehouse_sha256_prefix64_portable(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len) {
    uint32_t state[8];
    hash(state, compress_portable, a, a_len, b, b_len);
    return (uint64_t)state[0] << 32 | state[1];
}

void gatehouse_sha256(const uint8_t *data, size_t len, uint8_t out[32]) {
    uint32_t state[8];
    hash(state, best_compressor(), data, len, NULL, 0);
    store_state(state, out);
}

void gatehouse_sha256_portable(const uint8_t *data, size_t len, uint8_t out[32]) {
    uint32_t state[8];
    hash(state, compress_portable, data, len, NULL, 0);
    store_state(state, out);
}
