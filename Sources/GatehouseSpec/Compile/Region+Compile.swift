// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Region {
    /// A copy of a string of the document, escapes replaced.
    func copy(_ string: JSONString) -> Text {
        string.hasEscapes ? text(string.unescaped()) : text(string.raw.bytes)
    }

    func copy(_ string: JSONString?) -> Text { string.map { copy($0) } ?? .missing }

    func copy(_ strings: [JSONString]) -> TextList { store(strings.map { copy($0) }) }

    /// A copy in lower case.
    func lowercased(_ source: Text) -> Text {
        var lowered: [UInt8] = []
        lowered.reserveCapacity(source.count)
        Lowercase.append(lowercasing: source.bytes, to: &lowered)
        return text(lowered)
    }

    /// The texts joined, each followed by a dot: what is hashed before a unit.
    func hashPrefix(_ parts: Text...) -> Text {
        var joined: [UInt8] = []
        for part in parts {
            joined.append(contentsOf: part.bytes)
            joined.append(UInt8(ascii: "."))
        }
        return text(joined)
    }

    func unit(_ idType: Text) -> UnitSelector {
        let lowered = lowercased(idType)
        return UnitSelector(isUserID: lowered == "userid", name: idType, loweredName: lowered)
    }

    /// What a field's name stands for (Evaluation §3.3, §14).
    func field(_ name: Text) -> FieldSelector {
        var selector = FieldSelector()
        if name.isMissing { return selector }
        selector.name = name
        selector.loweredName = lowercased(name)
        selector.isCountry = name == "country"
        let lowered = selector.loweredName
        for (known, field) in Region.wellKnownFields where lowered == known { selector.wellKnown = field }
        for (known, field) in Region.aliases where lowered == known { selector.alias = field }
        for (known, part) in Region.userAgentParts where lowered == known { selector.userAgentPart = part }
        return selector
    }

    private static let wellKnownFields: [(StaticString, FieldSelector.WellKnown)] = [
        ("userid", .userID), ("email", .email), ("ip", .ip), ("country", .country), ("locale", .locale),
        ("appversion", .appVersion), ("useragent", .userAgent),
    ]
    private static let aliases: [(StaticString, FieldSelector.WellKnown)] = [
        ("user_id", .userID), ("app_version", .appVersion), ("user_agent", .userAgent),
    ]
    private static let userAgentParts: [(StaticString, FieldSelector.UserAgentPart)] = [
        ("os_name", .osName), ("osname", .osName), ("os_version", .osVersion), ("osversion", .osVersion),
        ("browser_name", .browserName), ("browsername", .browserName), ("browser_version", .browserVersion),
        ("browserversion", .browserVersion),
    ]

    /// A value to return: only objects, booleans and null can be, anything else becomes an empty object.
    func returns(_ wire: WireReturn) -> ReturnRow {
        switch wire.kind {
        case .null: return ReturnRow(kind: .null, json: Text("null"), members: .init())
        case .true: return .true
        case .false: return .false
        case .other: return .emptyObject
        case .object: break
        }
        let json = text(wire.json.bytes)
        var distinct = DistinctTexts(expecting: wire.members.count)
        var rows: [MemberRow] = []
        rows.reserveCapacity(wire.members.count)
        for member in wire.members {
            // Values lie inside the copied JSON already.
            let value = slice(of: json, like: member.value, in: wire.json)
            let name =
                member.name.hasEscapes ? copy(member.name) : slice(of: json, like: member.name.raw, in: wire.json)
            let (position, isNew) = distinct.insert(name)
            if isNew {
                rows.append(MemberRow(name: name, value: value))
            } else {
                rows[position] = MemberRow(name: name, value: value)
            }
        }
        return ReturnRow(kind: .object, json: json, members: store(rows))
    }

    /// The part of `copy` that corresponds to `part` of `original`.
    private func slice(of copy: Text, like part: Text, in original: Text) -> Text {
        guard let copyBase = copy.base, let partBase = part.base, let originalBase = original.base else { return part }
        return Text(base: copyBase + (partBase - originalBase), count: part.count)
    }
}
