// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    static let segments: ResourceDescription = {
        var segments = ResourceDescription(
            type: .segments, noun: "Segment", plural: "Segments",
            audit: AuditNames(
                create: "segment_create", edit: "config_conditions_update", delete: "config_delete",
                parts: ["count": "ID_list_update"]))
        segments.properties = ["rules": MemberSchemas.rules(MemberSchemas.segmentRule)]
        segments.creationProperties = MemberSchemas.shared.merging([
            "id": MemberSchemas.name, "name": MemberSchemas.name, "idType": MemberSchemas.name,
            "type": Schemas.words(of: Segment.Kind.self),
        ]).merging(MemberSchemas.creator)
        segments.required = ["name", "type"]
        segments.defaults = [
            "description": "", "idType": "userID", "isEnabled": true, "count": 0, "tags": [], "team": .null,
            "rules": [],
        ]
        segments.hidden = [Segment.members.ids.name, Resource.members.statusBefore.name]
        segments.filters += ["type", "idType"]
        segments.rules.prepare = { (resource, old, _, draft) throws(DomainError) in
            var segment = Segment(resource)
            Normalization.salt(&segment)
            try Normalization.checkUnit(segment.resource, draft.project)
            if segment.kind != .ruleBased, !segment.rules.isEmpty { throw .segmentType(needed: .ruleBased) }
            try RuleNormalization.normalize(&segment.resource, old, types: ConditionType.ofSegments)
            try Normalization.checkEnvironments(segment.resource, draft.project)
            resource = segment.resource
        }
        segments.rules.willDelete = { (resource, draft) throws(DomainError) in
            try References.checkUnused(resource, draft)
        }
        // No holdout covers a segment. Statsig's Terraform provider sends the member.
        segments.rules.computed = { resource, _ in ["holdoutIDs": [], "owner": Normalization.owner(resource)] }
        return segments
    }()
}

/// The IDs of segments that are lists.
enum SegmentIDs {
    enum Change: Sendable { case add, remove, reset }

    /// Refuses segments that aren't lists, or are lists of another kind.
    static func check(_ segment: Segment, isUserStore: Bool) throws(DomainError) {
        try check(segment)
        guard (segment.kind == .userStoreIDList) == isUserStore else {
            throw .segmentType(needed: isUserStore ? .userStoreIDList : .idList)
        }
    }

    /// Refuses segments that aren't lists.
    static func check(_ segment: Segment) throws(DomainError) {
        guard segment.kind != .ruleBased else { throw .segmentType(needed: .idList) }
        try Normalization.checkEditable(segment.resource)
    }

    /// Changes the IDs of a list.
    ///
    /// - Parameters:
    ///   - change: Whether the IDs are added, removed, or replace the list.
    ///   - ids: The IDs.
    ///   - segment: The segment.
    ///   - version: The version that the change is meant for, `nil` for any.
    ///   - draft: The project.
    /// - Throws: ``DomainError`` when the segment is no list, or has changed since that version.
    static func apply(
        _ change: Change, _ ids: [String], to segment: Segment, version: Int64? = nil, _ draft: inout Draft
    ) throws(DomainError) {
        try check(segment)
        if let version, version != segment.version { throw .outdated(version: segment.version) }
        let old = segment.ids
        var changed = segment
        switch change {
        case .add:
            var known = Set(old.map(ExactID.init))
            changed.ids = old + ids.filter { known.insert(ExactID($0)).inserted }
        case .remove:
            let gone = Set(ids.map(ExactID.init))
            changed.ids = old.filter { !gone.contains(ExactID($0)) }
        case .reset:
            var known: Set<ExactID> = []
            changed.ids = ids.filter { known.insert(ExactID($0)).inserted }
        }
        changed.count = changed.ids.count
        draft.put(changed, "ID_list_update")
    }
}
