// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a source answered.
enum SpecFetch: Sendable {
    /// A document, not yet looked at.
    case document([UInt8])
    /// The document in use is the current one.
    case unchanged
}
