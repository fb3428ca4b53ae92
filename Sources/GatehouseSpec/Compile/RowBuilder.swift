// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Makes rows of one entity's decoded parts: a region to put them in, and where the document's text is to stay.
struct RowBuilder {
    let region: Region
    /// Where decoded texts point to, and where the same bytes are for good.
    private let decoded: UnsafePointer<UInt8>
    private let kept: UnsafePointer<UInt8>

    /// - Parameters:
    ///   - region: Where rows go.
    ///   - decoded: The text that the entity was decoded from.
    ///   - kept: The same text, which lives as long as the rows.
    init(_ region: Region, decoded: Text, kept: Text) {
        self.region = region
        let nothing = StaticString("").utf8Start
        self.decoded = decoded.base ?? nothing
        self.kept = kept.base ?? nothing
    }

    /// For texts that stay where they are.
    init(_ region: Region) {
        self.init(region, decoded: .missing, kept: .missing)
    }

    /// A part of the entity's text, where it stays.
    func keep(_ text: Text) -> Text {
        guard let base = text.base, text.hasBytes else { return text }
        return Text(base: kept + (base - decoded), count: text.count)
    }

    /// A string of the document, escapes replaced.
    func text(_ string: JSONString) -> Text {
        string.hasEscapes ? region.text(string.unescaped()) : keep(string.raw)
    }

    func text(_ string: JSONString?) -> Text { string.map { text($0) } ?? .missing }

    func texts(_ strings: [JSONString]) -> TextList { region.store(strings.map { text($0) }) }

    /// The same in lower case, which for most texts is the text itself.
    func lowercased(_ source: Text) -> Text {
        if Lowercase.isPlain(source.bytes) { return source }
        var lowered: [UInt8] = []
        lowered.reserveCapacity(source.count)
        Lowercase.append(lowercasing: source.bytes, to: &lowered)
        return region.text(lowered)
    }

    /// The texts joined, each followed by a dot: what is hashed before a unit.
    func hashPrefix(_ parts: Text...) -> Text {
        var joined: [UInt8] = []
        joined.reserveCapacity(parts.reduce(0) { $0 + $1.count + 1 })
        for part in parts {
            joined.append(contentsOf: part.bytes)
            joined.append(UInt8(ascii: "."))
        }
        return region.text(joined)
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
        for (known, field) in RowBuilder.wellKnownFields where lowered == known { selector.wellKnown = field }
        for (known, field) in RowBuilder.aliases where lowered == known { selector.alias = field }
        for (known, part) in RowBuilder.userAgentParts where lowered == known { selector.userAgentPart = part }
        return selector
    }

    private static let wellKnownFields: [(StaticString, FieldSelector.WellKnown)] = [
        ("userid", .userID), ("email", .email), ("ip", .ip), ("country", .country), ("locale", .locale),
        ("appversion", .appVersion), ("useragent", .userAgent),
    ]
    private static let aliases: [(StaticString, FieldSelector.WellKnown)] = [
        ("user_id", .userID), ("app_version", .appVersion), ("user_agent", .userAgent),
    ]
    private static let userAgentParts: [(StaticString, UserAgent.Part)] = [
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
        let json = keep(wire.json)
        let rows = wire.members.map { MemberRow(name: text($0.name), value: keep($0.value)) }
        return ReturnRow(kind: .object, json: json, members: region.store(RowBuilder.distinct(rows)))
    }

    /// Of members that occur twice the last one counts, in the place of the first.
    private static func distinct(_ members: [MemberRow]) -> [MemberRow] {
        if members.count < 2 { return members }
        var distinct = DistinctTexts(expecting: members.count)
        var result: [MemberRow] = []
        result.reserveCapacity(members.count)
        for member in members {
            let (position, isNew) = distinct.insert(member.name)
            if isNew { result.append(member) } else { result[position] = member }
        }
        return result
    }
}
