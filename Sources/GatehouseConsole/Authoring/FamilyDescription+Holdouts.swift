// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension FamilyDescription {
    private static let covered: [(member: String, family: Family)] = [
        ("gateIDs", .gates), ("experimentIDs", .experiments), ("layerIDs", .layers),
    ]

    static let holdouts: FamilyDescription = {
        var holdouts = FamilyDescription(
            family: .holdouts, noun: "Holdout", plural: "Holdouts",
            audit: AuditNames(create: "holdout_create", edit: "holdout_update", delete: "holdout_delete"))
        holdouts.createdStatus = 200
        holdouts.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description, "isEnabled": MemberSchemas.flag,
            "passPercentage": ["type": "number", "minimum": 0, "maximum": 10], "gateIDs": MemberSchemas.texts,
            "experimentIDs": MemberSchemas.texts, "layerIDs": MemberSchemas.texts, "isGlobal": MemberSchemas.flag,
            "targetingGateID": Schemas.nullable(Schemas.string), "monitoringMetrics": MemberSchemas.objects,
            "teamID": Schemas.nullable(Schemas.string), "tags": MemberSchemas.texts,
            "salt": Schemas.text(longest: 100), "associationID": Schemas.text(longest: 100),
            "baseID": Schemas.text(longest: 100),
        ]
        holdouts.creationProperties = ["id": MemberSchemas.name, "idType": MemberSchemas.name]
        holdouts.requiredOnFullUpdate = [
            "isEnabled", "description", "passPercentage", "gateIDs", "experimentIDs", "layerIDs", "isGlobal",
            "targetingGateID",
        ]
        holdouts.defaults = [
            "description": "", "idType": "userID", "isEnabled": true, "passPercentage": 0, "gateIDs": [],
            "experimentIDs": [], "layerIDs": [], "isGlobal": false, "targetingGateID": .null, "monitoringMetrics": [],
            "teamID": .null, "tags": [],
        ]
        holdouts.hidden = ["overrides", "statusBefore"]
        holdouts.filters += ["idType"]
        holdouts.prepare = { entity, old, _, draft in
            Settling.salt(&entity)
            try Settling.checkUnit(entity, draft.project)
            if entity.text("targetingGateID").isEmpty { entity["targetingGateID"] = .null }
            for member in ["associationID", "baseID"] where entity.text(member).isEmpty {
                entity[member] = .string(RandomID.make())
            }
            for (member, family) in covered {
                let ids = try entity.members.texts(member).enumerated().map { index, id -> String in
                    guard let covered = draft.project[family, id] else {
                        throw APIError.invalid(
                            "\(member).\(index)", "\(member).\(index) must be the ID of one of the \(family.rawValue)")
                    }
                    // A holdout has no say over other units: there it would hold nobody out, or everybody.
                    guard covered.idType == entity.idType else {
                        throw APIError.invalid(
                            "\(member).\(index)", "\(member).\(index) has another unit than the holdout")
                    }
                    return covered.id
                }
                entity[member] = .strings(Object(ids.map { ($0, true) }).map(\.name))
            }
            if entity.members.flag("isGlobal"), !(old?.members.flag("isGlobal") ?? false) {
                for (member, family) in covered {
                    let present = draft.project.all(family).filter { other in
                        other.idType == entity.idType && !other.isArchived
                            && (family != .experiments || other.text("layerID").isEmpty)
                    }.map(\.id)
                    let had = entity.members.texts(member)
                    entity[member] = .strings(had + present.filter { !had.contains($0) })
                }
            }
            let percentage = entity.members.number("passPercentage") ?? 0
            let base = entity.text("baseID")
            if old == nil {
                entity["ruleID"] = .string(RuleSettling.nextID("\(base):0:0", base, percentage))
            } else if percentage != old?.members.number("passPercentage") {
                entity["ruleID"] = .string(RuleSettling.nextID(entity.text("ruleID"), base, percentage))
            }
        }
        holdouts.willDelete = { entity, draft in try References.checkUnused(entity, draft) }
        holdouts.computed = { entity, _ in ["owner": Settling.owner(entity)] }
        holdouts.actions =
            OverrideActions.make(noun: "Holdout", status: 200)
            + ArchiveActions.make(noun: "Holdout", .init(archive: "holdout_update", unarchive: "holdout_update"))
        return holdouts
    }()
}
