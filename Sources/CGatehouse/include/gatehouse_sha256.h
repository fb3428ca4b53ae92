// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// SHA-256 (FIPS 180-4), tuned for the short messages of percentage rollouts: one padded block, built in place.
//
// All functions are thread-safe and allocate nothing. A pointer may be NULL when its length is 0. The processor's SHA
// instructions are used where there are any; the names ending in `_portable` never use them, for tests and
// measurements.

#ifndef GATEHOUSE_SHA256_H
#define GATEHOUSE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The first 8 digest bytes, big-endian, of the concatenation of a and b.
uint64_t gatehouse_sha256_prefix64(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);
uint64_t gatehouse_sha256_prefix64_portable(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

// The same in two steps, for many messages that begin alike: first what `count` blocks of 64 bytes come to, then the hash
// of a message that continues them with a and b. `hashed` is the length of those blocks in bytes.
void gatehouse_sha256_begin(uint32_t state[8], const uint8_t *blocks, size_t count);
uint64_t gatehouse_sha256_prefix64_rest(
    const uint32_t state[8], uint64_t hashed, const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

// The whole digest.
void gatehouse_sha256(const uint8_t *data, size_t len, uint8_t out[32]);
void gatehouse_sha256_portable(const uint8_t *data, size_t len, uint8_t out[32]);

// Whether the functions without `_portable` use SHA instructions on this processor.
int gatehouse_sha256_has_hardware(void);

// Folds `count` blocks of 64 bytes into a chaining value.
typedef void (*gatehouse_sha256_compressor)(uint32_t state[8], const uint8_t *blocks, size_t count);

// A message that arrives in pieces.
typedef struct {
    uint32_t state[8];
    uint64_t length;  // bytes so far
    uint8_t block[64];  // the last length % 64 of them
    gatehouse_sha256_compressor compress;
} gatehouse_sha256_stream;

void gatehouse_sha256_init(gatehouse_sha256_stream *stream);
void gatehouse_sha256_init_portable(gatehouse_sha256_stream *stream);
void gatehouse_sha256_update(gatehouse_sha256_stream *stream, const uint8_t *data, size_t len);
// The stream is used up afterwards.
void gatehouse_sha256_final(gatehouse_sha256_stream *stream, uint8_t out[32]);

#ifdef __cplusplus
}
#endif

#endif
