// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints for units that pass or fail a gate or holdout whatever its rules say.
enum OverrideActions {
    private static let ids = Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: 2000)
    private static let schema = Schemas.closed([
        "passingUserIDs": ids, "failingUserIDs": ids, "passingCustomIDs": ids, "failingCustomIDs": ids,
        "environmentOverrides": Schemas.array(
            Schemas.closed(
                [
                    "environment": Schemas.nullable(Schemas.text(longest: 100)),
                    "unitID": Schemas.nullable(Schemas.string),
                    "passingIDs": ids, "failingIDs": ids,
                ]), most: 1000),
    ])

    private struct Body: Record {
        struct Members: Sendable {
            let passingUserIDs = Member<[String]>("passingUserIDs", default: [])
            let failingUserIDs = Member<[String]>("failingUserIDs", default: [])
            let environmentOverrides = Member<[UnitOverride]>("environmentOverrides", default: [])
            let passingCustomIDs = Member<[String]>("passingCustomIDs", default: [])
            let failingCustomIDs = Member<[String]>("failingCustomIDs", default: [])
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    static func make(noun: String, status: Int = 201) -> [ResourceAction] {
        func action(
            _ method: HTTPRequest.Method, _ change: UnitOverrides.Change, _ id: String, _ summary: String,
            _ done: String
        ) -> ResourceAction {
            .change(
                method, "/overrides", "\(id)\(noun)Overrides", summary,
                message: "\(noun) Overrides \(done) successfully.", status: status, body: schema,
                isBodyRequired: change != .remove
            ) { (draft, resource, request) throws(DomainError) in
                // The documentation's deletion has no body, and removes everything.
                let change = request.body == .null ? .replace : change
                try Normalization.checkEditable(resource)
                let asked = try overrides(Body(request.object), resource)
                var changed = resource
                let old = UnitOverrides(resource.unitOverrides)
                changed.unitOverrides = old.applying(change, asked).overrides
                draft.put(changed, "modify_overrides")
                return view(changed)
            }
        }
        return [
            .read(
                "/overrides", "read\(noun)Overrides", "Read the overrides.",
                message: "\(noun) Overrides read successfully.", status: status
            ) { _, resource, _ in view(resource) },
            action(.post, .replace, "replace", "Replace the overrides.", "updated"),
            action(.patch, .add, "add", "Add overrides; an ID leaves the other list.", "updated"),
            action(.delete, .remove, "delete", "Remove overrides, all of them without a body.", "deleted"),
        ]
    }

    /// The overrides of a request.
    private static func overrides(_ body: Body, _ resource: Resource) throws(DomainError) -> UnitOverrides {
        var overrides = UnitOverrides()
        let (idType, fields) = (resource.idType, Body.members)
        try overrides.add(
            UnitOverride(
                environment: nil, unit: "userID", passing: body.passingUserIDs, failing: body.failingUserIDs),
            fields.failingUserIDs.name)
        // Of a resource on userID these are user IDs as well.
        try overrides.add(
            UnitOverride(
                environment: nil, unit: idType, passing: body.passingCustomIDs, failing: body.failingCustomIDs),
            fields.failingCustomIDs.name)
        for (index, override) in body.environmentOverrides.enumerated() {
            let unit = override.raw(\.unit)?.string ?? ""
            try overrides.add(
                UnitOverride(
                    environment: override.environment, unit: unit.isEmpty ? idType : unit,
                    passing: override.passing, failing: override.failing),
                "\(fields.environmentOverrides.name).\(index).failingIDs")
        }
        return overrides
    }

    private static func view(_ resource: Resource) -> Value {
        let overrides = UnitOverrides(resource.unitOverrides)
        var view = Body([:])
        let users = overrides.ids(of: "userID")
        view.passingUserIDs = users.passing
        view.failingUserIDs = users.failing
        view.environmentOverrides = resource.unitOverrides
        let hasCustomIDs = resource.idType != "userID"
        view.passingCustomIDs = hasCustomIDs ? overrides.ids(of: resource.idType).passing : []
        view.failingCustomIDs = hasCustomIDs ? overrides.ids(of: resource.idType).failing : []
        return view.json
    }
}
