// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The one place of this module that vouches for sharing between threads what the compiler can't check.

// Written once, before anybody else can see it, freed with the last reference, and never changed in between.
extension DocumentBytes: @unchecked Sendable {}

// Immutable once made: pointers into memory that the object holds, written by the one task that compiled it.
extension CompiledDocument: @unchecked Sendable {}
