// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import HTTPTypes

/// Gives the rules of a request their identities, and checks them.
struct RuleSettling {
    /// What the conditions may look at.
    var types = Set(ConditionType.allCases)
    private(set) var errors: [FieldError] = []

    init(types: Set<ConditionType> = Set(ConditionType.allCases)) { self.types = types }

    /// Settles the rules of an resource; throws when something is wrong with them.
    static func settle(
        _ resource: inout Resource, _ old: Resource?, types: Set<ConditionType> = Set(ConditionType.allCases)
    ) throws {
        guard resource["rules"] != old?["rules"] || old == nil else { return }
        var settling = RuleSettling(types: types)
        resource["rules"] = settling.rules(
            resource.members.objects("rules"), before: old?.members.objects("rules") ?? [])
        guard settling.errors.isEmpty else { throw APIError.invalid(settling.errors) }
    }

    private mutating func refuse(_ property: String, _ message: String) {
        errors.append(FieldError(property: property, message: "\(property) \(message)"))
    }

    /// The rules with IDs and salts: those of the rules before where they are the same by ID, base ID or name.
    private mutating func rules(_ rules: [Object], before: [Object]) -> Value {
        var taken: Set<Int> = []
        var matches = [Int?](repeating: nil, count: rules.count)
        func match(_ isSame: (Object, Object) -> Bool) {
            for (index, rule) in rules.enumerated() where matches[index] == nil {
                guard
                    let found = before.indices.first(where: { !taken.contains($0) && isSame(rule, before[$0]) })
                else { continue }
                taken.insert(found)
                matches[index] = found
            }
        }
        match { $0["id"] != nil && $0["id"] == $1["id"] }
        match { $0["baseID"] != nil && $0["baseID"] == $1["baseID"] || $0["id"] != nil && $0["id"] == $1["baseID"] }
        // Whoever sends the whole list without IDs must not shuffle users by it.
        match { $0["id"] == nil && $0["baseID"] == nil && $0["name"] == $1["name"] }
        var ids: Set<String> = []
        return .objects(
            rules.enumerated().map { index, rule in
                let settled = self.rule(rule, before: matches[index].map { before[$0] }, "rules.\(index)")
                if !ids.insert(settled.text("id")).inserted { refuse("rules.\(index).id", "is that of another rule") }
                return settled
            })
    }

    private mutating func rule(_ rule: Object, before: Object?, _ path: String) -> Object {
        var settled = rule
        let id = rule["id"]?.string ?? before?.text("id") ?? RandomID.make()
        let base = before?.text("baseID") ?? rule["baseID"]?.string ?? String(id.prefix { $0 != ":" })
        settled["baseID"] = .string(base)
        settled["salt"] = before?["salt"] ?? rule["salt"] ?? .string(UUID().uuidString.lowercased())
        settled["id"] = .string(id)
        if let before {
            settled["id"] = before["id"]
            let percentage = settled.number("passPercentage") ?? 100
            // Another percentage is another population, by another ID; the salt keeps users in their places.
            if percentage != before.number("passPercentage") ?? 100 {
                settled["id"] = .string(RuleSettling.nextID(before.text("id"), base, percentage))
            }
        }
        if settled["passPercentage"] == nil { settled["passPercentage"] = 100 }
        if settled["environments"] == nil { settled["environments"] = .null }
        if settled["conditions"] == nil { settled["conditions"] = [] }
        for (index, condition) in settled.objects("conditions").enumerated() {
            check(Condition(condition), "\(path).conditions.\(index)")
        }
        if settled["variants"] != nil { settled["variants"] = variants(settled, before, path) }
        return settled
    }

    /// The ID of a rule with another percentage: base ID, percentage, and how often it was edited.
    static func nextID(_ id: String, _ base: String, _ percentage: Double) -> String {
        let parts = id.split(separator: ":")
        let count = parts.count == 3 ? Int(parts[2]) ?? 1 : 1
        return "\(base):\(String(format: "%.2f", percentage)):\(count < .max ? count + 1 : count)"
    }

    private mutating func variants(_ rule: Object, _ before: Object?, _ path: String) -> Value {
        let variants = rule.objects("variants")
        let sum = variants.reduce(0) { $0 + ($1.number("passPercentage") ?? 0) }
        if !variants.isEmpty, abs(sum - 100) > 0.11 {
            refuse("\(path).variants", "must have passPercentage that sum up to 100")
        }
        let old = before?.objects("variants") ?? []
        return .objects(
            variants.map { variant in
                var variant = variant
                let known = old.first { $0["id"] == variant["id"] } ?? old.first { $0["name"] == variant["name"] }
                variant["id"] = variant["id"] ?? known?["id"] ?? .string(RandomID.make())
                return variant
            })
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
        guard let comparison = Comparison(rawValue: condition.comparison.isEmpty ? "any" : condition.comparison),
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
