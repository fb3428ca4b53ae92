// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints that archive a resource and bring it back.
enum ArchiveActions {
    private struct Body: Record {
        struct Members: Sendable {
            let archiveReason = Member<Value?>("archiveReason")
            let unarchiveReason = Member<Value?>("unarchiveReason")
            let forceArchive = Member<Bool>("forceArchive", default: false)
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    private static let archiveSchema = Schemas.closed([
        "archiveReason": Schemas.string, "forceArchive": MemberSchemas.flag,
    ])
    private static let returnSchema = Schemas.closed(["unarchiveReason": Schemas.string])

    /// How a type of resources is archived.
    struct Names: Sendable {
        /// The status of an archived resource.
        var archived: Value = Experiment.Status.archived.json
        var archiveAction = "config_state_toggle"
        var unarchiveAction = "config_state_toggle"
        var hasReturn = true
        /// The messages about successes, `nil` for sentences with the noun.
        var archivedMessage: String?
        var unarchivedMessage: String?
    }

    static func make(
        noun: String, _ names: Names = Names(),
        willArchive: @escaping @Sendable (inout Resource) -> Void = { _ in },
        willReturn: @escaping @Sendable (inout Resource, Draft) -> Void = { _, _ in }
    ) -> [ResourceAction] {
        let status = Resource.members.statusText.name
        let archive = ResourceAction.change(
            .put, "/archive", "archive\(noun)", "Archive it: it is served no more, and can't be changed.",
            message: names.archivedMessage ?? "\(noun) archived successfully.", body: archiveSchema,
            isBodyRequired: false
        ) { (draft, resource, request) throws(DomainError) in
            guard !resource.isArchived else { return nil }
            let body = Body(request.object)
            if !body.forceArchive { try References.checkUnused(resource, draft) }
            var changed = resource
            changed.statusBefore = resource.object[status] ?? .null
            changed.object[status] = names.archived
            changed.archiveReason = body.archiveReason
            changed.unarchiveReason = nil
            willArchive(&changed)
            draft.put(changed, names.archiveAction)
            return nil
        }
        guard names.hasReturn else { return [archive] }
        return [
            archive,
            .change(
                .put, "/unarchive", "unarchive\(noun)", "Bring it back as it was.",
                message: names.unarchivedMessage ?? "\(noun) unarchived successfully.", body: returnSchema,
                isBodyRequired: false
            ) { (draft, resource, request) throws(DomainError) in
                guard resource.isArchived else { return nil }
                var changed = resource
                changed.object[status] = resource.statusBefore ?? .null
                changed.statusBefore = nil
                changed.archiveReason = nil
                changed.unarchiveReason = Body(request.object).unarchiveReason
                willReturn(&changed, draft)
                draft.put(changed, names.unarchiveAction)
                try References.check(changed, draft.project)
                return nil
            },
        ]
    }
}
