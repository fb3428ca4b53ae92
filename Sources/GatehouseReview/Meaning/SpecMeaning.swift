// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The meanings of a program's conditions, each made once.
struct ConditionMeanings {
    private var known: [UnsafePointer<ConditionRow>: ConditionMeaning] = [:]

    mutating func meaning(of condition: UnsafePointer<ConditionRow>?) -> ConditionMeaning {
        guard let condition else { return .absent }
        if let meaning = known[condition] { return meaning }
        let meaning = ConditionMeaning(condition.pointee)
        known[condition] = meaning
        return meaning
    }
}

/// What a rule means.
struct RuleMeaning {
    let row: RuleRow
    let conditions: [ConditionMeaning]
    /// The buckets of 1000 that reach the rule and pass it, where its conditions are all on buckets of one hash.
    var groupSize: Int?

    var id: String { row.id.string }

    /// The rule in messages.
    var label: String {
        if row.groupName.hasBytes { return row.groupName == row.id ? id : "\(row.groupName.string) (\(id))" }
        return id
    }

    /// Whether the percentage is decided by a bucket.
    var isHashed: Bool { row.passPercentage != 0 && row.passPercentage != 100 }

    /// The buckets of a rule whose conditions are all on buckets of one hash, whatever its percentage.
    var bucketSet: (hash: String, buckets: BucketSet)? {
        guard let first = conditions.first, let hash = first.bucketHash, var buckets = first.buckets else { return nil }
        for condition in conditions.dropFirst() {
            guard condition.bucketHash == hash, let others = condition.buckets else { return nil }
            buckets = buckets.intersection(others)
        }
        return (hash, buckets)
    }
}

/// What a spec means: the compiled form, which both formats of documents share.
struct SpecMeaning {
    let spec: LinkedSpec
    let rules: [RuleMeaning]

    init(_ spec: LinkedSpec, _ meanings: inout ConditionMeanings) {
        self.spec = spec
        var rules: [RuleMeaning] = []
        var covered: [String: BucketSet] = [:]
        for row in spec.row.rules {
            var rule = RuleMeaning(row: row, conditions: spec.conditions(of: row).map { meanings.meaning(of: $0) })
            // The first rule whose conditions pass decides, whatever its percentage.
            if let (hash, buckets) = rule.bucketSet {
                if row.passPercentage == 100 {
                    rule.groupSize = buckets.subtracting(covered[hash] ?? BucketSet()).count
                }
                covered[hash, default: BucketSet()].formUnion(buckets)
            }
            rules.append(rule)
        }
        self.rules = rules
    }

    var row: SpecRow { spec.row }

    /// The types of each parameter over all values that the spec can return, in the order of the names; `null` counts as
    /// none.
    static func parameterTypes(_ returns: [ReturnRow]) -> [(name: String, types: Set<String>)] {
        var names: [String] = []
        var types: [[UInt8]: Set<String>] = [:]
        for row in returns where row.kind == .object {
            for member in row.members {
                let name = Array(member.name.bytes)
                if types[name] == nil {
                    names.append(member.name.string)
                    types[name] = []
                }
                if let type = SpecMeaning.type(of: member.value) { types[name, default: []].insert(type) }
            }
        }
        return names.map { ($0, types[Array($0.utf8)] ?? []) }
    }

    /// The values that a spec's rules and default return.
    var returns: [ReturnRow] { [row.defaultValue] + row.rules.filter { !$0.delegate.hasBytes }.map(\.returns) }

    /// The type of a JSON value by its first byte, `nil` for null.
    static func type(of json: Text) -> String? {
        guard let first = json.bytes.first(where: { $0 > 0x20 }) else { return nil }
        switch first {
        case UInt8(ascii: "\""): return "string"
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return "bool"
        case UInt8(ascii: "["): return "array"
        case UInt8(ascii: "{"): return "object"
        case UInt8(ascii: "n"): return nil
        default: return "number"
        }
    }
}
