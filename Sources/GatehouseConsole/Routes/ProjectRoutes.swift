// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// What the project has as a whole: its environments, its names, who may be invited.
struct ProjectRoutes: Sendable {
    let store: ProjectStore

    private static let root = "/console/v1"
    private static let environment = Schemas.object(
        [
            "id": Schemas.string, "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "isProduction": MemberSchemas.flag, "requiresReview": MemberSchemas.flag,
            "requiredReviewGroupID": Schemas.nullable(Schemas.string), "requiresReleasePipeline": MemberSchemas.flag,
        ], required: ["name"])

    var operations: [Operation] {
        [
            read("project", "readProject", "Read the project.", "Project") { _ in ["id": "local"] },
            read("company", "readCompany", "Read the company.", "Company") { _ in
                [
                    "companyID": "local", "companyName": "local", "isWarehouseNative": false, "orgID": .null,
                    "orgName": .null,
                ]
            },
            read("environments", "listEnvironments", "List the environments.", "Environments") {
                ["environments": .objects(ProjectRoutes.environments($0))]
            },
            change(
                .post, "environments", "replaceEnvironments", "Replace the list of environments.",
                "Environments updated successfully.",
                body: Schemas.object(
                    ["environments": Schemas.array(ProjectRoutes.environment, most: 100)], required: ["environments"])
            ) { draft, body in
                try ProjectRoutes.setEnvironments(body.objects("environments"), &draft)
                return ["environments": .objects(ProjectRoutes.environments(draft.project))]
            },
            change(
                .patch, "target_app", "assignTargetApps", "Add target apps to entities.",
                "Target apps updated successfully.",
                body: Schemas.object(
                    [
                        "targetApps": ["type": "array", "items": Schemas.string, "minItems": 1, "maxItems": 1000],
                        "gates": MemberSchemas.texts, "dynamicConfigs": MemberSchemas.texts,
                        "experiments": MemberSchemas.texts,
                    ], required: ["targetApps"])
            ) { draft, body in
                let apps = try body.texts("targetApps").enumerated().map { index, name -> String in
                    guard let app = draft.project.resource(.targetApps, named: name) else {
                        throw APIError.invalid("targetApps.\(index)", "targetApps.\(index) must be a target app")
                    }
                    return app.id
                }
                try TargetApps.assign(apps, body, &draft)
                return .strings(apps)
            },
            change(
                .post, "users/invite", "inviteUsers", "Invite users.", "Users invited successfully.",
                body: Schemas.object(
                    [
                        "role": Schemas.string, "teams": MemberSchemas.texts,
                        "emails": Schemas.array(["type": "string", "minLength": 3, "maxLength": 320], most: 1000),
                    ], required: ["role", "emails"])
            ) { draft, body in
                for email in body.texts("emails") where draft.project[.users, email] == nil {
                    draft.put(
                        Resource(
                            family: .users, id: email,
                            members: [
                                "name": .string(email), "email": .string(email), "firstName": "", "lastName": "",
                                "role": body["role"] ?? "", "createdTime": .integer(draft.time),
                            ]))
                }
                return .strings(body.texts("emails"))
            },
        ]
    }

    // MARK: - Environments

    private static func environments(_ project: AuthoredProject) -> [Object] {
        project[.environments, "environments"]?.members.objects("environments")
            ?? Settling.environments.map { name in
                [
                    "id": .string(name), "name": .string(name), "isProduction": .bool(name == "production"),
                    "requiresReview": false, "requiresReleasePipeline": false,
                ]
            }
    }

    private static func setEnvironments(_ list: [Object], _ draft: inout Draft) throws {
        let before = environments(draft.project)
        var names: Set<String> = []
        let settled = try list.enumerated().map { index, environment -> Object in
            let known = before.first { $0["id"] == environment["id"] }
            if environment["id"] != nil, known == nil {
                throw APIError.invalid(
                    "environments.\(index).id", "environments.\(index).id must be the ID of an environment")
            }
            guard names.insert(environment.text("name")).inserted else {
                throw APIError.invalid("environments.\(index).name", "environments.\(index).name is there twice")
            }
            if known?.text("name") == "production", environment.text("name") != "production" {
                throw APIError.invalid("environments.\(index).name", "environments.\(index).name can't be changed")
            }
            let defaults: Object = [
                "id": known?["id"] ?? .string(RandomID.make()), "isProduction": false, "requiresReview": false,
                "requiresReleasePipeline": false,
            ]
            return defaults.merging(known ?? [:]).merging(environment)
        }
        guard names.contains("production") else {
            throw APIError.invalid("environments", "environments must have production")
        }
        draft.put(
            Resource(
                family: .environments, id: "environments",
                members: ["name": "environments", "environments": .objects(settled)]))
    }

    // MARK: - Operations

    private func read(
        _ path: String, _ id: String, _ summary: String, _ noun: String,
        _ body: @escaping @Sendable (AuthoredProject) -> Value
    ) -> Operation {
        Operation(
            .get, "\(ProjectRoutes.root)/\(path)", .readProject, OperationDescription(id, summary).tagged("Project")
        ) { [store] _, _ in
            .envelope("\(noun) read successfully.", body(store.project))
        }
    }

    private func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, _ message: String,
        body schema: Value, _ body: @escaping @Sendable (inout Draft, Object) throws -> Value
    ) -> Operation {
        let checked = RequestSchema(schema)
        return Operation(
            method, "\(ProjectRoutes.root)/\(path)", .changeProject,
            OperationDescription(id, summary).tagged("Project").parameters(.review).body(schema)
                .refusals(400, 413, 429)
        ) { [store] request, caller in
            let object = try await ResourceRoutes.object(of: request, checked)
            let data = try await store.change(by: caller.actor) { draft in try body(&draft, object) }
            return .envelope(message, data)
        }
    }
}
