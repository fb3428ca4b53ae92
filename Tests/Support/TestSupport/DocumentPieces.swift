// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// A document as its members and the entries of the members that hold specs or conditions, for making other versions.
public struct DocumentPieces: Sendable {
    /// What a member of the document holds.
    public enum Content: Sendable {
        /// Any JSON.
        case json(String)
        /// Entities: each with its name in front or, in a list, on its own.
        case entries([String], isList: Bool)
    }

    /// The document's members in order.
    public var members: [(name: String, content: Content)] = []
    /// The text between entries.
    public var separator = ","

    /// The members that hold specs.
    public static let specSections = ["feature_gates", "dynamic_configs", "layer_configs"]
    private static let sections = specSections + ["condition_map"]

    /// Cuts a document.
    ///
    /// - Parameter document: A document that can be used.
    /// - Throws: An error when it isn't JSON.
    public init(_ document: [UInt8]) throws {
        try document.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var reader = JSONReader(Text(base: base, count: buffer.count))
            try reader.enterObject()
            var isFirst = true
            while let name = try reader.nextMember(&isFirst)?.string {
                let content = try DocumentPieces.content(of: name, &reader)
                members.append((name, content))
            }
        }
    }

    private static func content(of name: String, _ reader: inout JSONReader) throws -> Content {
        let kind = try reader.peek()
        guard sections.contains(name), kind == .object || kind == .array else {
            return .json(try reader.skipValue().string)
        }
        var entries: [String] = []
        var isFirst = true
        if kind == .array {
            try reader.enterArray()
            while try reader.nextElement(&isFirst) { entries.append(try reader.skipValue().string) }
        } else {
            try reader.enterObject()
            while try reader.nextMemberStart(&isFirst) {
                let start = reader.position
                _ = try reader.memberName()
                try reader.skipValue()
                entries.append(reader.slice(start..<reader.position).string)
            }
        }
        return .entries(entries, isList: kind == .array)
    }

    // MARK: - Changing

    /// The entries of a member that holds entities; none where there is no such member.
    public subscript(section: String) -> [String] {
        get {
            guard case .entries(let entries, _)? = members.first(where: { $0.name == section })?.content else {
                return []
            }
            return entries
        }
        set {
            for index in members.indices where members[index].name == section {
                guard case .entries(_, let isList) = members[index].content else { continue }
                members[index].content = .entries(newValue, isList: isList)
            }
        }
    }

    /// The JSON of any other member; `nil` removes it.
    public subscript(json name: String) -> String? {
        get {
            guard case .json(let json)? = members.first(where: { $0.name == name })?.content else { return nil }
            return json
        }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let json?): members[index].content = .json(json)
            case (let index?, nil): members.remove(at: index)
            case (nil, let json?): members.append((name, .json(json)))
            case (nil, nil): break
            }
        }
    }

    /// The document with lists of specs that contain their names and conditions, as `dcs-v1` has them.
    public var inlined: DocumentPieces {
        var conditions = Object()
        for entry in self["condition_map"] {
            guard let condition = DocumentPieces.object("{\(entry)}")?.first else { continue }
            conditions[condition.name] = condition.value
        }
        var result = self
        for index in result.members.indices {
            guard case .entries(let entries, false) = result.members[index].content else { continue }
            guard DocumentPieces.specSections.contains(result.members[index].name) else {
                result.members[index].content = .entries([], isList: false)
                continue
            }
            let specs = entries.map { DocumentPieces.inlined($0, conditions) }
            result.members[index].content = .entries(specs, isList: true)
        }
        return result
    }

    private static func inlined(_ entry: String, _ conditions: Object) -> String {
        guard let member = object("{\(entry)}")?.first else { return entry }
        guard var spec = member.value.object else { return json(member.value) }
        spec["name"] = .string(member.name)
        spec["rules"] = spec["rules"]?.array.map { rules in
            .array(
                rules.map { rule in
                    guard var rule = rule.object, let ids = rule["conditions"]?.array else { return rule }
                    rule["conditions"] = .array(ids.compactMap { id in id.string.flatMap { conditions[$0] } })
                    return .object(rule)
                })
        }
        return json(.object(spec))
    }

    private static func object(_ json: String) -> Object? {
        Value(json: Array(json.utf8))?.object
    }

    private static func json(_ value: Value) -> String {
        String(decoding: value.jsonBytes, as: UTF8.self)
    }

    // MARK: - Writing

    /// The document.
    public var text: String {
        let texts = members.map { member in
            switch member.content {
            case .json(let json): "\"\(member.name)\":\(json)"
            case .entries(let entries, let isList):
                "\"\(member.name)\":\(isList ? "[" : "{")" + entries.joined(separator: separator)
                    + (isList ? "]" : "}")
            }
        }
        return "{\(texts.joined(separator: ","))}"
    }

    /// The document's bytes.
    public var bytes: [UInt8] { Array(text.utf8) }
}
