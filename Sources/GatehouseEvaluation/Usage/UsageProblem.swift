// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A call that has an answer, but most likely not the one that the caller meant.
///
/// An evaluation can't fail, so a misspelt name answers `false`, and a parameter of another type answers its default. A client
/// counts these calls, and logs each problem the first time that it occurs.
public struct UsageProblem: Sendable, Hashable {
    /// The codes of problems, which metrics have as a label.
    public enum Code: String, Sendable, Hashable, CaseIterable, Codable {
        /// The document has no entity of that kind and name.
        case unknownEntity = "unknown_entity"
        /// Neither a rule nor the default of the entity has the parameter.
        case unknownParameter = "unknown_parameter"
        /// The parameter's value doesn't fit the type that the caller reads it as.
        case typeMismatch = "type_mismatch"
        /// The user has no ID of the type that is hashed, so it shares one bucket with all others that have none.
        case missingUnit = "missing_unit"
        /// An override names a group that the experiment doesn't have.
        case unknownGroup = "unknown_group"

        var index: Int {
            switch self {
            case .unknownEntity: 0
            case .unknownParameter: 1
            case .typeMismatch: 2
            case .missingUnit: 3
            case .unknownGroup: 4
            }
        }
    }

    /// The kinds of entities.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// A gate, segment or holdout.
        case gate
        /// A dynamic config.
        case dynamicConfig = "dynamic_config"
        /// An experiment or autotune.
        case experiment
        /// A layer.
        case layer
        /// A parameter store.
        case parameterStore = "parameter_store"

        fileprivate var word: String { rawValue.replacingUnderscores }

        var index: Int {
            switch self {
            case .gate: 0
            case .dynamicConfig: 1
            case .experiment: 2
            case .layer: 3
            case .parameterStore: 4
            }
        }
    }

    /// The code of the problem.
    public let code: Code
    /// The entity's kind, `nil` where only its name or an ID type is known.
    public let kind: Kind?
    /// The entity's name, empty for a condition that several entities share.
    public let name: String
    /// The parameter, the ID type or the group; empty for an unknown entity.
    public let detail: String
    /// For a type mismatch: what the parameter is and the type that the caller reads it as.
    public let types: String
    /// How often the problem has occurred.
    public var count = 1

    package init(_ code: Code, _ kind: Kind?, _ name: String, detail: String = "", types: String = "") {
        self.code = code
        self.kind = kind
        self.name = name
        self.detail = detail
        self.types = types
    }
}

extension UsageProblem: CustomStringConvertible {
    /// The problem as a sentence, without its count and without values.
    public var description: String {
        let entity = name.isEmpty ? "a condition" : (kind.map { "\($0.word) " } ?? "") + "\"\(name)\""
        return switch code {
        case .unknownEntity: "the document has no \(entity)"
        case .unknownParameter: "\(entity) has no parameter \"\(detail)\""
        case .typeMismatch: "\(entity): parameter \"\(detail)\" is \(types)"
        case .missingUnit: "\(entity) hashes the \(detail), which a user doesn't have"
        case .unknownGroup: "\(entity) has no group \"\(detail)\", which an override names"
        }
    }
}

extension String {
    fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}
