// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A config-spec document, decoded: what it contains is well-formed, and what wasn't has been dropped and reported.
///
/// Both wire formats are read: `dcs-v2`, whose entities are maps and share their conditions, and `dcs-v1`, whose entities
/// are lists with inline conditions. Each keeps its own meaning (see <doc:GatehouseSpec>). Documents are immutable and
/// may be used from any number of threads at once.
public struct SpecDocument: Sendable {
    /// The wire formats.
    public enum Format: String, Sendable {
        /// Lists of entities with inline conditions.
        case v1 = "dcs-v1"
        /// Maps of entities with shared conditions.
        case v2 = "dcs-v2"
    }

    /// The wire format, told by the shape of `feature_gates`.
    public var format: Format { content.format }

    /// The entities that were dropped because they are malformed.
    public let issues: [SpecIssue]

    let bytes: DocumentBytes
    let content: DocumentContent

    /// Decodes a document.
    ///
    /// - Parameter bytes: JSON in UTF-8; bytes behind the closing brace are ignored.
    /// - Throws: ``SpecError`` when the document as a whole can't be used.
    public init(decoding bytes: [UInt8]) throws(SpecError) {
        let held = DocumentBytes(bytes)
        let text = held.text
        if let offset = UTF8Check.firstInvalidOffset(in: text.bytes) {
            throw SpecError(
                .notJSON,
                DecodingFailure(offset: offset, path: "", message: JSONError.Kind.invalidUTF8.rawValue, isSyntax: true),
                in: text.bytes)
        }
        var decoder = DocumentDecoder(text)
        do {
            content = try decoder.document()
        } catch {
            if DocumentDecoder.saysNoUpdates(text) {
                let failure = DecodingFailure(
                    offset: 0, path: "has_updates", message: "the document says that there are no updates",
                    isSyntax: false)
                throw SpecError(.noUpdates, failure, in: text.bytes)
            }
            throw SpecError(error.isSyntax ? .notJSON : .unexpectedStructure, error, in: text.bytes)
        }
        self.bytes = held
        issues = decoder.issues
    }

    // MARK: - Names

    /// The names of all gates, segments and holdouts, dropped ones included.
    public var gateNames: [String] { content.gates.map(\.name.string) }
    /// The names of all dynamic configs and experiments, dropped ones included.
    public var configNames: [String] { content.configs.map(\.name.string) }
    /// The names of all layers, dropped ones included.
    public var layerNames: [String] { content.layers.map(\.name.string) }
    /// The names of all autotunes of the kind that learns from context.
    public var autotuneNames: [String] { content.autotunes.map(\.name.string) }
    /// The names of all parameter stores and of their parameters.
    public var parameterStoreNames: [(store: String, parameters: [String])] {
        content.parameterStores.map { ($0.name.string, $0.parameters.map(\.name.string)) }
    }

    /// What a dynamic config really is: `dynamic_config`, `experiment`, `autotune`; `nil` for unknown and dropped ones.
    ///
    /// - Parameter name: Its name.
    public func entity(ofConfig name: String) -> String? {
        let key = Array(name.utf8)
        return content.configs.last { $0.name.unescaped() == key }?.spec?.entity.string
    }
}
