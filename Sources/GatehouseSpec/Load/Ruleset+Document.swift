// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension Ruleset {
    /// Loads a config-spec document: decodes it and compiles it in one pass.
    ///
    /// Both formats are read, and each keeps its own meaning (see <doc:GatehouseSpec>). A malformed spec is left out, and
    /// ``issues`` has the reason.
    ///
    /// With `previous` the result is the same, but specs and conditions whose text hasn't changed are shared with that
    /// ruleset. Where few have changed, this takes a fraction of the time and memory.
    ///
    /// - Parameters:
    ///   - bytes: JSON in UTF-8; bytes behind the closing brace are ignored. Without `previous` the ruleset retains the
    ///     array and copies nothing from it.
    ///   - previous: The ruleset of an earlier version, or of any other document. It isn't changed and may be in use.
    /// - Throws: ``DocumentError`` when the document as a whole can't be used.
    public convenience init(document bytes: [UInt8], replacing previous: Ruleset? = nil) throws(DocumentError) {
        let (document, program) = try DocumentLoader.load(bytes, replacing: previous?.document)
        self.init(program: program, source: document, metadata: document.metadata)
    }

    private var document: LoadedDocument? { source as? LoadedDocument }

    // MARK: - What the document contains

    /// The format of the document, which follows from the shape of its `feature_gates`; `nil` for an empty ruleset that
    /// was made without a document.
    public var documentFormat: DocumentFormat? { document?.entries.format }

    /// The specs that were left out because they are malformed, and those of format v1 that lack a member that older SDKs
    /// don't need, in the order of the document.
    public var issues: [SpecIssue] { document?.issues ?? [] }

    /// The names of all gates, segments and holdouts in the order of the document, malformed ones included.
    public var gateNames: [String] { names(in: .gates) }

    /// The names of all dynamic configs and experiments in the order of the document, malformed ones included.
    public var configNames: [String] { names(in: .configs) }

    /// The names of all layers in the order of the document, malformed ones included.
    public var layerNames: [String] { names(in: .layers) }

    /// The names of all contextual bandits.
    public var autotuneNames: [String] { program.autotunes.texts.map(\.string) }

    /// The names of all parameter stores and of their parameters.
    public var parameterStoreNames: [(store: String, parameters: [String])] {
        program.parameterStoreRows.map { row in
            (row.pointee.name.string, row.pointee.parameters.map(\.name.string))
        }
    }

    /// Tells dynamic configs and experiments apart.
    ///
    /// - Parameter name: The name of a config.
    /// - Returns: `dynamic_config`, `experiment` or `autotune`, as the document has it; `nil` for a name that is unknown
    ///   or that of a malformed spec.
    public func entity(ofConfig name: String) -> String? {
        var copy = name
        return copy.withUTF8 { bytes in
            let index = program.configIndex(program.configs.index(of: Text(bytes)))
            return index < 0 ? nil : program.specs[index].pointee.entity.string
        }
    }

    private func names(in section: SpecSection) -> [String] {
        document?.entries.specs[section.rawValue].map(\.name.string) ?? []
    }

    /// The number of specs and conditions that were compiled to load the document; the others were shared with the
    /// ruleset before.
    package var compiledEntryCount: Int { document?.entries.compiledCount ?? 0 }
}

/// A spec that was left out because it is malformed, while the rest of the document is used, or one that was accepted with a
/// default that older SDKs have.
public struct SpecIssue: Sendable, Equatable, CustomStringConvertible {
    /// The spec's name, empty where it has none.
    public let name: String
    /// The path of members that leads to the fault, for example `feature_gates.new_checkout.rules[2].id`.
    public let path: String
    /// The location of the fault in bytes from the start of the document.
    public let byteOffset: Int
    /// What was expected and what was found.
    public let message: String
    /// Whether the spec was left out.
    public let isDropped: Bool

    init(name: String, _ failure: DecodingFailure, isDropped: Bool) {
        self.name = name
        path = failure.path
        byteOffset = failure.offset
        message = failure.message
        self.isDropped = isDropped
    }

    /// Name, path and message in one line.
    public var description: String { "\(isDropped ? "dropped" : "accepted") \(name): \(path): \(message)" }
}
