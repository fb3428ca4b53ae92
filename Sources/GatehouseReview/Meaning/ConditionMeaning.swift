// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Value {
    /// The same value with the members of objects in the order of their names.
    var canonical: Value {
        switch self {
        case .array(let elements): .array(elements.map(\.canonical))
        case .object(let object):
            .object(
                Object(
                    distinct: object.map { ($0.name, $0.value.canonical) }
                        .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
        default: self
        }
    }

    /// The parts of two values that differ: of two objects the members that aren't the same, otherwise both values.
    func differences(from other: Value) -> (own: Value, other: Value) {
        guard case .object(let left) = self, case .object(let right) = other else { return (self, other) }
        var texts: [[UInt8]: [UInt8]] = [:]
        for member in right { texts[Array(member.name.utf8)] = member.value.jsonBytes }
        var same: Set<[UInt8]> = []
        for member in left where texts[Array(member.name.utf8)] == member.value.jsonBytes {
            same.insert(Array(member.name.utf8))
        }
        func rest(_ object: Object) -> Value {
            .object(Object(distinct: object.filter { !same.contains(Array($0.name.utf8)) }))
        }
        return (rest(left), rest(right))
    }

    /// The value of a document's JSON with sorted members; text that can't be read stays a string.
    init(canonical json: Text) {
        self = json.isMissing ? .null : Value(json: json)?.canonical ?? .string(json.string)
    }
}

/// What a condition means, whatever its ID and the order of its parts.
struct ConditionMeaning {
    /// Equal for conditions that have the same verdict for every user.
    let key: String
    /// The condition in a line.
    let text: String
    /// The condition without unit and salt, for conditions that hash; a condition that differs only in these reshuffles.
    let bucketShape: String?
    /// Unit and salt, for conditions that hash.
    let bucketHash: String?
    /// The buckets that pass, `nil` for other conditions and for targets that aren't buckets.
    let buckets: BucketSet?
    /// Whether exposures show its place among other conditions.
    let dependsOnOrder: Bool
    /// Whether it leaves the verdict to the condition before it, so that the place of every condition counts.
    var isUndecided = false

    /// A condition that the document doesn't have.
    static let absent = ConditionMeaning(
        key: "absent", text: "a condition that the document doesn't have", bucketShape: nil, bucketHash: nil,
        buckets: nil, dependsOnOrder: true, isUndecided: true)

    private init(
        key: String, text: String, bucketShape: String?, bucketHash: String?, buckets: BucketSet?,
        dependsOnOrder: Bool, isUndecided: Bool
    ) {
        self.key = key
        self.text = text
        self.bucketShape = bucketShape
        self.bucketHash = bucketHash
        self.buckets = buckets
        self.dependsOnOrder = dependsOnOrder
        self.isUndecided = isUndecided
    }

    init(_ row: ConditionRow) {
        let source = row.source
        func optional(_ text: Text) -> Value { text.isMissing ? .null : .string(text.string) }
        let target = ConditionMeaning.target(row)
        var parts: [Value] = [.string(source.type.string)]
        var (shape, hash): (String?, String?) = (nil, nil)
        switch row.kind {
        case .public: break
        case .passGate, .failGate: parts.append(.string(row.target.pointee.text.string))
        case .userField, .userAgent, .ipCountry, .environmentField, .experimentGroup:
            parts += [.string(source.comparison.string), optional(source.field), target]
        case .currentTime, .targetApp: parts += [.string(source.comparison.string), target]
        case .unitID: parts += [.string(source.comparison.string), .string(source.idType.string), target]
        case .userBucket:
            let shapeParts = parts + [.string(source.comparison.string), target]
            let hashParts: [Value] = [.string(source.idType.string), .string(row.bucketPrefix.string)]
            shape = Value.array(shapeParts).description.exact
            hash = Value.array(hashParts).description.exact
            parts = shapeParts + hashParts
        case .unsupported:
            parts += [optional(source.comparison), optional(source.field), .string(source.idType.string), target]
        }
        key = Value.array(parts).description.exact
        bucketShape = shape
        bucketHash = hash
        buckets = row.kind == .userBucket ? BucketSet(row) : nil
        text = ConditionMeaning.text(row, bucketCount: buckets?.count)
        switch row.kind {
        case .passGate, .failGate, .unsupported, .ipCountry, .experimentGroup: dependsOnOrder = true
        default: dependsOnOrder = row.comparison == .inSegmentList || row.comparison == .notInSegmentList
        }
        isUndecided = row.kind == .unsupported
    }

    /// The target in a form that is the same for targets that compare in the same way.
    private static func target(_ row: ConditionRow) -> Value {
        let target = row.target.pointee
        func sorted(_ texts: UnsafeBufferPointer<Text>) -> Value {
            .array(texts.map(\.string).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { .string($0) })
        }
        if target.kind == .array {
            switch row.comparison {
            case .anyOf, .noneOf, .startsWithAny, .endsWithAny, .containsAny, .containsNone:
                return sorted(target.set.texts)
            case .anyCaseSensitive, .noneCaseSensitive, .arrayContainsAny, .arrayContainsNone, .arrayContainsAll,
                .notArrayContainsAll:
                return sorted(target.texts)
            default: break
            }
        }
        return Value(canonical: row.source.target)
    }

    private static let maximumTextLength = 200

    private static func text(_ row: ConditionRow, bucketCount: Int?) -> String {
        let source = row.source
        var parts = [source.type.string]
        switch row.kind {
        case .public: return "everyone"
        case .passGate, .failGate: return "\(source.type.string) \(row.target.pointee.text.string)"
        case .userField, .userAgent, .ipCountry, .environmentField, .experimentGroup:
            parts.append(source.field.isMissing ? "" : source.field.string)
        case .unitID, .userBucket: parts.append(source.idType.string)
        case .currentTime, .targetApp: break
        case .unsupported: parts.append(source.field.isMissing ? "" : source.field.string)
        }
        if !source.comparison.isMissing { parts.append(source.comparison.string) }
        if row.target.pointee.buckets != nil, let bucketCount {
            return "\(source.type.string) \(source.idType.string) in \(bucketCount) of 1000 buckets"
        }
        // A list of thousands is cut before it is decoded.
        let target = row.source.target
        let bytes = target.bytes.prefix(maximumTextLength)
        parts.append(String(decoding: bytes, as: UTF8.self) + (target.count > bytes.count ? "…" : ""))
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// A set of the 1000 buckets that conditions on buckets compare.
struct BucketSet: Equatable, Sendable {
    /// The number of buckets there are.
    static let total = 1_000
    private var words = [UInt64](repeating: 0, count: 16)

    init() {}

    /// The buckets for which a condition on buckets passes, `nil` for operators that don't compare numbers.
    init?(_ row: ConditionRow) {
        let target = row.target.pointee
        if let buckets = target.buckets {
            for bucket in 0..<BucketSet.total {
                let isMember = buckets[bucket >> 6] >> UInt64(bucket & 63) & 1 == 1
                if isMember == (row.comparison == .anyOf) { insert(bucket) }
            }
            return
        }
        guard target.hasFloat else { return nil }
        for bucket in 0..<BucketSet.total {
            let passes: Bool
            switch row.comparison {
            case .lt: passes = Double(bucket) < target.float
            case .lte: passes = Double(bucket) <= target.float
            case .gt: passes = Double(bucket) > target.float
            case .gte: passes = Double(bucket) >= target.float
            default: return nil
            }
            if passes { insert(bucket) }
        }
    }

    private mutating func insert(_ bucket: Int) { words[bucket >> 6] |= 1 << UInt64(bucket & 63) }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    mutating func formUnion(_ other: BucketSet) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    func intersection(_ other: BucketSet) -> BucketSet { combined(other) { $0 & $1 } }

    func subtracting(_ other: BucketSet) -> BucketSet { combined(other) { $0 & ~$1 } }

    private func combined(_ other: BucketSet, _ combine: (UInt64, UInt64) -> UInt64) -> BucketSet {
        var result = self
        for index in words.indices { result.words[index] = combine(words[index], other.words[index]) }
        return result
    }
}
