// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Gives the rules of a request their IDs and salts, and checks them.
struct RuleNormalization {
    /// The condition types that are allowed.
    private let types: Set<ConditionType>
    private var errors: [FieldError] = []

    /// Normalizes the rules of a resource.
    ///
    /// - Parameters:
    ///   - resource: The resource; its rules get IDs, salts and default members.
    ///   - old: The resource before the change, `nil` for a new one.
    ///   - types: The condition types that are allowed.
    /// - Throws: ``DomainError`` with all that is wrong.
    static func normalize(
        _ resource: inout Resource, _ old: Resource?, types: Set<ConditionType> = Set(ConditionType.allCases)
    ) throws(DomainError) {
        var normalization = RuleNormalization(types: types)
        resource.rules = normalization.rules(resource.rules, before: old?.rules ?? [])
        guard normalization.errors.isEmpty else { throw .invalid(normalization.errors) }
    }

    private init(types: Set<ConditionType>) { self.types = types }

    private mutating func refuse(_ property: String, _ message: String) {
        errors.append(FieldError(property: property, message: "\(property) \(message)"))
    }

    /// The rules with IDs and salts: those of the rules before that have the same ID, base ID or name.
    private mutating func rules(_ asked: [Rule], before: [Rule]) -> [Rule] {
        let rules = asked.map(\.withoutEmptyIDs)
        var taken: Set<Int> = []
        var matches = [Int?](repeating: nil, count: rules.count)
        func match(_ isSame: (Rule, Rule) -> Bool) {
            for (index, rule) in rules.enumerated() where matches[index] == nil {
                guard
                    let found = before.indices.first(where: { !taken.contains($0) && isSame(rule, before[$0]) })
                else { continue }
                taken.insert(found)
                matches[index] = found
            }
        }
        match { $0.id != nil && $0.id == $1.id }
        match { $0.baseID != nil && $0.baseID == $1.baseID || $0.id != nil && $0.id == $1.baseID }
        // A client that sends the whole list without IDs must not move users to other values by it.
        match { $0.id == nil && $0.baseID == nil && $0.name == $1.name }
        checkNames(rules, before: before)
        var ids: Set<String> = []
        return rules.enumerated().map { index, rule in
            let normalized = self.rule(rule, before: matches[index].map { before[$0] }, "rules.\(index)")
            if !ids.insert(normalized.id ?? "").inserted { refuse("rules.\(index).id", "is that of another rule") }
            return normalized
        }
    }

    /// Refuses names that more rules have than before: imported rules may have one name.
    private mutating func checkNames(_ rules: [Rule], before: [Rule]) {
        var free = before.reduce(into: [String: Int]()) { $0[$1.name, default: 0] += 1 }
        var taken: Set<String> = []
        for (index, rule) in rules.enumerated() {
            let left = free[rule.name] ?? 0
            free[rule.name] = left - 1
            if !taken.insert(rule.name).inserted, left <= 0 {
                refuse("rules.\(index).name", "is that of another rule")
            }
        }
    }

    private mutating func rule(_ asked: Rule, before: Rule?, _ path: String) -> Rule {
        var rule = asked
        let id = asked.id ?? before?.id ?? RandomID.make()
        let base = before?.baseID ?? asked.baseID ?? String(id.prefix { $0 != ":" })
        rule.baseID = base
        rule.salt = before?.salt ?? asked.salt ?? Normalization.newSalt()
        rule.id = before?.id ?? id
        if let before {
            // Other salts and base IDs would give users other values.
            if let salt = asked.salt, salt != before.salt { refuse("\(path).salt", "can't be changed") }
            if let baseID = asked.baseID, baseID != before.baseID { refuse("\(path).baseID", "can't be changed") }
            // Another percentage is another population, with an ID of its own; the salt keeps users in their buckets.
            if rule.passPercentage != before.passPercentage {
                rule.id = Rule.nextID(after: before.id ?? "", base: base, percentage: rule.passPercentage)
            }
        }
        if !rule.has(\.passPercentage) { rule.passPercentage = 100 }
        if !rule.has(\.environments) { rule.environments = nil }
        if !rule.has(\.conditions) { rule.conditions = [] }
        for (index, condition) in rule.conditions.enumerated() {
            check(condition, "\(path).conditions.\(index)")
        }
        if rule.has(\.variants) { rule.variants = variants(rule.variants, before?.variants ?? [], path) }
        return rule
    }

    private mutating func variants(_ variants: [Rule.Variant], _ before: [Rule.Variant], _ path: String) -> [Rule
        .Variant]
    {
        let sum = variants.reduce(0) { $0 + $1.passPercentage }
        if !variants.isEmpty, abs(sum - 100) > 0.11 {
            refuse("\(path).variants", "must have passPercentage that sum up to 100")
        }
        return variants.map { asked in
            var variant = asked
            let known = before.first { $0.id == asked.id } ?? before.first { $0.name == asked.name }
            variant.id = (asked.id ?? "").isEmpty ? known?.id ?? RandomID.make() : asked.id
            return variant
        }
    }

    // MARK: - Conditions

    private mutating func check(_ condition: Condition, _ path: String) {
        guard let type = ConditionType(rawValue: condition.type), types.contains(type) else {
            let allowed = ConditionType.allCases.filter(types.contains).map(\.rawValue).joined(separator: ", ")
            return refuse("\(path).type", "must be one of: \(allowed)")
        }
        if type == .customField, condition.field.isEmpty { refuse("\(path).field", "is required") }
        if type == .unitID, condition.customID.isEmpty { refuse("\(path).customID", "is required") }
        if type.isReference, condition.texts.count != 1 {
            return refuse("\(path).targetValue", "must be the ID of one gate or segment")
        }
        guard !type.comparisons.isEmpty else { return }
        let name = condition.comparison
        // Without an operator only equality makes sense, which a time never has.
        let implied = type == .time ? nil : Comparison.any
        guard let comparison = name.isEmpty ? implied : Comparison(rawValue: name),
            type.comparisons.contains(comparison)
        else {
            return refuse(
                "\(path).operator",
                "must be one of: \(type.comparisons.map(\.rawValue).joined(separator: ", "))")
        }
        check(condition, comparison, "\(path).targetValue")
    }

    private mutating func check(_ condition: Condition, _ comparison: Comparison, _ property: String) {
        switch comparison.target {
        case .list:
            if condition.target == .null { refuse(property, "is required") }
        case .text:
            if condition.texts.count != 1 { refuse(property, "must be one string") }
        case .number, .time:
            if condition.numbers.count != 1 || condition.texts.count != 1 { refuse(property, "must be a number") }
        case .nothing: break
        }
    }
}
