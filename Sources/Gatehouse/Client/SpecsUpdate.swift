// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A document that has taken another one's place.
public struct SpecsUpdate: Sendable, Equatable, Encodable {
    /// Where it comes from.
    public let origin: SpecOrigin
    /// When the project last changed according to it: ms since 1970.
    public let documentTime: UInt64
    /// When it was applied: ms since 1970.
    public let receivedAt: Int64
    /// The ``documentTime`` of the document before, `nil` for the first.
    public let previousDocumentTime: UInt64?
    /// The entities that were dropped because they are malformed, at most 100 of them, each as one line.
    public let issues: [String]
}
