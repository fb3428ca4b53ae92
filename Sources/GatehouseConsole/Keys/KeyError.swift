// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why a key can't be changed.
enum KeyError: Error {
    case notFound
    /// It was deactivated before.
    case deactivated
}
