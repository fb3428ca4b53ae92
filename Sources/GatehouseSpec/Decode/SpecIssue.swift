// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An entity that was dropped because it is malformed; the rest of the document is used.
public struct SpecIssue: Sendable, Equatable, CustomStringConvertible {
    /// The entity's name, as far as it is known.
    public let name: String
    /// Where in the document the fault is.
    public let path: String
    /// Bytes from the start of the document.
    public let byteOffset: Int
    /// What was expected and what was found.
    public let message: String

    /// One line that names the entity, the place and the expectation.
    public var description: String { "dropped \(name): \(path): \(message)" }
}
