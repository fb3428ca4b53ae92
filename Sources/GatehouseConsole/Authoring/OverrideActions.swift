// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints for units that pass or fail a gate or holdout whatever its rules say.
enum OverrideActions {
    private static let ids = Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: 2000)
    private static let schema = Schemas.object([
        "passingUserIDs": ids, "failingUserIDs": ids, "passingCustomIDs": ids, "failingCustomIDs": ids,
        "environmentOverrides": Schemas.array(
            Schemas.object(
                [
                    "environment": Schemas.nullable(Schemas.text(longest: 100)),
                    "unitID": Schemas.nullable(Schemas.string),
                    "passingIDs": ids, "failingIDs": ids,
                ]), most: 1000),
    ])

    /// One line of overrides: an environment and a unit.
    private struct Line: Hashable {
        let environment: String?
        let unit: String
    }

    private struct Lists {
        var passing: [String] = []
        var failing: [String] = []
    }

    static func make(noun: String, status: Int = 201) -> [ResourceAction] {
        func action(
            _ method: HTTPRequest.Method, _ id: String, _ summary: String, _ done: String,
            _ combine: @escaping @Sendable (Lists, Lists) -> Lists
        ) -> ResourceAction {
            .change(
                method, "/overrides", "\(id)\(noun)Overrides", summary,
                message: "\(noun) overrides \(done) successfully.", status: status, body: schema
            ) { draft, resource, request in
                try Settling.checkEditable(resource)
                let (order, asked) = try lines(request.object, resource)
                let (oldOrder, old) = stored(resource)
                var lines = method == .post ? [:] : old
                for line in order { lines[line] = combine(lines[line] ?? Lists(), asked[line] ?? Lists()) }
                var changed = resource
                let all = (method == .post ? [] : oldOrder) + order.filter { method == .post || old[$0] == nil }
                changed["overrides"] = .objects(
                    all.compactMap { line -> Object? in
                        guard let lists = lines[line], !(lists.passing.isEmpty && lists.failing.isEmpty) else {
                            return nil
                        }
                        return [
                            "environment": line.environment.map(Value.string) ?? .null, "unitID": .string(line.unit),
                            "passingIDs": .strings(lists.passing), "failingIDs": .strings(lists.failing),
                        ]
                    })
                draft.put(changed, "modify_overrides")
                return view(changed)
            }
        }
        return [
            .read(
                "/overrides", "read\(noun)Overrides", "Read the overrides.",
                message: "\(noun) overrides read successfully."
            ) {
                _, resource, _ in view(resource)
            },
            action(.post, "replace", "Replace the overrides.", "updated") { _, new in new },
            action(.patch, "add", "Add overrides; an ID leaves the other list.", "updated") { old, new in
                Lists(
                    passing: union(old.passing.filter { !new.failing.contains($0) }, new.passing),
                    failing: union(old.failing.filter { !new.passing.contains($0) }, new.failing))
            },
            action(.delete, "delete", "Take overrides away.", "deleted") { old, gone in
                Lists(
                    passing: old.passing.filter { !gone.passing.contains($0) },
                    failing: old.failing.filter { !gone.failing.contains($0) })
            },
        ]
    }

    private static func union(_ old: [String], _ new: [String]) -> [String] {
        let known = Set(old)
        return old + new.filter { !known.contains($0) }
    }

    private static func lines(_ body: Object, _ resource: Resource) throws -> ([Line], [Line: Lists]) {
        var order: [Line] = []
        var lines: [Line: Lists] = [:]
        func add(_ line: Line, _ passing: [String], _ failing: [String], _ property: String) throws {
            guard !passing.isEmpty || !failing.isEmpty else { return }
            if lines[line] == nil { order.append(line) }
            let old = lines[line] ?? Lists()
            let new = Lists(passing: union(old.passing, passing), failing: union(old.failing, failing))
            if let both = Set(new.passing).intersection(new.failing).sorted().first {
                throw APIError.invalid(property, "\(property) must not have \(both), which passes")
            }
            lines[line] = new
        }
        try add(
            Line(environment: nil, unit: "userID"), body.texts("passingUserIDs"), body.texts("failingUserIDs"),
            "failingUserIDs")
        let (passing, failing) = (body.texts("passingCustomIDs"), body.texts("failingCustomIDs"))
        if resource.idType == "userID", !passing.isEmpty || !failing.isEmpty {
            let property = passing.isEmpty ? "failingCustomIDs" : "passingCustomIDs"
            throw APIError.invalid(property, "\(property) must be empty where the unit is userID")
        }
        try add(Line(environment: nil, unit: resource.idType), passing, failing, "failingCustomIDs")
        for (index, override) in body.objects("environmentOverrides").enumerated() {
            let unit = override.text("unitID")
            let line = Line(
                environment: override["environment"]?.string, unit: unit.isEmpty ? resource.idType : unit)
            try add(
                line, override.texts("passingIDs"), override.texts("failingIDs"),
                "environmentOverrides.\(index).failingIDs")
        }
        return (order, lines)
    }

    private static func stored(_ resource: Resource) -> ([Line], [Line: Lists]) {
        var order: [Line] = []
        var lines: [Line: Lists] = [:]
        for override in resource.members.objects("overrides").map(UnitOverride.init) {
            let line = Line(environment: override.environment, unit: override.unit)
            order.append(line)
            lines[line] = Lists(passing: override.passing, failing: override.failing)
        }
        return (order, lines)
    }

    private static func view(_ resource: Resource) -> Value {
        let (_, lines) = stored(resource)
        let users = lines[Line(environment: nil, unit: "userID")] ?? Lists()
        var view: Object = [
            "passingUserIDs": .strings(users.passing), "failingUserIDs": .strings(users.failing),
            "environmentOverrides": resource["overrides"] ?? [],
        ]
        if resource.idType != "userID" {
            let custom = lines[Line(environment: nil, unit: resource.idType)] ?? Lists()
            view["passingCustomIDs"] = .strings(custom.passing)
            view["failingCustomIDs"] = .strings(custom.failing)
        }
        return .object(view)
    }
}
