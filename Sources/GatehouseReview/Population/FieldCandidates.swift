// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What a user has that conditions read.
public enum UserAttribute: Sendable, Hashable, CustomStringConvertible {
    /// A field of the user: a well-known one or a custom one.
    case field(String)
    /// The ID of a unit type.
    case unit(String)
    /// A field of the user's environment.
    case environment(String)

    /// The attribute in messages, for example `email`, `ID companyID` or `environment tier`.
    public var description: String {
        switch self {
        case .field(let name): name
        case .unit(let type): "ID \(type)"
        case .environment(let name): "environment \(name)"
        }
    }
}

/// Values that conditions tell apart, by the attribute that they read.
struct FieldCandidates {
    /// The maximum number of values of an attribute.
    static let maximumValues = 64
    /// The maximum size of a value as JSON, in bytes, so that many made-up users fit the memory.
    static let maximumValueBytes = 4_096
    /// The maximum number of attributes.
    static let maximumAttributes = 256

    /// The attributes in the order in which the conditions name them, with values in the order of the targets.
    private(set) var attributes: [UserAttribute] = []
    private(set) var values: [UserAttribute: [Value]] = [:]
    private var texts: [UserAttribute: Set<String>] = [:]
    /// The parts of texts that operators look for at the start, at the end and within, to be combined.
    private var parts: [UserAttribute: (starts: [String], ends: [String], middles: [String])] = [:]

    /// The unit types that percentages and buckets hash.
    private(set) var unitTypes: [String] = []
    private var knownUnitTypes: Set<String> = []

    /// Whether nothing was left out because of a bound.
    private(set) var isComplete = true

    init() {}

    /// All attributes and unit types that the conditions of a program read.
    init(_ programs: [Program]) {
        for program in programs {
            for condition in program.conditions { add(condition.pointee) }
            for spec in program.specs {
                addUnitType(spec.pointee.idType)
                for rule in spec.pointee.rules { addUnitType(rule.unit.name) }
            }
            for row in program.autotuneRows { addUnitType(row.pointee.unit.name) }
        }
    }

    mutating func addUnitType(_ type: Text) {
        let name = type.isMissing ? "" : type.string
        guard !name.isEmpty, knownUnitTypes.count < FieldCandidates.maximumAttributes else { return }
        if knownUnitTypes.insert(name).inserted { unitTypes.append(name) }
    }

    /// Adds what a condition compares.
    mutating func add(_ condition: ConditionRow) {
        let attribute: UserAttribute
        switch condition.kind {
        case .userField, .userAgent, .ipCountry:
            guard condition.field.name.hasBytes else { return }
            attribute = .field(condition.field.wellKnown.name ?? condition.field.name.string)
        case .environmentField:
            guard condition.field.name.hasBytes else { return }
            attribute = .environment(condition.field.name.string)
        case .unitID:
            let name = condition.unit.name.isMissing ? "" : condition.unit.name.string
            attribute = condition.unit.isUserID ? .field("userID") : .unit(name)
        case .userBucket:
            addUnitType(condition.unit.name)
            return
        default: return
        }
        if condition.target.pointee.texts.count > CandidateValues.maximumTexts(condition) { isComplete = false }
        for value in CandidateValues.values(for: condition) { add(value, to: attribute) }
        for (kind, text) in CandidateValues.parts(of: condition) { addPart(kind, text, to: attribute) }
    }

    private mutating func add(_ value: Value, to attribute: UserAttribute) {
        if values[attribute] == nil {
            guard attributes.count < FieldCandidates.maximumAttributes else {
                isComplete = false
                return
            }
            attributes.append(attribute)
            values[attribute] = []
        }
        let text = value.description.exact
        if texts[attribute]?.contains(text) == true { return }
        guard values[attribute, default: []].count < FieldCandidates.maximumValues,
            text.utf8.count <= FieldCandidates.maximumValueBytes
        else {
            isComplete = false
            return
        }
        if texts[attribute, default: []].insert(text).inserted {
            values[attribute, default: []].append(value)
        }
    }

    private mutating func addPart(_ kind: CandidateValues.Part, _ text: String, to attribute: UserAttribute) {
        let known = parts[attribute] ?? ([], [], [])
        // A text that meets several operators at once: every start with every end, and a part within.
        for start in known.starts where kind != .start {
            add(.string(start + text), to: attribute)
            for end in known.ends where kind == .middle { add(.string(start + text + end), to: attribute) }
        }
        for end in known.ends where kind != .end {
            add(.string(text + end), to: attribute)
            for middle in known.middles where kind == .start { add(.string(text + middle + end), to: attribute) }
        }
        for middle in known.middles {
            add(.string(kind == .end ? middle + text : text + middle), to: attribute)
            for start in known.starts where kind == .end { add(.string(start + middle + text), to: attribute) }
        }
        var all = known
        switch kind {
        case .start: all.starts.append(text)
        case .end: all.ends.append(text)
        case .middle: all.middles.append(text)
        }
        // Combinations grow with the cube of the parts, and only so many values are kept.
        guard all.starts.count + all.ends.count + all.middles.count <= 12 else {
            isComplete = false
            return
        }
        parts[attribute] = all
    }
}

