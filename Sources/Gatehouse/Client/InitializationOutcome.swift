// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a client had when its start was over.
///
/// The client goes on trying whatever the outcome, and its getters answer.
public struct InitializationOutcome: Sendable, Equatable {
    /// Whether there is a document to answer from.
    public let isReady: Bool
    /// Where it comes from.
    public let origin: SpecOrigin
    /// When the project last changed according to the document: ms since 1970; `nil` without a document.
    public let documentTime: UInt64?
    /// The time since a source last confirmed the document, `nil` without a document.
    public let age: Duration?
    /// How long the start took.
    public let duration: Duration
    /// What failed, `nil` when nothing did; even a client that is ready may have failed to reach the network.
    public let error: SyncError?
}
