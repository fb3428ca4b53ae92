// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    static let holdouts: ResourceDescription = {
        var holdouts = ResourceDescription(
            type: .holdouts, noun: "Holdout", plural: "Holdouts",
            audit: AuditNames(create: "holdout_create", edit: "holdout_update", delete: "holdout_delete"))
        holdouts.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description, "isEnabled": MemberSchemas.flag,
            "passPercentage": ["type": "number", "minimum": 0, "maximum": 10], "gateIDs": MemberSchemas.texts,
            "experimentIDs": MemberSchemas.texts, "layerIDs": MemberSchemas.texts, "isGlobal": MemberSchemas.flag,
            "targetingGateID": Schemas.nullable(Schemas.string), "monitoringMetrics": MemberSchemas.metrics,
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
        holdouts.hidden = [Resource.members.unitOverrides.name, Resource.members.statusBefore.name]
        holdouts.filters += ["idType"]
        holdouts.rules.prepare = HoldoutNormalization.prepare
        holdouts.rules.willDelete = { (resource, draft) throws(DomainError) in
            try References.checkUnused(resource, draft)
        }
        holdouts.rules.computed = { resource, _ in
            [
                "owner": Normalization.owner(resource), "team": resource.object["team"] ?? .null,
                "targetApps": resource.targetApps.json,
            ]
        }
        return holdouts
    }()
}

/// Normalizes a holdout: completes the members that a request leaves out, and checks them.
enum HoldoutNormalization {
    @Sendable static func prepare(
        _ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: inout Draft
    ) throws(DomainError) {
        var holdout = Holdout(resource)
        let old = old.map(Holdout.init)
        Normalization.salt(&holdout)
        try Normalization.checkUnit(holdout.resource, draft.project)
        if holdout.targetingGateID.isEmpty { holdout.targetingGate = nil }
        if holdout.associationID.isEmpty { holdout.associationID = RandomID.make() }
        if holdout.baseID.isEmpty { holdout.baseID = RandomID.make() }
        for type in Holdout.coveredTypes {
            try check(holdout, type, draft.project)
            var seen: Set<String> = []
            holdout[covered: type] = holdout[covered: type].filter { seen.insert($0).inserted }
        }
        if holdout.isGlobal, !(old?.isGlobal ?? false) { coverAll(&holdout, draft.project) }
        let percentage = holdout.passPercentage
        if old == nil {
            holdout.ruleID = Rule.nextID(
                after: "\(holdout.baseID):0:0", base: holdout.baseID, percentage: percentage)
        } else if percentage != old?.passPercentage {
            holdout.ruleID = Rule.nextID(after: holdout.ruleID, base: holdout.baseID, percentage: percentage)
        }
        resource = holdout.resource
    }

    private static func check(
        _ holdout: Holdout, _ type: ResourceType, _ project: AuthoredProject
    ) throws(DomainError) {
        let member = Holdout.coverage(of: type)?.name ?? ""
        for (index, id) in holdout[covered: type].enumerated() {
            guard let covered = project[type, id] else {
                throw .invalid("\(member).\(index)", "must be the ID of one of the \(type.rawValue)")
            }
            // A holdout decides by one unit: for others it would hold out no user, or all of them.
            guard covered.idType == holdout.idType else {
                throw .invalid("\(member).\(index)", "has another unit than the holdout")
            }
        }
    }

    /// Adds everything of the holdout's unit that exists.
    private static func coverAll(_ holdout: inout Holdout, _ project: AuthoredProject) {
        let idType = holdout.idType
        for type in Holdout.coveredTypes {
            let present = project.all(type).filter { other in
                other.idType == idType && !other.isArchived
                    && (type != .experiments || Experiment(other).layerID.isEmpty)
            }.map(\.id)
            let had = holdout[covered: type]
            let known = Set(had)
            holdout[covered: type] = had + present.filter { !known.contains($0) }
        }
    }
}
