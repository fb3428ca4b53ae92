// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Stores what is compiled from one text of the document, usually that of a spec, in a region.
///
/// Texts that were decoded point into the document, which may be freed after loading. The builder translates them to the
/// same bytes in memory that lives as long as the rows.
struct RowBuilder {
    let region: Region
    private let decodedBase: UnsafePointer<UInt8>
    private let storedBase: UnsafePointer<UInt8>

    /// - Parameters:
    ///   - region: Where rows are stored.
    ///   - decoded: The text that was decoded.
    ///   - stored: The same text in memory that lives as long as the rows.
    init(_ region: Region, decoded: Text, stored: Text) {
        self.region = region
        let nothing = StaticString("").utf8Start
        decodedBase = decoded.base ?? nothing
        storedBase = stored.base ?? nothing
    }

    /// A part of the decoded text, in memory that lives as long as the rows.
    func stored(_ text: Text) -> Text {
        guard let base = text.base, text.hasBytes else { return text }
        return Text(base: storedBase + (base - decodedBase), count: text.count)
    }

    /// A string of the document without its escapes.
    func text(_ string: JSONString) -> Text {
        string.hasEscapes ? region.text(string.unescaped()) : stored(string.raw)
    }

    func text(_ string: JSONString?) -> Text { string.map { text($0) } ?? .missing }

    func texts(_ strings: [JSONString]) -> TextList { region.store(strings.map { text($0) }) }

    /// The text in lower case: for most texts the text itself.
    func lowercased(_ source: Text) -> Text {
        if Lowercase.isPlain(source.bytes) { return source }
        var lowered: [UInt8] = []
        lowered.reserveCapacity(source.count)
        Lowercase.append(lowercasing: source.bytes, to: &lowered)
        return region.text(lowered)
    }

    /// The texts joined, each followed by a dot: the hash of a unit starts with these bytes.
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

    /// How the field of this name is looked up (Evaluation §3.3, §14).
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

    /// The row of a return value: a string, number or array becomes the empty object.
    func returns(_ value: DecodedReturnValue) -> ReturnRow {
        switch value.kind {
        case .null: return ReturnRow(kind: .null, json: Text("null"), members: .init())
        case .true: return .true
        case .false: return .false
        case .other: return .emptyObject
        case .object: break
        }
        let json = stored(value.json)
        let rows = value.members.map { MemberRow(name: text($0.name), value: stored($0.value)) }
        return ReturnRow(kind: .object, json: json, members: region.store(RowBuilder.distinct(rows)))
    }

    /// One row for each name, in the order of their first occurrence: the last one, where members have the same name.
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
