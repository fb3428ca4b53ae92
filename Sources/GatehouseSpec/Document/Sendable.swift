// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The one place of this module that vouches for sharing between threads what the compiler can't check.

// Written once, before anybody else can see it, freed with the last reference, and never changed in between.
extension DocumentBytes: @unchecked Sendable {}

// Plain values whose pointers lead into the bytes that the same document holds and nobody writes.
extension DocumentContent: @unchecked Sendable {}
