// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Which rules of a spec can decide: the first rule whose conditions pass does, even if its percentage fails.
struct RuleReach {
    enum Verdict {
        case reachable
        /// Its conditions pass for no user, for this reason.
        case neverHolds(String)
        /// An earlier rule's conditions pass for all its users.
        case hidden(by: String)
        /// Earlier rules on buckets of the same hash cover all its buckets.
        case covered
        /// An earlier rule has a condition that ends each evaluation.
        case undecided(by: String)
    }

    /// The maximum number of earlier rules that are compared, so that a spec of thousands of rules takes linear time.
    private static let maximumComparedRules = 200

    private var earlier: [(id: String, keys: Set<String>)] = []
    private var covered: [String: BucketSet] = [:]
    private var undecided: String?

    /// Adds the next rule.
    mutating func add(_ rule: RuleMeaning, _ conditions: [UnsafePointer<ConditionRow>?]) -> Verdict {
        if let undecided { return .undecided(by: undecided) }
        if rule.conditions.contains(where: \.isUndecided) {
            undecided = rule.id
            return .reachable
        }
        if let reason = ConditionReach.whyNever(conditions) { return .neverHolds(reason) }
        let keys = Set(
            zip(rule.conditions, conditions).filter { $1.map { !ConditionReach.alwaysHolds($0.pointee) } ?? true }
                .map(\.0.key))
        if let hiding = earlier.first(where: { $0.keys.isSubset(of: keys) }) { return .hidden(by: hiding.id) }
        if let (hash, buckets) = rule.bucketSet {
            if buckets.subtracting(covered[hash] ?? BucketSet()).count == 0 { return .covered }
            covered[hash, default: BucketSet()].formUnion(buckets)
        }
        if earlier.count < RuleReach.maximumComparedRules { earlier.append((rule.id, keys)) }
        return .reachable
    }
}

/// What follows for all users from conditions alone.
enum ConditionReach {
    /// Whether a condition holds for every user.
    static func alwaysHolds(_ condition: ConditionRow) -> Bool { condition.kind == .public }

    /// Why no user passes all conditions of a rule, `nil` where some may.
    static func whyNever(_ conditions: [UnsafePointer<ConditionRow>?]) -> String? {
        let rows = conditions.compactMap { $0?.pointee }
        for row in rows {
            if let reason = whyNever(row) { return reason }
        }
        return contradiction(rows)
    }

    /// Why a condition holds for no user.
    private static func whyNever(_ row: ConditionRow) -> String? {
        switch row.kind {
        case .public, .passGate, .failGate, .unsupported: return nil
        case .userBucket:
            if let buckets = BucketSet(row), buckets.count == 0 { return "the condition passes no bucket" }
        default: break
        }
        let target = row.target.pointee
        let subject = "the condition on \(subject(row))"
        switch row.comparison {
        case .anyOf, .anyCaseSensitive, .startsWithAny, .endsWithAny, .containsAny:
            if target.set.isEmpty, row.kind != .userBucket { return "\(subject) has an empty list" }
        case .arrayContainsAny:
            if target.kind != .array || target.set.isEmpty { return "\(subject) has an empty list" }
        case .arrayContainsAll, .arrayContainsNone, .notArrayContainsAll:
            if target.kind != .array { return "\(subject) has a target that isn't a list" }
        case .gt, .gte, .lt, .lte:
            if !target.hasFloat || target.float.isNaN { return "\(subject) has a target that isn't a number" }
        case .before, .after, .on:
            if !target.hasTime { return "\(subject) has a target that isn't a time" }
        case .matches:
            if target.pattern == nil { return "\(subject) has a target that isn't a regular expression" }
        case .inSegmentList:
            if target.text.isMissing { return "\(subject) names no ID list" }
        default: break
        }
        return nil
    }

    private static func subject(_ row: ConditionRow) -> String {
        switch row.kind {
        case .unitID, .userBucket: "ID \(row.unit.name.isMissing ? "" : row.unit.name.string)"
        case .currentTime: "the current time"
        case .targetApp: "the app"
        default: row.field.name.isMissing ? "no field" : "\"\(row.field.name.string)\""
        }
    }

    /// Why two conditions of a rule exclude each other.
    private static func contradiction(_ rows: [ConditionRow]) -> String? {
        var ranges: [String: NumberRange] = [:]
        var lists: [String: (allowed: Set<String>?, refused: Set<String>)] = [:]
        var (passing, failing): (Set<String>, Set<String>) = ([], [])
        for row in rows {
            switch row.kind {
            case .passGate: passing.insert(row.target.pointee.text.string.exact)
            case .failGate: failing.insert(row.target.pointee.text.string.exact)
            case .userField, .unitID, .environmentField:
                let key = "\(row.kind) \((row.kind == .unitID ? row.unit.name : row.field.name).string.exact)"
                let target = row.target.pointee
                switch row.comparison {
                case .gt, .gte, .lt, .lte:
                    ranges[key, default: NumberRange()].restrict(row.comparison, target.float)
                    if ranges[key]?.isEmpty == true { return "the limits of \(subject(row)) exclude each other" }
                case .anyOf:
                    let texts = Set(target.set.texts.map(\.string.exact))
                    var list = lists[key] ?? (nil, [])
                    list.allowed = list.allowed.map { $0.intersection(texts) } ?? texts
                    lists[key] = list
                case .noneOf: lists[key, default: (nil, [])].refused.formUnion(target.set.texts.map(\.string.exact))
                default: break
                }
                if let list = lists[key], let allowed = list.allowed, allowed.isSubset(of: list.refused) {
                    return "the lists of \(subject(row)) exclude each other"
                }
            default: break
            }
        }
        if let gate = passing.intersection(failing).sorted().first {
            return "the conditions ask that the user pass and fail gate \"\(gate)\""
        }
        return nil
    }
}

/// The numbers that comparisons of one field leave.
private struct NumberRange {
    private var lower = -Double.infinity
    private var upper = Double.infinity
    private var includesLower = true
    private var includesUpper = true

    mutating func restrict(_ comparison: ConditionOperator, _ number: Double) {
        switch comparison {
        case .gt, .gte:
            let includes = comparison == .gte
            if number > lower || number == lower && !includes { (lower, includesLower) = (number, includes) }
        default:
            let includes = comparison == .lte
            if number < upper || number == upper && !includes { (upper, includesUpper) = (number, includes) }
        }
    }

    var isEmpty: Bool { lower > upper || lower == upper && !(includesLower && includesUpper) }
}
