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
            ) { draft, resource, request in
                try set(resource, resource.members.list("rules") + [request.body], &draft)
            },
            .read("/rules", "list\(noun)Rules", "List the rules.", message: "\(noun) rules listed successfully.") {
                _, resource, _ in .array(resource.members.list("rules"))
            },
            .change(
                .post, "/rules", "add\(noun)Rules", "Add rules behind the others.",
                message: "\(noun) rules created successfully.", status: 201, body: many
            ) { draft, resource, request in
                try set(resource, resource.members.list("rules") + list(request), &draft)
            },
            .change(
                .patch, "/rules", "update\(noun)Rules", "Update rules; none are added or taken away.",
                message: "\(noun) rules updated successfully.", body: manyChanged
            ) { draft, resource, request in
                var rules = resource.members.objects("rules")
                for (index, change) in list(request).compactMap(\.object).enumerated() {
                    guard let place = place(of: change, in: rules) else {
                        throw APIError.invalid("rules.\(index).id", "rules.\(index).id must be the ID of a rule")
                    }
                    rules[place] = rules[place].merging(change).merging(identity(rules[place]))
                }
                return try set(resource, rules.map(Value.object), &draft)
            },
        ]
        func add(_ path: String, _ suffix: String, _ find: @escaping @Sendable (Object, ActionRequest) -> Bool) {
            actions += [
                .change(
                    .patch, path, "update\(noun)Rule\(suffix)", "Update a rule.",
                    message: "\(noun) rule updated successfully.", body: MemberSchemas.changedRule
                ) { draft, resource, request in
                    var rules = resource.members.objects("rules")
                    guard let place = rules.firstIndex(where: { find($0, request) }) else { throw notFound }
                    rules[place] = rules[place].merging(request.object).merging(identity(rules[place]))
                    return try set(resource, rules.map(Value.object), &draft)
                },
                .change(
                    .delete, path, "delete\(noun)Rule\(suffix)", "Delete a rule.",
                    message: "\(noun) rule deleted successfully."
                ) { draft, resource, request in
                    var rules = resource.members.objects("rules")
                    guard let place = rules.firstIndex(where: { find($0, request) }) else { throw notFound }
                    rules.remove(at: place)
                    return try set(resource, rules.map(Value.object), &draft)
                },
            ]
        }
        let byID: @Sendable (Object, ActionRequest) -> Bool = { rule, request in
            let id = request.caller.parameter("ruleID")
            return rule.text("id") == id || rule.text("baseID") == id
        }
        add("/\(single)/{ruleID}", "", byID)
        if byName {
            add("/\(single)/name/{ruleName}", "ByName") { $0.text("name") == $1.caller.parameter("ruleName") }
            actions.append(
                .read(
                    "/\(single)/{ruleID}", "read\(noun)Rule", "Read a rule.", message: "\(noun) rule read successfully."
                ) {
                    _, resource, request in
                    guard let rule = resource.members.objects("rules").first(where: { byID($0, request) }) else {
                        throw notFound
                    }
                    return .object(rule)
                })
        }
        return actions
    }

    private static let notFound = APIError(.notFound, "Rule not found.")

    private static func list(_ request: ActionRequest) -> [Value] {
        request.body.array ?? request.object.list("rules")
    }

    /// What a rule keeps, whatever a request says.
    private static func identity(_ rule: Object) -> Object {
        ["id": rule["id"] ?? .null, "baseID": rule["baseID"] ?? .null, "salt": rule["salt"] ?? .null]
    }

    private static func place(of rule: Object, in rules: [Object]) -> Int? {
        rules.firstIndex { $0["id"] == rule["id"] }
            ?? rules.firstIndex { $0["baseID"] == rule["id"] || $0["baseID"] == rule["baseID"] }
    }

    private static func set(_ resource: Resource, _ rules: [Value], _ draft: inout Draft) throws -> Value? {
        try ResourceUpdate.update(resource, ["rules": .array(rules)], isFull: false, .of(resource.family), &draft)
        return nil
    }
}
