// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The one place of the client that vouches for sharing between threads what the compiler can't check.

// The address and the size never change, and all that is written behind them are atomics.
extension SeenKeysTable: @unchecked Sendable {}
