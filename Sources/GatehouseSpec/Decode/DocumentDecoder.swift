// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Decodes a whole document (Evaluation §1.2): what isn't one spec's own fault spoils everything.
struct DocumentDecoder {
    private let text: Text
    private(set) var issues: [SpecIssue] = []

    init(_ text: Text) {
        self.text = text
    }

    private static let required: [StaticString] = [
        "has_updates", "time", "feature_gates", "dynamic_configs", "layer_configs",
    ]
    private static let requiredInV2: [StaticString] = required + ["condition_map", "experiment_to_layer"]

    mutating func document() throws(DecodingFailure) -> DocumentContent {
        var reader = DocumentReader(text)
        var content = DocumentContent()
        var log = MemberLog()
        var hasUpdates = true
        var issues: [SpecIssue] = []
        try reader.members { (reader, name) throws(DecodingFailure) in
            guard let member = TopLevelMember(name) else { return try reader.skip() }
            try log.note(member.rawValue, reader)
            switch member {
            case .hasUpdates: hasUpdates = try reader.bool()
            case .time: content.time = try reader.unsigned()
            case .featureGates:
                content.format = try reader.kind() == .array ? .v1 : .v2
                content.gates = try DocumentDecoder.entries(&reader, &issues)
            case .dynamicConfigs: content.configs = try DocumentDecoder.entries(&reader, &issues)
            case .layerConfigs: content.layers = try DocumentDecoder.entries(&reader, &issues)
            case .conditionMap: content.conditions = try reader.conditionMap()
            case .experimentToLayer:
                try reader.members { (reader, _) throws(DecodingFailure) in _ = try reader.string() }
            case .checksum: content.checksum = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .companyID: content.companyID = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .responseFormat: _ = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .defaultEnvironment:
                content.defaultEnvironment = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .bucketing: content.bucketing = try reader.bucketing()
            case .appID: content.appID = try reader.raw()
            case .paramStores: content.parameterStores = try reader.parameterStores()
            case .cmabConfigs: content.autotunes = try reader.autotunes()
            case .overrides: content.mappings = try reader.mappings()
            case .overrideRules: content.overrideRules = try reader.overrideRules()
            default: try reader.checkUnused(member)
            }
        }
        try log.require(
            content.format == .v2 ? DocumentDecoder.requiredInV2 : DocumentDecoder.required, reader, at: 0)
        guard hasUpdates else { throw reader.failure("the document says that there are no updates", at: 0) }
        self.issues = issues
        return content
    }

    /// Whether a document that can't be used says at least that there is nothing new (Evaluation §21).
    static func saysNoUpdates(_ text: Text) -> Bool {
        var reader = DocumentReader(text)
        var result = false
        let isReadable: Void? = try? reader.members { (reader, name) throws(DecodingFailure) in
            if name == "has_updates" {
                result = try !reader.bool()
            } else {
                try reader.skip()
            }
        }
        return isReadable != nil && result
    }

    // MARK: - Entities

    /// A map of specs by name, or a list of specs that carry their names.
    private static func entries(
        _ reader: inout DocumentReader, _ issues: inout [SpecIssue]
    ) throws(DecodingFailure) -> [WireEntry] {
        var result: [WireEntry] = []
        if try reader.kind() == .array {
            try reader.elements { (reader) throws(DecodingFailure) in
                let start = reader
                let name = try DocumentDecoder.nameOfInlineSpec(reader)
                result.append(try entry(name, isInline: true, &reader, start, &issues))
            }
        } else {
            try reader.members { (reader, name) throws(DecodingFailure) in
                result.append(try entry(name, isInline: false, &reader, reader, &issues))
            }
        }
        return result
    }

    private static func entry(
        _ name: JSONString, isInline: Bool, _ reader: inout DocumentReader, _ start: DocumentReader,
        _ issues: inout [SpecIssue]
    ) throws(DecodingFailure) -> WireEntry {
        do {
            let spec = try reader.spec(isInline: isInline)
            return WireEntry(
                name: name, spec: spec, byteCount: reader.reader.position - start.reader.position)
        } catch {
            if error.isSyntax { throw error }
            reader = start
            try reader.skip()
            issues.append(
                SpecIssue(name: name.string, path: error.path, byteOffset: error.offset, message: error.message))
            return WireEntry(name: name, spec: nil, byteCount: 0)
        }
    }

    /// The name inside a spec of `dcs-v1`; empty when it has none, for which decoding it will say why.
    private static func nameOfInlineSpec(_ reader: DocumentReader) throws(DecodingFailure) -> JSONString {
        var copy = reader
        guard try copy.kind() == .object else { return .empty }
        var result = JSONString.empty
        try copy.members { (reader, name) throws(DecodingFailure) in
            if name == "name", try reader.kind() == .string {
                result = try reader.string()
            } else {
                try reader.skip()
            }
        }
        return result
    }
}
