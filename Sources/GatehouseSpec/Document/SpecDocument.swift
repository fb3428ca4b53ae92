// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A config-spec document, decoded: what it contains is well-formed, and what wasn't has been dropped and reported.
///
/// Both wire formats are read: `dcs-v2`, whose entities are maps and share their conditions, and `dcs-v1`, whose entities
/// are lists with inline conditions. Each keeps its own meaning (see <doc:GatehouseSpec>). Entities are compiled as they
/// are decoded, so that no more than one is in memory in a form of its own. Documents are immutable and may be used from
/// any number of threads at once.
public struct SpecDocument: Sendable {
    /// The wire formats.
    public enum Format: String, Sendable {
        /// Lists of entities with inline conditions.
        case v1 = "dcs-v1"
        /// Maps of entities with shared conditions.
        case v2 = "dcs-v2"
    }

    let compiled: CompiledDocument

    /// Decodes a document.
    ///
    /// - Parameter bytes: JSON in UTF-8; bytes behind the closing brace are ignored. The document keeps them, without a
    ///   copy.
    /// - Throws: ``SpecError`` when the document as a whole can't be used.
    public init(decoding bytes: [UInt8]) throws(SpecError) {
        compiled = try CompiledDocument.decode(bytes)
    }

    /// Decodes a newer version of a document, taking over what hasn't changed.
    ///
    /// - Parameters:
    ///   - bytes: JSON in UTF-8; bytes behind the closing brace are ignored.
    ///   - previous: The version before, or any other document; it isn't changed.
    /// - Throws: ``SpecError`` when the document as a whole can't be used.
    public init(decoding bytes: [UInt8], replacing previous: SpecDocument?) throws(SpecError) {
        if let previous, let compiled = CompiledDocument.decode(bytes, replacing: previous.compiled) {
            self.compiled = compiled
        } else {
            compiled = try CompiledDocument.decode(bytes)
        }
    }

    init(_ compiled: CompiledDocument) {
        self.compiled = compiled
    }

    // MARK: - Contents

    /// The wire format, told by the shape of `feature_gates`.
    public var format: Format { compiled.format }

    /// The entities that were dropped because they are malformed.
    public var issues: [SpecIssue] { compiled.issues }

    /// The names of all gates, segments and holdouts, dropped ones included.
    public var gateNames: [String] { names(in: .gates) }
    /// The names of all dynamic configs and experiments, dropped ones included.
    public var configNames: [String] { names(in: .configs) }
    /// The names of all layers, dropped ones included.
    public var layerNames: [String] { names(in: .layers) }
    /// The names of all autotunes of the kind that learns from context.
    public var autotuneNames: [String] { compiled.program.autotunes.texts.map(\.string) }
    /// The names of all parameter stores and of their parameters.
    public var parameterStoreNames: [(store: String, parameters: [String])] {
        compiled.program.parameterStoreRows.map { row in
            (row.pointee.name.string, row.pointee.parameters.map(\.name.string))
        }
    }

    /// What a dynamic config really is: `dynamic_config`, `experiment`, `autotune`; `nil` for unknown and dropped ones.
    ///
    /// - Parameter name: Its name.
    public func entity(ofConfig name: String) -> String? {
        let program = compiled.program
        var copy = name
        return copy.withUTF8 { bytes in
            let text = bytes.baseAddress.map { Text(base: $0, count: bytes.count) } ?? Text("")
            let index = program.configIndex(program.configs.index(of: text))
            return index < 0 ? nil : program.specs[index].pointee.entity.string
        }
    }

    private func names(in section: SpecSection) -> [String] {
        compiled.specs[section.rawValue].map(\.name.string)
    }
}
