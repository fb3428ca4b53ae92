// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension ResourceDescription {
    private static let covered: [(member: String, family: ResourceType)] = [
        ("gateIDs", .gates), ("experimentIDs", .experiments), ("layerIDs", .layers),
    ]

    static let holdouts: ResourceDescription = {
        var holdouts = ResourceDescription(
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
        holdouts.prepare = { resource, old, _, draft in
            Settling.salt(&resource)
            try Settling.checkUnit(resource, draft.project)
            if resource.text("targetingGateID").isEmpty { resource["targetingGateID"] = .null }
            for member in ["associationID", "baseID"] where resource.text(member).isEmpty {
                resource[member] = .string(RandomID.make())
            }
            for (member, family) in covered {
                let ids = try resource.members.texts(member).enumerated().map { index, id -> String in
                    guard let covered = draft.project[family, id] else {
                        throw APIError.invalid(
                            "\(member).\(index)", "\(member).\(index) must be the ID of one of the \(family.rawValue)")
                    }
                    // A holdout has no say over other units: there it would hold nobody out, or everybody.
                    guard covered.idType == resource.idType else {
                        throw APIError.invalid(
                            "\(member).\(index)", "\(member).\(index) has another unit than the holdout")
                    }
                    return covered.id
                }
                resource[member] = .strings(Object(ids.map { ($0, true) }).map(\.name))
            }
            if resource.members.flag("isGlobal"), !(old?.members.flag("isGlobal") ?? false) {
                for (member, family) in covered {
                    let present = draft.project.all(family).filter { other in
                        other.idType == resource.idType && !other.isArchived
                            && (family != .experiments || other.text("layerID").isEmpty)
                    }.map(\.id)
                    let had = resource.members.texts(member)
                    resource[member] = .strings(had + present.filter { !had.contains($0) })
                }
            }
            let percentage = resource.members.number("passPercentage") ?? 0
            let base = resource.text("baseID")
            if old == nil {
                resource["ruleID"] = .string(RuleSettling.nextID("\(base):0:0", base, percentage))
            } else if percentage != old?.members.number("passPercentage") {
                resource["ruleID"] = .string(RuleSettling.nextID(resource.text("ruleID"), base, percentage))
            }
        }
        holdouts.willDelete = { resource, draft in try References.checkUnused(resource, draft) }
        holdouts.computed = { resource, _ in ["owner": Settling.owner(resource)] }
        holdouts.actions =
            OverrideActions.make(noun: "Holdout", status: 200)
            + ArchiveActions.make(noun: "Holdout", .init(archive: "holdout_update", unarchive: "holdout_update"))
        return holdouts
    }()
}
