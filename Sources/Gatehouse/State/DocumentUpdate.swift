// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseSpec

/// The sources of a document.
public enum DocumentOrigin: String, Sendable, Hashable, CaseIterable, Encodable {
    /// There is no document yet: every entity is unknown.
    case none
    /// ``ClientOptions/bootstrap``.
    case bootstrap
    /// ``ClientOptions/file``.
    case file
    /// ``ClientOptions/cacheDirectory``, where an earlier download was saved.
    case lastKnownGood
    /// ``ClientOptions/storage``.
    case storage
    /// A server.
    case network

    /// The source as the reference names it in evaluation details (Evaluation §19.1).
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

/// A change of the document in use.
public struct DocumentUpdate: Sendable, Equatable, Encodable {
    /// The source of the new document.
    public let origin: DocumentOrigin
    /// The time of the last change of the project according to the new document, in ms since 1970.
    public let documentTime: UInt64
    /// The time when the client began to use the new document, in ms since 1970.
    public let receivedAt: Int64
    /// The ``documentTime`` of the document before, `nil` for the first.
    public let previousDocumentTime: UInt64?
    /// The entities that were dropped because they are malformed, and those that lack a member that older SDKs don't need, at
    /// most 100 of them, each as one line.
    public let issues: [String]
    /// The entities that were added, changed and removed, `nil` for the first document.
    public var changes: DocumentChanges?
}

/// A change of one entity's definition.
public struct EntityChange: Sendable, Equatable {
    /// What happened to an entity.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The new document has it, and the one before didn't.
        case added
        /// Its definition isn't the same.
        case changed
        /// The new document doesn't have it.
        case removed
    }

    /// What happened.
    public let kind: Kind
    /// The change of the document.
    public let update: DocumentUpdate
}

extension DocumentEntity.Kind {
    /// The changes of this kind of entities, and of those that have one set of names with it.
    var changes: KeyPath<DocumentChanges, DocumentChanges.Names> {
        switch self {
        case .gate, .segment, .holdout: \.gates
        case .dynamicConfig, .experiment, .autotune: \.configs
        case .layer: \.layers
        case .parameterStore: \.parameterStores
        }
    }
}

extension DocumentChanges.Names {
    /// What happened to an entity, `nil` if nothing did.
    func change(of name: String) -> EntityChange.Kind? {
        func has(_ names: [String]) -> Bool { names.contains { $0.utf8.elementsEqual(name.utf8) } }
        return has(changed) ? .changed : has(added) ? .added : has(removed) ? .removed : nil
    }
}
