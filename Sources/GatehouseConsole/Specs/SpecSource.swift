// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where the config specs that a console serves come from.
public enum SpecSource: Sendable {
    /// Nowhere: there is nothing to download until a document is imported.
    case none
    /// Documents in memory, at most one of each wire format.
    case documents([[UInt8]])
    /// Files, at most one of each wire format, which are read again when they change.
    case files([String])
}
