// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints that put something away and fetch it back.
enum ArchiveActions {
    private static let schema = Schemas.object([
        "archiveReason": Schemas.string, "forceArchive": MemberSchemas.flag, "unarchiveReason": Schemas.string,
    ])

    /// What an resource is before and after it is put away.
    struct Names: Sendable {
        var archived = "archived"
        var archive = "config_state_toggle"
        var unarchive = "config_state_toggle"
        var hasReturn = true
    }

    static func make(
        noun: String, _ names: Names = Names(),
        willArchive: @escaping @Sendable (inout Resource, inout Draft) throws -> Void = { _, _ in },
        willReturn: @escaping @Sendable (inout Resource, inout Draft) throws -> Void = { _, _ in }
    ) -> [ResourceAction] {
        let archive = ResourceAction.change(
            .put, "/archive", "archive\(noun)", "Put it away: it is served no more, and can't be changed.",
            message: "\(noun) archived successfully.", body: schema, isBodyRequired: false
        ) { draft, resource, request in
            guard !resource.isArchived else { return nil }
            if !request.object.flag("forceArchive") { try References.checkUnused(resource, draft) }
            var changed = resource
            changed["statusBefore"] = resource["status"] ?? .null
            changed["status"] = .string(names.archived)
            changed["archiveReason"] = request.object["archiveReason"]
            try willArchive(&changed, &draft)
            draft.put(changed, names.archive)
            return nil
        }
        guard names.hasReturn else { return [archive] }
        return [
            archive,
            .change(
                .put, "/unarchive", "unarchive\(noun)", "Fetch it back, as it was.",
                message: "\(noun) unarchived successfully.", body: schema, isBodyRequired: false
            ) { draft, resource, _ in
                guard resource.isArchived else { return nil }
                var changed = resource
                changed["status"] = resource["statusBefore"] ?? .null
                changed["statusBefore"] = nil
                changed["archiveReason"] = nil
                try willReturn(&changed, &draft)
                draft.put(changed, names.unarchive)
                try References.check(changed, draft.project)
                return nil
            },
        ]
    }
}