extension FieldSelector.WellKnown {
    /// The field's name in the JSON of users, `nil` for none.
    fileprivate var name: String? {
        switch self {
        case .none: nil
        case .userID: "userID"
        case .email: "email"
        case .ip: "ip"
        case .country: "country"
        case .locale: "locale"
        case .appVersion: "appVersion"
        case .userAgent: "userAgent"
        }
    }
}

/// Values on both sides of what a condition's operator compares.
enum CandidateValues {
    /// Where an operator looks for a part of a text.
    enum Part {
        case start, end, middle
    }

    /// A text that no list has.
    static let other = "gatehouse-other"

    static func values(for condition: ConditionRow) -> [Value] {
        let target = condition.target.pointee
        func elements(_ texts: TextList) -> [Value] {
            texts.prefix(FieldCandidates.maximumValues).map { .string($0.string) }
        }
        switch condition.comparison {
        case .gt, .gte, .lt, .lte: return target.hasFloat ? numbers(around: target.float) : []
        case .before, .after, .on:
            guard target.hasTime else { return [] }
            return [0, -1, 1, -86_400_000, 86_400_000].map { .integer(target.time &+ $0) }
        case .versionGt, .versionGte, .versionLt, .versionLte, .versionEq, .versionNeq:
            guard !target.text.isMissing else { return [] }
            let text = target.text.string
            return [.string(text), .string(text + ".1"), .string("0"), .string("999999")]
        case .arrayContainsAny, .arrayContainsNone, .arrayContainsAll, .notArrayContainsAll:
            let all = elements(target.texts)
            return [.array(all)] + all.map { .array([$0]) } + [.array([])]
        case .matches:
            return PatternExample.texts(of: target.text.isMissing ? "" : target.text.string)
                .map { .string($0) } + [.string(other)]
        case .eq, .neq:
            let value = Value(json: condition.source.target) ?? .null
            return [value, .string(other)]
        case .inSegmentList, .notInSegmentList: return [.string(other)]
        default:
            let names = target.kind == .object ? elements(target.names) : elements(target.texts)
            return names + [.string(other)]
        }
    }

    private static func numbers(around number: Double) -> [Value] {
        let values = [number, number - 1, number + 1, number - 0.5, number + 0.5]
        return values.filter(\.isFinite).map { value in Int64(exactly: value).map { .integer($0) } ?? .double(value) }
    }

    static func parts(of condition: ConditionRow) -> [(Part, String)] {
        let kind: Part
        switch condition.comparison {
        case .startsWithAny: kind = .start
        case .endsWithAny: kind = .end
        case .containsAny, .containsNone: kind = .middle
        default: return []
        }
        return condition.target.pointee.texts.prefix(maximumParts).map { (kind, $0.string) }
    }

    /// The maximum number of texts of a target that become parts of values.
    private static let maximumParts = 3

    /// The number of texts of a condition's target up to which each becomes a value.
    static func maximumTexts(_ condition: ConditionRow) -> Int {
        switch condition.comparison {
        case .startsWithAny, .endsWithAny, .containsAny, .containsNone: maximumParts
        default: FieldCandidates.maximumValues
        }
    }
}

/// Texts that simple regular expressions match.
enum PatternExample {
    /// The maximum length of a pattern that is read.
    private static let maximumLength = 200

    /// A text for a pattern of letters, escaped letters, `.`, simple classes, alternatives and anchors; others have none, or
    /// one that doesn't match, which evaluating tells.
    static func texts(of pattern: String) -> [String] {
        guard pattern.utf8.count <= maximumLength else { return [] }
        return pattern.split(separator: "|", omittingEmptySubsequences: false).prefix(4).map { text(of: $0) }
    }

    private static func text(of pattern: Substring) -> String {
        var result = ""
        var last: Character?
        var characters = pattern[...]
        while let character = characters.popFirst() {
            switch character {
            case "^", "$", "(", ")", "?", "*": continue
            case "+": if let last { result.append(last) }
            case ".": append("a")
            case "[":
                let members = characters.prefix { $0 != "]" }
                characters = characters.dropFirst(members.count + 1)
                if let first = members.first { append(first == "^" ? "~" : first) }
            case "{":
                let count = characters.prefix { $0 != "}" }
                characters = characters.dropFirst(count.count + 1)
                if let last, let number = Int(count.prefix { $0 != "," }), number > 1 {
                    result += String(repeating: last, count: min(number, 64) - 1)
                }
            case "\\":
                switch characters.popFirst() {
                case "d"?: append("1")
                case "w"?: append("a")
                case "s"?: append(" ")
                case "b"?, "B"?, "A"?, "z"?, "Z"?, nil: continue
                case let escaped?: append(escaped)
                }
            default: append(character)
            }
        }
        return result

        func append(_ character: Character) {
            result.append(character)
            last = character
        }
    }
}
