// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints for single rules, which gates and configs have by paths of their own.
enum RuleActions {
    /// The messages about successes.
    struct Messages: Sendable {
        let added: String
        let read: String
        let changed: String
        let deleted: String
    }

    static func make(
        noun: String, rule: Value, changedRule: Value, single: String, byName: Bool, messages: Messages
    ) -> [ResourceAction] {
        let many: Value = [
            "anyOf": [
                MemberSchemas.rules(rule), Schemas.closed(["rules": MemberSchemas.rules(rule)], required: ["rules"]),
            ]
        ]
        let changed = MemberSchemas.rules(changedRule)
        let manyChanged: Value = ["anyOf": [changed, Schemas.closed(["rules": changed], required: ["rules"])]]
        var actions: [ResourceAction] = [
            .change(
                .post, "/rule", "add\(noun)Rule", "Add a rule behind the others.",
                message: messages.added, body: rule
            ) { (draft, resource, request) throws(DomainError) in
                try set(resource, resource.rules + [Rule(request.object)], &draft)
            },
            .list("/rules", "list\(noun)Rules", "List the rules.", message: messages.read) { _, resource in
                rows(resource.rules)
            },
            .change(
                .post, "/rules", "add\(noun)Rules", "Add rules behind the others.",
                message: messages.added, body: many
            ) { (draft, resource, request) throws(DomainError) in
                try set(resource, resource.rules + list(request), &draft)
            },
            .change(
                .patch, "/rules", "update\(noun)Rules", "Update rules; none are added or taken away.",
                message: messages.changed, body: manyChanged
            ) { (draft, resource, request) throws(DomainError) in
                var rules = resource.rules
                for (position, change) in list(request).map(\.withoutEmptyIDs).enumerated() {
                    guard let found = index(of: change, in: rules) else {
                        throw .invalid("rules.\(position).id", "must be the ID of a rule")
                    }
                    rules[found] = try rules[found].changed(by: change, "rules.\(position).")
                }
                return try set(resource, rules, &draft)
            },
        ]
        func add(_ path: String, _ suffix: String, _ find: @escaping @Sendable (Rule, ActionRequest) -> Bool) {
            actions += [
                .change(
                    .patch, path, "update\(noun)Rule\(suffix)", "Update a rule.",
                    message: messages.changed, body: changedRule
                ) { (draft, resource, request) throws(DomainError) in
                    var rules = resource.rules
                    guard let found = rules.firstIndex(where: { find($0, request) }) else { throw notFound }
                    rules[found] = try rules[found].changed(by: Rule(request.object).withoutEmptyIDs)
                    return try set(resource, rules, &draft)
                },
                .change(
                    .delete, path, "delete\(noun)Rule\(suffix)", "Delete a rule.",
                    message: messages.deleted
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
                    "/\(single)/{ruleID}", "read\(noun)Rule", "Read a rule.", message: messages.read
                ) {
                    (_, resource, request) throws(DomainError) in
                    guard let rule = resource.rules.first(where: { byID($0, request) }) else { throw notFound }
                    return rule.json
                })
        }
        return actions
    }

    /// The rows of the list of rules.
    ///
    /// The Console API's list has one row, whose `rules` are all of them. There are clients that read each row as a rule, so
    /// that the rows have the members of the rules as well.
    private static func rows(_ rules: [Rule]) -> [Value] {
        let first: Object = ["rules": rules.json]
        guard let rule = rules.first else { return [.object(first)] }
        return [.object(rule.object.merging(first))]
            + rules.dropFirst().map { .object($0.object.merging(["rules": []])) }
    }

    private static let notFound = DomainError.notFound("Rule")

    /// The rules of a request, which are the body or a member of it.
    static func list(_ request: ActionRequest) -> [Rule] {
        [Rule](json: request.body) ?? Resource.members.rules.value(in: request.object)
    }

    private static func index(of rule: Rule, in rules: [Rule]) -> Int? {
        rules.firstIndex { rule.id != nil && $0.id == rule.id }
            ?? rules.firstIndex { other in
                other.baseID != nil && (other.baseID == rule.id || other.baseID == rule.baseID)
            }
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
    ///
    /// - Parameters:
    ///   - request: The members.
    ///   - path: The path of the rule in the request, with a dot at its end.
    /// - Returns: The changed rule.
    /// - Throws: ``DomainError`` when the request has other IDs or another salt.
    fileprivate func changed(by request: Rule, _ path: String = "") throws(DomainError) -> Rule {
        let fields = Rule.members
        for (member, known) in [
            (fields.id, [self.id, self.baseID]), (fields.baseID, [self.baseID]), (fields.salt, [self.salt]),
        ] {
            guard let asked = member.value(in: request.object), !known.contains(asked) else { continue }
            throw .invalid(path + member.name, "can't be changed")
        }
        var rule = Rule(object.merging(request.object))
        let (value, text) = (request.raw(\.returnValue) ?? .null, request.returnValueJSON5)
        if value == .null { rule.setRaw(\.returnValue, raw(\.returnValue)) }
        // A value that is given in one way replaces the value that was given in the other.
        if value == .null, text?.isEmpty == false { rule.returnValue = nil }
        if value != .null, text == nil { rule.returnValueJSON5 = nil }
        rule.setRaw(\.id, raw(\.id) ?? .null)
        rule.setRaw(\.baseID, raw(\.baseID) ?? .null)
        rule.setRaw(\.salt, raw(\.salt) ?? .null)
        return rule
    }
}
