// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The only file of this module that makes types sendable without a check by the compiler.

// Written once, before another thread can see it, freed with the last reference, and never changed in between.
extension DocumentBytes: @unchecked Sendable {}

// Immutable once made: its pointers lead to memory that the object owns, written by the thread that loaded the document.
extension LoadedDocument: @unchecked Sendable {}
