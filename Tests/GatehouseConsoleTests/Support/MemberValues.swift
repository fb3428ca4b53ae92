// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// A valid value for each member of a request: another one than resources have by default.
enum MemberValues {
    /// The value to send for a member.
    ///
    /// - Parameters:
    ///   - path: The names that lead to the member, from the body on.
    ///   - shape: The kinds that the value may be of.
    ///   - operation: The operation.
    /// - Returns: The values to send, one after the other: both booleans, one value of another kind.
    static func all(_ path: [String], _ shape: MemberCatalog.Shape, in operation: MemberCatalog.Operation) -> [Value] {
        if let known = known(path, in: operation) { return [known] }
        if shape.types == ["boolean"] { return [true, false] }
        return [value(path, shape, in: operation)]
    }

    private static func value(
        _ path: [String], _ shape: MemberCatalog.Shape, in operation: MemberCatalog.Operation
    ) -> Value {
        if let known = known(path, in: operation) { return known }
        if shape.types.contains("object") {
            return .object(object(path, shape, in: operation))
        }
        if shape.types.contains("array") {
            return [value(path, shape.elements ?? MemberCatalog.Shape(["types": ["string"]]), in: operation)]
        }
        if shape.types.contains("boolean") { return true }
        if shape.types.contains("number") || shape.types.contains("integer") { return 7 }
        return .string("text of \(path.last ?? "")")
    }

    /// An object with the members that it needs.
    static func object(
        _ path: [String], _ shape: MemberCatalog.Shape, in operation: MemberCatalog.Operation
    ) -> Object {
        let needed = shape.members.filter(\.isRequired)
        return Object(
            distinct: needed.map { ($0.name, value(path + [$0.name], $0.shape, in: operation)) })
    }

    private static func known(_ path: [String], in operation: MemberCatalog.Operation) -> Value? {
        let family = String(operation.path.split(separator: "/").first ?? "")
        let dotted = path.joined(separator: ".")
        return values["\(operation.place) \(dotted)"] ?? values["\(family) \(dotted)"] ?? values[dotted]
            ?? path.last.flatMap { values[$0] }
    }

    private static let values: [String: Value] = [
        "name": "another", "id": "chosen", "idType": "stableID", "targetApps": ["app"], "targetAppIDs": ["app"],
        "tags": ["one"], "layerID": "layer", "targetingGateID": "gate", "controlGroupID": "gb", "gateIDs": ["gate"],
        "experimentIDs": ["experiment"], "layerIDs": ["layer"], "isGlobal": true, "teams": ["team"],
        // Words and texts in a form of their own.
        "gates type": "TEMPORARY", "segments type": "id_list", "conditions.type": "public",
        "segments rules.conditions.type": "user_id", "segments conditions.type": "user_id",
        "segments rules.conditions": [["type": "user_id", "operator": "any", "targetValue": ["x"]]],
        "segments conditions": [["type": "user_id", "operator": "any", "targetValue": ["x"]]],
        "segments rules.conditions.operator": "any", "segments conditions.operator": "any", "segments version": 1,
        "overrides.type": "gate", "conditionalOverrides.type": "gate", "conditionalOverrides.name": "gate",
        "conditionalOverrides.experimentName": "inside", "conditionalOverrides.groupName": "A",
        "idOverrides.experimentName": "inside", "idOverrides.groupName": "A", "idOverrides.idType": "stableID",
        "overrides.id": "gate", "groupID": "ga", "unitType": "stableID", "unitID": "stableID", "op": "add",
        "rules.conditions.type": "public", "environment": "staging", "environments": ["staging"],
        "environmentOverrides.environment": "staging", "environmentOverrides.unitID": "stableID",
        "identifierMappingMode": "strictOneToOne", "direction": "increase", "criteriaName": "HYPOTHESIS_LENGTH",
        "manualQualityScores.status": "PASSED", "status": "active", "defaultConfidenceInterval": "80",
        "stratifiedSampling.status": "pending", "assignmentSourceFilters.condition": "in",
        "scheduledReloadType": "full", "analyticsType": "bayesian", "explorationWindow": "48hr",
        "attributionWindow": "2hr", "attributionWindowUnit": "day", "explorationWindowRate": 0.25,
        "longtermExplorationAllocation": 0.25, "winnerThreshold": "80%", "optimizationParameter": "value",
        "variants.json": ["v": 7], "changeTeamConfigs": "team_only", "reviewApproval": "admin_only",
        "ref_type": "static", "param_type": "string", "parameters.type": "string", "parameters.value": "x",
        "parameters.defaultValue": "x", "schema": #"{"type":"object"}"#, "schemaJson5": "{type: 'object'}",
        "defaultValueJson5": "{j: 1}", "returnValueJson5": "{j: 1}", "defaultValue": ["d": 1],
        "returnValue": ["r": 1], "parameterValues": ["v": 3], "targetValue": ["x"], "passPercentage": 7,
        "scheduledTime": 4_100_000_000_000, "time": 4_100_000_000_000, "emails": ["c@corp.example"],
        "group_names": ["B"], "PUT experiments/{}/make_decision id": "A",
        "PUT autotunes/{}/make_decision id": "A", "analysisStartTime": "2026-01-01", "analysisEndTime": "2027-01-01",
        "links.url": "https://corp.example", "dynamicConfigs": ["config"], "gates": ["gate"],
        "experiments": ["experiment"],
        "PATCH gates/{}/rules rules": [["id": "made", "name": "other"]], "PATCH gates/{}/rules rules.id": "made",
        "environments environments": [
            ["name": "qa", "isProduction": false, "requiresReview": true, "requiresReleasePipeline": true],
            ["name": "production", "isProduction": true, "requiresReview": false, "requiresReleasePipeline": false],
        ], "environments environments.name": "canary",
        // Lists that have to add up.
        "groups": [
            ["id": "ga", "name": "A", "size": 30, "parameterValues": ["v": 1]],
            ["id": "gb", "name": "B", "size": 70, "parameterValues": ["v": 2]],
        ],
        "autotunes variants": [["name": "A", "json": ["v": 7]], ["name": "B", "json": ["v": 8]]],
        "parameters": [["name": "p", "ref_type": "static", "param_type": "string", "value": "x"]],
        "layers parameters": [["name": "p", "type": "string", "defaultValue": "x"]],
        "variants": [
            ["name": "A", "passPercentage": 40, "returnValue": ["v": 7]],
            ["name": "B", "passPercentage": 60, "returnValue": ["v": 8]],
        ],
    ]
}

