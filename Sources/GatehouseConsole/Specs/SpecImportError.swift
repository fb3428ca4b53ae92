// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why documents can't be served.
public struct SpecImportError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, and where: file, line, column and member.
    public let description: String
}
