// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension FamilyDescription {
    static let segments: FamilyDescription = {
        var segments = FamilyDescription(
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
        segments.prepare = { entity, old, body, draft in
            Settling.salt(&entity)
            try Settling.checkUnit(entity, draft.project)
            if entity.text("type") != "rule_based", !entity.members.list("rules").isEmpty {
                throw APIError(.badRequest, SegmentActions.wrongType("rule_based"))
            }
            try RuleSettling.settle(&entity, old, types: ConditionType.ofSegments)
            try Settling.checkEnvironments(entity, draft.project)
        }
        segments.willDelete = { entity, draft in try References.checkUnused(entity, draft) }
        segments.computed = { entity, _ in ["owner": Settling.owner(entity)] }
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

    static let actions: [FamilyAction] = [
        .change(
            .post, "/conditional", "replaceSegmentRules", "Replace the rules.",
            message: "Segment updated successfully.", status: 201,
            body: MemberSchemas.rules(MemberSchemas.segmentRule)
        ) { draft, entity, request in
            guard entity.text("type") == "rule_based" else { throw APIError(.badRequest, wrongType("rule_based")) }
            try EntityUpdate.update(entity, ["rules": request.body], isFull: false, .segments, &draft)
            return nil
        },
        .read("/id_list", "readSegmentIDs", "Read the IDs.", message: "ID list read successfully.") { _, entity, _ in
            try list(entity)
            return [
                "name": .string(entity.id), "count": .integer(Int64(entity.members.list("ids").count)),
                "ids": entity["ids"] ?? [],
            ]
        },
        .read(
            "/idlist_metadata", "readSegmentIDsMetadata", "Read which version the IDs have.",
            message: "ID list metadata read successfully."
        ) { _, entity, _ in
            try list(entity)
            return ["currentVersion": .integer(entity.version), "isUpdating": false]
        },
        change(.patch, "/id_list", "addSegmentIDs", "Add IDs.", most: 100_000, add),
        change(.delete, "/id_list", "deleteSegmentIDs", "Take IDs away.", most: 100_000, remove),
        change(.patch, "/add_ids", "addUserStoreIDs", "Add IDs to a user store.", most: 1000, add),
        change(.patch, "/remove_ids", "removeUserStoreIDs", "Take IDs from a user store.", most: 1000, remove),
        .change(
            .post, "/id_list/reset", "resetSegmentIDs", "Take all IDs away.", message: "ID list reset successfully."
        ) { draft, entity, _ in
            try list(entity)
            put([], entity, &draft)
            return nil
        },
    ]

    private static func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, most: Int,
        _ combine: @escaping @Sendable ([String], [String]) -> [String]
    ) -> FamilyAction {
        .change(
            method, path, id, summary, message: "Segment updated successfully.", body: ids(most)
        ) { draft, entity, request in
            try list(entity)
            if let version = request.object["version"]?.integer, version != entity.version {
                throw APIError(.conflict, "It has been changed since; its version is \(entity.version).")
            }
            put(combine(entity.members.texts("ids"), request.object.texts("ids")), entity, &draft)
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

    private static func list(_ entity: Entity) throws {
        guard entity.text("type") != "rule_based" else { throw APIError(.badRequest, wrongType("id_list")) }
        try Settling.checkEditable(entity)
    }

    private static func put(_ ids: [String], _ entity: Entity, _ draft: inout Draft) {
        var changed = entity
        changed["ids"] = .strings(ids)
        changed["count"] = .integer(Int64(ids.count))
        draft.put(changed, "ID_list_update")
    }
}
