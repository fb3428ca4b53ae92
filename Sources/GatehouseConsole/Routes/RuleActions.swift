// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints for single rules, which gates and configs have by paths of their own.
enum RuleActions {
    static func make(noun: String, rule: Value, single: String, byName: Bool) -> [ResourceAction] {
        let many: Value = [
            "anyOf": [
                MemberSchemas.rules(rule), Schemas.object(["rules": MemberSchemas.rules(rule)], required: ["rules"]),
            ]
        ]
        let changed = MemberSchemas.rules(MemberSchemas.changedRule)
        let manyChanged: Value = ["anyOf": [changed, Schemas.object(["rules": changed], required: ["rules"])]]
        var actions: [ResourceAction] = [
            .change(
                .post, "/rule", "add\(noun)Rule", "Add a rule behind the others.",
                message: "\(noun) rule created successfully.", status: 201, body: rule
            ) { (draft, resource, request) throws(DomainError) in
                try set(resource, resource.rules + [Rule(request.object)], &draft)
            },
            .read("/rules", "list\(noun)Rules", "List the rules.", message: "\(noun) rules listed successfully.") {
                _, resource, _ in resource.rules.json
            },
            .change(
                .post, "/rules", "add\(noun)Rules", "Add rules behind the others.",
                message: "\(noun) rules created successfully.", status: 201, body: many
            ) { (draft, resource, request) throws(DomainError) in
                try set(resource, resource.rules + list(request), &draft)
            },
            .change(
                .patch, "/rules", "update\(noun)Rules", "Update rules; none are added or taken away.",
                message: "\(noun) rules updated successfully.", body: manyChanged
            ) { (draft, resource, request) throws(DomainError) in
                var rules = resource.rules
                for (position, change) in list(request).enumerated() {
                    guard let found = index(of: change, in: rules) else {
                        throw .invalid("rules.\(position).id", "must be the ID of a rule")
                    }
                    rules[found] = rules[found].changed(by: change)
                }
                return try set(resource, rules, &draft)
            },
        ]
        func add(_ path: String, _ suffix: String, _ find: @escaping @Sendable (Rule, ActionRequest) -> Bool) {
            actions += [
                .change(
                    .patch, path, "update\(noun)Rule\(suffix)", "Update a rule.",
                    message: "\(noun) rule updated successfully.", body: MemberSchemas.changedRule
                ) { (draft, resource, request) throws(DomainError) in
                    var rules = resource.rules
                    guard let found = rules.firstIndex(where: { find($0, request) }) else { throw notFound }
                    rules[found] = rules[found].changed(by: Rule(request.object))
                    return try set(resource, rules, &draft)
                },
                .change(
                    .delete, path, "delete\(noun)Rule\(suffix)", "Delete a rule.",
                    message: "\(noun) rule deleted successfully."
                ) { (draft, resource, request) throws(DomainError) in
                    var rules = resource.rules
                    guard let found = rules.firstIndex(where: { find($0, request) }) else { throw notFound }
                    rules.remove(at: found)
                    return try set(resource, rules, &draft)
                },
            ]
        }
        let byID: @Sendable (Rule, ActionRequest) -> Bool = { rule, request in
            let id = request.caller.parameter("ruleID")
            return (rule.id ?? "") == id || (rule.baseID ?? "") == id
        }
        add("/\(single)/{ruleID}", "", byID)
        if byName {
            add("/\(single)/name/{ruleName}", "ByName") { $0.name == $1.caller.parameter("ruleName") }
            actions.append(
                .read(
                    "/\(single)/{ruleID}", "read\(noun)Rule", "Read a rule.", message: "\(noun) rule read successfully."
                ) {
                    (_, resource, request) throws(DomainError) in
                    guard let rule = resource.rules.first(where: { byID($0, request) }) else { throw notFound }
                    return rule.json
                })
        }
        return actions
    }

    private static let notFound = DomainError.notFound("Rule")

    private static func list(_ request: ActionRequest) -> [Rule] {
        [Rule](json: request.body) ?? Resource.members.rules.value(in: request.object)
    }

    private static func index(of rule: Rule, in rules: [Rule]) -> Int? {
        rules.firstIndex { $0.id == rule.id }
            ?? rules.firstIndex { $0.baseID == rule.id || $0.baseID == rule.baseID }
    }

    private static func set(
        _ resource: Resource, _ rules: [Rule], _ draft: inout Draft
    ) throws(DomainError) -> Value? {
        try ResourceUpdate.setRules(rules, of: resource, &draft)
        return nil
    }
}

extension Rule {
    /// The rule with the members of a request; its IDs and its salt stay.
    fileprivate func changed(by request: Rule) -> Rule {
        var rule = Rule(object.merging(request.object))
        rule.setRaw(\.id, raw(\.id) ?? .null)
        rule.setRaw(\.baseID, raw(\.baseID) ?? .null)
        rule.setRaw(\.salt, raw(\.salt) ?? .null)
        return rule
    }
}
