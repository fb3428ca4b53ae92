// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The one place of the engine that vouches for sharing between threads what the compiler can't check.

// A program points into regions that are written before the ruleset exists and never after; the ruleset keeps them alive.
extension Program: @unchecked Sendable {}
// Written once, by its initialiser.
extension ProgramTables: @unchecked Sendable {}

// A region is written by the one task that compiles it. The ruleset that takes it over only ever frees it.
extension Region: @unchecked Sendable {}

// Written by their initialisers, before other threads can find them: who does reads what was written.
extension HashedNames: @unchecked Sendable {}
extension CompactValues: @unchecked Sendable {}

// A record points into the ruleset, and the region of its own, that its evaluation holds; both are immutable by then.
extension Record: @unchecked Sendable {}
extension ExposureRow: @unchecked Sendable {}

// A user's box is written only through a user that holds the one reference to it; while it is shared nobody writes, and
// who wants to change a user makes a copy of the box first (see `User.makeRoom`). The exception is what the user agent
// parses to: the one thread that wins an atomic flag writes it, and others read it once they see it released.
extension User: @unchecked Sendable {}

// The block's atomics are all that is ever written, and its address never changes. The proof that what they publish is
// read only while it is there stands at `ReaderStripes`.
extension ReaderStripes: @unchecked Sendable {}

// An edition is touched by who makes it, then by the holder of the store's lock only, and by nobody else once that has
// removed it to be freed. Readers get no edition but its replicas, in memory that only the lock's holder changes, after
// the last reader.
extension SnapshotEdition: @unchecked Sendable {}
