// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// Which entities of a document the text of a program mentions, and which calls name entities that the document doesn't have.
public struct SourceScan: Sendable {
    /// A call that names an entity which the document doesn't have.
    public struct UnknownMention: Sendable, Hashable {
        /// The kind that the call asks for, for example `gate`.
        public let kind: String
        /// The name.
        public let name: String
        /// The file.
        public let file: String
        /// The line, counted from 1.
        public let line: Int
    }

    /// The calls that name an entity which the document doesn't have, in the order of the files; at most
    /// ``maximumUnknownMentions``.
    public private(set) var unknownMentions: [UnknownMention] = []
    /// The number of files.
    public private(set) var fileCount = 0

    /// The maximum number of unknown mentions.
    public static let maximumUnknownMentions = 10_000

    private let ruleset: Ruleset
    private let names: Set<EntityKey>
    private let texts: Set<String>
    private var mentioned: Set<EntityKey> = []

    /// Starts a scan.
    ///
    /// - Parameter ruleset: The document.
    public init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
        names = withExtendedLifetime(ruleset) { Set(ruleset.program.entityKeys) }
        texts = Set(names.map(\.name))
    }

    /// The names of getters whose first argument is the name of an entity.
    private static let getters: [String: EntityKey.Space] = [
        "checkGate": .gate, "gate": .gate, "dynamicConfig": .config, "experiment": .config, "layer": .layer,
        "parameterStore": .parameterStore,
    ]

    /// Scans a file.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - file: The file's name, for reports.
    ///   - isSwift: Whether to read it as Swift; calls are found in Swift alone.
    public mutating func add(_ bytes: [UInt8], file: String, isSwift: Bool) {
        fileCount += 1
        for literal in isSwift ? StringLiterals.ofSwift(bytes) : StringLiterals.ofText(bytes) {
            // A document has few names, and a program many literals.
            if literal.isWhole, texts.contains(literal.text) {
                for space in EntityKey.Space.allCases {
                    let key = EntityKey(space, literal.text)
                    if names.contains(key) { mentioned.insert(key) }
                }
            }
            guard literal.isWhole, !literal.text.isEmpty, let space = SourceScan.getters[literal.callee],
                !names.contains(EntityKey(space, literal.text)),
                unknownMentions.count < SourceScan.maximumUnknownMentions
            else { continue }
            let kind =
                switch space {
                case .gate: "gate"
                case .config: "config"
                case .layer: "layer"
                case .parameterStore: "param_store"
                }
            unknownMentions.append(
                UnknownMention(kind: kind, name: literal.text, file: file, line: literal.line))
        }
    }

    /// The entities that no file mentions, and that no mentioned entity asks, directly or by way of others; by kind and name.
    ///
    /// Segments and holdouts, which programs don't ask, are among them if no mentioned entity asks them.
    public var unmentioned: [ReviewedEntity] {
        withExtendedLifetime(ruleset) {
            let program = ruleset.program
            let used = Dependencies(program).asked(by: mentioned)
            return names.subtracting(used).sorted().map { $0.entity(in: program) }
        }
    }
}
