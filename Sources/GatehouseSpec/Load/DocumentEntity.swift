// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// The name and the kind of an entity that a document has.
public struct DocumentEntity: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// The kinds of entities, as documents tell them apart.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Encodable {
        /// A feature gate.
        case gate
        /// A segment, which gates ask.
        case segment
        /// A holdout, which gates ask.
        case holdout
        /// A dynamic config.
        case dynamicConfig = "dynamic_config"
        /// An experiment.
        case experiment
        /// An autotune or a contextual bandit, which is evaluated as an experiment.
        case autotune
        /// A layer.
        case layer
        /// A parameter store.
        case parameterStore = "param_store"
    }

    /// The kind.
    public let kind: Kind
    /// The name.
    public let name: String

    /// Kind and name, for example `experiment color_test`.
    public var description: String { "\(kind.rawValue) \(name)" }
}

extension Ruleset {
    /// The entities of the document without malformed ones, by kind of section and in the order of the document.
    public var entities: [DocumentEntity] {
        guard let document = source as? LoadedDocument else { return [] }
        var entities = SpecSection.allCases.flatMap { section in
            document.entries[section].compactMap { entry in
                entry.row.map {
                    DocumentEntity(kind: DocumentEntity.Kind(section, $0.pointee.entity), name: entry.name.string)
                }
            }
        }
        entities += autotuneNames.map { DocumentEntity(kind: .autotune, name: $0) }
        entities += parameterStoreNames.map { DocumentEntity(kind: .parameterStore, name: $0.store) }
        return entities
    }
}

extension DocumentEntity.Kind {
    /// The kind by the section of the document and by the member `entity`.
    fileprivate init(_ section: SpecSection, _ entity: Text) {
        switch section {
        case .gates: self = entity == "segment" ? .segment : entity == "holdout" ? .holdout : .gate
        case .configs: self = entity == "experiment" ? .experiment : entity == "autotune" ? .autotune : .dynamicConfig
        case .layers: self = .layer
        }
    }
}
