// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// What a config-spec document says of itself, read without loading the document.
///
/// Reading a header goes through the bytes once, without compiling anything; the memory it takes is that of the names. It
/// checks that the bytes are JSON and that the members read here have the right types. The document may still be one that
/// can't be loaded.
public struct DocumentHeader: Sendable, Equatable {
    /// Whether the document has contents: `{"has_updates": false}` is the answer of a server that has nothing newer.
    public private(set) var hasUpdates = true
    /// What a ruleset made from the document has as its metadata.
    public private(set) var metadata = Ruleset.Metadata()
    /// The format, which follows from the shape of `feature_gates`; `nil` for a document without that member.
    public private(set) var format: DocumentFormat?
    /// The names of all gates, segments and holdouts in the order of the document.
    public private(set) var gateNames: [String] = []
    /// The names of all dynamic configs and experiments in the order of the document.
    public private(set) var configNames: [String] = []
    /// The names of all layers in the order of the document.
    public private(set) var layerNames: [String] = []

    /// When the project last changed, in ms since 1970; 0 where the document doesn't say so.
    public var time: UInt64 { metadata.time }
    /// The checksum of the whole document, `nil` where it has none.
    public var checksum: String? { metadata.checksum }

    /// Reads the header of a document.
    ///
    /// - Parameter bytes: JSON in UTF-8; bytes behind the closing brace are ignored.
    /// - Throws: ``DocumentError`` when the bytes aren't a JSON object with `has_updates`, or a member that belongs to the
    ///   header has the wrong type or occurs twice.
    public init(of bytes: [UInt8]) throws(DocumentError) {
        let held = DocumentBytes(bytes)
        let text = held.text
        do throws(DecodingFailure) {
            if let offset = UTF8Check.firstInvalidOffset(in: text.bytes) { throw DecodingFailure(notUTF8At: offset) }
            var reader = DocumentReader(text)
            try decode(&reader)
        } catch {
            throw DocumentError(error, in: text)
        }
    }

    private mutating func decode(_ reader: inout DocumentReader) throws(DecodingFailure) {
        try reader.members(of: TopLevelMember.headerTable) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .hasUpdates: hasUpdates = try reader.bool()
            case .featureGates:
                format = try reader.kind() == .array ? .v1 : .v2
                gateNames = try reader.specNames()
            case .dynamicConfigs: configNames = try reader.specNames()
            case .layerConfigs: layerNames = try reader.specNames()
            default:
                if try !reader.decode(member, into: &metadata) { try reader.skip() }
            }
        }
    }
}

extension DocumentReader {
    /// Reads the names of a map or list of specs and skips the specs.
    fileprivate mutating func specNames() throws(DecodingFailure) -> [String] {
        var names: [String] = []
        let isList = try kind() == .array
        try entries { (reader) throws(DecodingFailure) in
            if isList {
                names.append(try reader.nameOfSpecInList().string)
                try reader.skip()
            } else {
                try reader.member { (reader, name) throws(DecodingFailure) in
                    names.append(name.string)
                    try reader.skip()
                }
            }
        }
        return names
    }
}
