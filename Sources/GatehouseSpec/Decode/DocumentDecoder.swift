// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Decodes a whole document (Evaluation §1.2): what isn't one spec's own fault spoils everything.
struct DocumentDecoder<Consumer: DocumentConsumer> {
    private let text: Text
    var consumer: Consumer
    private(set) var issues: [SpecIssue] = []
    /// Up to where the text is known to be UTF-8.
    private var checkedEnd: Int

    /// - Parameters:
    ///   - text: The document.
    ///   - isUTF8: Whether that has been checked; what the consumer doesn't recognize is otherwise checked on the way.
    ///   - consumer: Takes the specs and conditions.
    init(_ text: Text, isUTF8: Bool, _ consumer: Consumer) {
        self.text = text
        self.consumer = consumer
        checkedEnd = isUTF8 ? text.count : 0
    }

    mutating func document() throws(DecodingFailure) -> DocumentHeader {
        var reader = DocumentReader(text)
        var header = DocumentHeader()
        var log = MemberLog()
        var hasUpdates = true
        var hasMapOfGates = true
        try reader.members { (reader, name) throws(DecodingFailure) in
            guard let member = TopLevelMember(name) else { return try reader.skip() }
            try log.note(member.rawValue, reader)
            let start = reader.position
            switch member {
            case .hasUpdates: hasUpdates = try reader.bool()
            case .time: header.time = try reader.unsigned()
            case .featureGates:
                hasMapOfGates = try reader.kind() != .array
                try specs(.gates, &reader)
            case .dynamicConfigs: try specs(.configs, &reader)
            case .layerConfigs: try specs(.layers, &reader)
            case .conditionMap: try conditions(&reader)
            case .experimentToLayer:
                try reader.members { (reader, _) throws(DecodingFailure) in _ = try reader.string() }
            case .checksum: header.checksum = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .companyID: header.companyID = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .responseFormat: _ = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .defaultEnvironment:
                header.defaultEnvironment = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            case .bucketing: header.bucketing = try reader.bucketing()
            case .appID: header.appID = try reader.raw()
            case .sdkKeysToAppIDs:
                header.clientKeys = try reader.optional { (r) throws(DecodingFailure) in try r.clientKeys() }
            case .hashedSDKKeysToAppIDs:
                header.hashedClientKeys = try reader.optional { (r) throws(DecodingFailure) in try r.clientKeys() }
            case .sessionReplayInfo:
                header.sessionReplay = try reader.optional { (r) throws(DecodingFailure) in try r.sessionReplay() }
            case .sdkConfigs:
                header.exposureSettings =
                    try reader.optional { (r) throws(DecodingFailure) in try r.exposureSettings() }
                    ?? ExposureSettings()
            case .paramStores:
                header.parameterStores = try reader.parameterStores()
                header.texts.parameterStores = reader.text(from: start)
            case .cmabConfigs:
                header.autotunes = try reader.autotunes()
                header.texts.autotunes = reader.text(from: start)
            case .overrides:
                header.mappings = try reader.mappings()
                header.texts.mappings = reader.text(from: start)
            case .overrideRules:
                header.overrideRules = try reader.overrideRules()
                header.texts.overrideRules = reader.text(from: start)
            default: try reader.checkUnused(member)
            }
        }
        try log.require(
            hasMapOfGates ? TopLevelMember.requiredWithMaps : TopLevelMember.required, reader, at: 0)
        guard hasUpdates else { throw reader.failure("the document says that there are no updates", at: 0) }
        try checkUTF8(upTo: text.count, reader)
        return header
    }

    // MARK: - Entities

    /// A map of specs by name, or a list of specs that carry their names.
    private mutating func specs(
        _ section: SpecSection, _ reader: inout DocumentReader
    ) throws(DecodingFailure) {
        let isList = try reader.kind() == .array
        consumer.begin(section, isList: isList)
        try reader.entries { (reader) throws(DecodingFailure) in
            let start = reader.position
            // A map's entries start with a quote: in a list one isn't JSON, known or not, and the other way round.
            if reader.isAtBrace == isList, try skipKnown(consumer.recognize(section, ahead: reader.ahead), &reader) {
                return
            }
            let name = isList ? try reader.nameOfInlineSpec() : try reader.memberName()
            if !isList { reader.path.append(.member(name)) }
            let spec = try spec(name, isInline: isList, &reader)
            if !isList { reader.path.removeLast() }
            try checkUTF8(upTo: reader.position, reader)
            consumer.consume(section, name, spec, text: reader.text(from: start))
        }
    }

    /// A spec, or `nil` where a malformed one is dropped.
    private mutating func spec(
        _ name: JSONString, isInline: Bool, _ reader: inout DocumentReader
    ) throws(DecodingFailure) -> WireSpec? {
        let start = reader.reader
        let depth = reader.path.count
        do {
            return try reader.spec(isInline: isInline)
        } catch {
            if error.isSyntax { throw error }
            reader.reader = start
            reader.path.removeLast(reader.path.count - depth)
            try reader.skip()
            issues.append(
                SpecIssue(name: name.string, path: error.path, byteOffset: error.offset, message: error.message))
            return nil
        }
    }

    private mutating func conditions(_ reader: inout DocumentReader) throws(DecodingFailure) {
        let kind = try reader.kind()
        guard kind == .object else { throw reader.expected("an object", found: kind) }
        try reader.entries { (reader) throws(DecodingFailure) in
            let start = reader.position
            if try skipKnown(consumer.recognizeCondition(ahead: reader.ahead), &reader) { return }
            let id = try reader.memberName()
            reader.path.append(.member(id))
            let condition = try reader.condition()
            reader.path.removeLast()
            try checkUTF8(upTo: reader.position, reader)
            consumer.consume(id, condition, text: reader.text(from: start))
        }
    }

    private mutating func skipKnown(_ count: Int, _ reader: inout DocumentReader) throws(DecodingFailure) -> Bool {
        guard count > 0 else { return false }
        try checkUTF8(upTo: reader.position, reader)
        reader.skip(byteCount: count)
        checkedEnd = max(checkedEnd, reader.position)
        return true
    }

    private mutating func checkUTF8(upTo end: Int, _ reader: DocumentReader) throws(DecodingFailure) {
        guard checkedEnd < end else { return }
        let unchecked = reader.reader.slice(checkedEnd..<end)
        if let offset = UTF8Check.firstInvalidOffset(in: unchecked.bytes) {
            throw DecodingFailure(notUTF8At: checkedEnd + offset)
        }
        checkedEnd = end
    }
}
