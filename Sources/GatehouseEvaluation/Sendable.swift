// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// All types of this module whose thread safety the compiler can't check, each with the reason why they are safe.

// A program points into regions that are written before the ruleset exists and never after; the ruleset retains them.
extension Program: @unchecked Sendable {}
// Written once, by its initialiser.
extension ProgramTables: @unchecked Sendable {}

// One task writes a region while it compiles. The ruleset that owns the region afterwards only frees it.
extension Region: @unchecked Sendable {}

// Only their initializers write them, before other threads can find them by an atomic reference.
extension HashedNames: @unchecked Sendable {}
extension CompactValues: @unchecked Sendable {}

// A record points into the ruleset, and the region of its own, that its evaluation holds; both are immutable by then.
extension Record: @unchecked Sendable {}
extension SecondaryExposureRow: @unchecked Sendable {}

// The addresses never change. The memory behind them holds atomics only.
extension UsageSlots: @unchecked Sendable {}

// A user's box is written only through a user that holds the only reference to it. A user with a shared box copies the box
// before it changes (see `User.makeRoom`). The exception is the cache of the parsed user agent: the thread that sets an
// atomic flag first writes it, and other threads read it only after they have loaded the released flag.
extension User: @unchecked Sendable {}

// Only the atomics in the block are written, and its address never changes. `ReaderStripes` has the proof that readers use
// the published replicas only while they exist.
extension ReaderStripes: @unchecked Sendable {}

// The thread that makes an edition uses it, then only the thread that holds the store's lock, and at last the thread that
// frees it. Readers use only its replicas, in memory that the lock's holder changes after the last reader has left.
extension SnapshotEdition: @unchecked Sendable {}