/// A member of an operation's body with a value, and the path that leads to it.
struct RequestMember {
    let names: [String]
    let sent: Value
    /// The member of the body that has it, or is it.
    private let top: Object

    var name: String { names.last ?? "" }

    /// The members of a body, and those of the objects in it.
    static func all(of operation: MemberCatalog.Operation) -> [RequestMember] {
        all(in: operation.body.elements ?? operation.body, [], operation) { $0 }
    }

    /// - Parameters:
    ///   - shape: The object's members.
    ///   - names: The path of the object.
    ///   - operation: The operation.
    ///   - wrap: Makes a body of an object with one of the members.
    /// - Returns: The members, those of an object behind the object.
    private static func all(
        in shape: MemberCatalog.Shape, _ names: [String], _ operation: MemberCatalog.Operation,
        _ wrap: (Object) -> Object
    ) -> [RequestMember] {
        shape.members.flatMap { member -> [RequestMember] in
            let path = names + [member.name]
            let values = MemberValues.all(path, member.shape, in: operation)
            let own = values.map { value in
                RequestMember(names: path, sent: value, top: wrap([member.name: value]))
            }
            let isList = member.shape.types.contains("array")
            guard let inner = isList ? member.shape.elements : member.shape, !inner.members.isEmpty else { return own }
            let known = values.first ?? .null
            let element =
                (isList ? known[0].object : known.object) ?? MemberValues.object(path, inner, in: operation)
            let others = Array((known.array ?? []).dropFirst())
            return own
                + all(in: inner, path, operation) { members in
                    let object = Value.object(element.with(members))
                    return wrap([member.name: isList ? .array([object] + others) : object])
                }
        }
    }

    /// The body of a request with the member.
    func body(_ operation: MemberCatalog.Operation, name: String) -> Value {
        guard let elements = operation.body.elements else {
            return .object(MemberProject.base(operation, name: name).with(top))
        }
        return [.object(MemberValues.object([], elements, in: operation).with(top))]
    }

    /// Whether a refusal names the member, a member in it, or what it is in: the sizes of groups have one sum.
    func isNamed(in response: TestResponse) -> Bool {
        (response.json["errors"].array ?? []).contains { error in
            let parts = (error["property"].string ?? "").split(separator: ".").filter { Int($0) == nil }
            // Rules that are the body are named as those of the resource.
            return [parts.map(String.init), parts.dropFirst().map(String.init)].contains { path in
                path.starts(with: names) || !path.isEmpty && names.starts(with: path)
            }
        }
    }
}
