// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// All types of this module that may be shared between threads although the compiler can't check it, with the reason.

// The address and the size never change. The memory behind the address holds atomics only.
extension SeenKeysTable: @unchecked Sendable {}

// As above.
extension SeenKeys.Places: @unchecked Sendable {}

// The addresses never change. The memory behind them holds atomics and locks.
extension EventStripes: @unchecked Sendable {}
extension EventStripes.Places: @unchecked Sendable {}

// A chunk has one owner at a time. A stripe and the queue change it and pass it on under their locks; then the task that took
// it owns it.
extension EventChunk: @unchecked Sendable {}
