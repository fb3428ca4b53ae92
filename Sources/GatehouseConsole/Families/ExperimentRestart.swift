// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Makes an experiment of another one, which begins with nobody in it.
enum ExperimentRestart {
    /// What the new one doesn't take over: its life so far, and what shares users out.
    private static let own: Set<String> = [
        "id", "name", "salt", "layerSalt", "buckets", "status", "launchedGroupID", "groups", "controlGroupID",
        "allocation", "creatorID", "creatorEmail",
    ]

    static let action = FamilyAction.change(
        .post, "/restart_as_new", "restartExperimentAsNew",
        "Create an experiment like it, not started and without overrides; it stays as it is.",
        message: "Experiment created successfully.",
        body: Schemas.object(["name": MemberSchemas.name], required: ["name"])
    ) { draft, entity, request in
        try Settling.checkNotVerbatim(entity)
        let description = FamilyDescription.of(.experiments)
        var body: Object = ["name": request.object["name"] ?? ""]
        for (member, _) in description.properties.merging(description.creationProperties) where !own.contains(member) {
            body[member] = entity[member]
        }
        body["groups"] = .objects(
            entity.members.objects("groups").map { group in Object(distinct: group.filter { $0.name != "id" }) })
        body["controlGroupID"] = Experiment(entity).group(entity.text("controlGroupID")).map { .string($0.name) }
        // In its layer, others may have taken what the first one had, which may have it still.
        let free = Buckets.free(inLayer: entity.text("layerID"), draft.project)
        body["allocation"] = .number(min(entity.members.number("allocation") ?? 100, free))
        let created = try EntityCreation.create(body, description, &draft)
        return .object(description.view(try draft.entity(created.family, created.id), draft.project))
    }
}
