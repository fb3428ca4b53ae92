// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where the config specs in use come from.
public enum SpecOrigin: String, Sendable, Hashable, CaseIterable, Encodable {
    /// There are none yet: everything is unknown.
    case none
    /// From bytes that the program brought along.
    case bootstrap
    /// From a file that is watched.
    case file
    /// From the disk, where they were kept when they were downloaded last.
    case lastKnownGood
    /// From the storage that a fleet shares.
    case storage
    /// From a server.
    case network

    /// The origin in the words of the reference's evaluation details (Evaluation §19.1).
    public var detailsName: String {
        switch self {
        case .none: "NoValues"
        case .bootstrap: "Bootstrap"
        case .file: "Adapter(FileBased)"
        case .lastKnownGood: "Adapter(LastKnownGood)"
        case .storage: "Adapter(DataStore)"
        case .network: "Network"
        }
    }
}

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
