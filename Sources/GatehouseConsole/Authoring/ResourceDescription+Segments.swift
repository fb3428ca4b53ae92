// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension ResourceDescription {
    static let segments: ResourceDescription = {
        var segments = ResourceDescription(
            family: .segments, noun: "Segment", plural: "Segments",
            audit: AuditNames(
                create: "segment_create", edit: "config_conditions_update", delete: "config_delete",
                parts: ["count": "ID_list_update"]))
        segments.properties = ["rules": MemberSchemas.rules(MemberSchemas.segmentRule)]
        segments.creationProperties = MemberSchemas.shared.merging([
            "id": MemberSchemas.name, "name": MemberSchemas.name, "idType": MemberSchemas.name,
            "type": ["type": "string", "enum": ["id_list", "rule_based", "analysis_list", "user_store_id_list"]],
            "creatorID": Schemas.string, "creatorEmail": Schemas.string,
        ])
        segments.required = ["name", "type"]
        segments.defaults = [
            "description": "", "idType": "userID", "isEnabled": true, "count": 0, "tags": [], "team": .null,
            "rules": [],
        ]
        segments.hidden = ["ids", "statusBefore"]
        segments.filters += ["type", "idType"]
        segments.methods = [.list, .create, .read, .delete, .versions]
        segments.prepare = { resource, old, body, draft in
            Settling.salt(&resource)
            try Settling.checkUnit(resource, draft.project)
            if resource.text("type") != "rule_based", !resource.members.list("rules").isEmpty {
                throw APIError(.badRequest, SegmentActions.wrongType("rule_based"))
            }
            try RuleSettling.settle(&resource, old, types: ConditionType.ofSegments)
            try Settling.checkEnvironments(resource, draft.project)
        }
        segments.willDelete = { resource, draft in try References.checkUnused(resource, draft) }
        segments.computed = { resource, _ in ["owner": Settling.owner(resource)] }
        segments.actions =
            SegmentActions.actions + ArchiveActions.make(noun: "Segment", .init(hasReturn: false))
        return segments
    }()
}

/// The endpoints of segments that change what they are about.
enum SegmentActions {
    private static func ids(_ most: Int) -> Value {
        Schemas.object(
            [
                "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: most),
                "version": ["type": "integer"],
            ], required: ["ids"])
    }

    static func wrongType(_ type: String) -> String {
        "Segment must be of type '\(type)' to be modified on this endpoint"
    }

    static let actions: [ResourceAction] = [
        .change(
            .post, "/conditional", "replaceSegmentRules", "Replace the rules.",
            message: "Segment updated successfully.", status: 201,
            body: MemberSchemas.rules(MemberSchemas.segmentRule)
        ) { draft, resource, request in
            guard resource.text("type") == "rule_based" else { throw APIError(.badRequest, wrongType("rule_based")) }
            try ResourceUpdate.update(resource, ["rules": request.body], isFull: false, .segments, &draft)
            return nil
        },
        .read("/id_list", "readSegmentIDs", "Read the IDs.", message: "ID list read successfully.") { _, resource, _ in
            try list(resource)
            return [
                "name": .string(resource.id), "count": .integer(Int64(resource.members.list("ids").count)),
                "ids": resource["ids"] ?? [],
            ]
        },
        .read(
            "/idlist_metadata", "readSegmentIDsMetadata", "Read which version the IDs have.",
            message: "ID list metadata read successfully."
        ) { _, resource, _ in
            try list(resource)
            return ["currentVersion": .integer(resource.version), "isUpdating": false]
        },
        change(.patch, "/id_list", "addSegmentIDs", "Add IDs.", most: 100_000, add),
        change(.delete, "/id_list", "deleteSegmentIDs", "Take IDs away.", most: 100_000, remove),
        change(.patch, "/add_ids", "addUserStoreIDs", "Add IDs to a user store.", most: 1000, add),
        change(.patch, "/remove_ids", "removeUserStoreIDs", "Take IDs from a user store.", most: 1000, remove),
        .change(
            .post, "/id_list/reset", "resetSegmentIDs", "Take all IDs away.", message: "ID list reset successfully."
        ) { draft, resource, _ in
            try list(resource)
            put([], resource, &draft)
            return nil
        },
    ]

    private static func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, most: Int,
        _ combine: @escaping @Sendable ([String], [String]) -> [String]
    ) -> ResourceAction {
        .change(
            method, path, id, summary, message: "Segment updated successfully.", body: ids(most)
        ) { draft, resource, request in
            try list(resource)
            if let version = request.object["version"]?.integer, version != resource.version {
                throw APIError(.conflict, "It has been changed since; its version is \(resource.version).")
            }
            put(combine(resource.members.texts("ids"), request.object.texts("ids")), resource, &draft)
            return nil
        }
    }

    private static let add: @Sendable ([String], [String]) -> [String] = { old, new in
        var known = Set(old)
        return old + new.filter { known.insert($0).inserted }
    }

    private static let remove: @Sendable ([String], [String]) -> [String] = { old, gone in
        let gone = Set(gone)
        return old.filter { !gone.contains($0) }
    }

    private static func list(_ resource: Resource) throws {
        guard resource.text("type") != "rule_based" else { throw APIError(.badRequest, wrongType("id_list")) }
        try Settling.checkEditable(resource)
    }

    private static func put(_ ids: [String], _ resource: Resource, _ draft: inout Draft) {
        var changed = resource
        changed["ids"] = .strings(ids)
        changed["count"] = .integer(Int64(ids.count))
        draft.put(changed, "ID_list_update")
    }
}
