// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The one place of the client that vouches for sharing between threads what the compiler can't check.

// The address and the size never change, and all that is written behind them are atomics.
extension SeenKeysTable: @unchecked Sendable {}

// The same.
extension SeenKeys.Places: @unchecked Sendable {}

// The addresses never change, and what lies behind them are atomics and locks.
extension EventStripes: @unchecked Sendable {}
extension EventStripes.Places: @unchecked Sendable {}

// One owner at a time: a stripe or the queue, which change it and pass it on under their locks, or who took it from them.
extension EventChunk: @unchecked Sendable {}
