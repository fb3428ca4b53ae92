// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The endpoints of the project as a whole: names, environments, target apps, users.
struct ProjectRoutes: Sendable {
    let store: ProjectStore

    private static let root = "/console/v1"
    private static let emails = Member<[String]>("emails", default: [])
    private static let teams = Member<[String]>("teams", default: [])
    private static let environment = Schemas.closed(
        [
            "id": Schemas.string, "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "isProduction": MemberSchemas.flag, "requiresReview": MemberSchemas.flag,
            "requiredReviewGroupID": Schemas.nullable(Schemas.string), "requiresReleasePipeline": MemberSchemas.flag,
        ], required: ["name"])

    var operations: [Operation] {
        [
            read("project", "readProject", "Read the project.", "Project Info Retrieved Successfully") { _ in
                ["id": "local"]
            },
            read("company", "readCompany", "Read the company.", "Company read successfully.") { _ in
                [
                    "companyID": "local", "companyName": "local", "isWarehouseNative": false, "orgID": .null,
                    "orgName": .null,
                ]
            },
            read("environments", "listEnvironments", "List the environments.", "Environments read successfully.") {
                ["environments": Normalization.environments(of: $0).json]
            },
            change(
                .post, "environments", "replaceEnvironments", "Replace the list of environments.",
                "Environments updated successfully.",
                body: Schemas.closed(
                    ["environments": Schemas.array(ProjectRoutes.environment, most: 100)], required: ["environments"])
            ) { (draft, body) throws(DomainError) in
                try ProjectChanges.setEnvironments(EnvironmentList.members.environments.value(in: body), &draft)
                return ["environments": Normalization.environments(of: draft.project).json]
            },
            change(
                .patch, "target_app", "assignTargetApps", "Add target apps to entities.",
                "Target apps updated successfully.",
                body: Schemas.closed(
                    [
                        "targetApps": ["type": "array", "items": Schemas.string, "minItems": 1, "maxItems": 1000],
                        "gates": MemberSchemas.texts, "dynamicConfigs": MemberSchemas.texts,
                        "experiments": MemberSchemas.texts,
                    ], required: ["targetApps"])
            ) { (draft, body) throws(DomainError) in
                .strings(
                    try TargetApps.assign(
                        named: Resource.members.targetApps.value(in: body).names, body, &draft))
            },
            change(
                .post, "users/invite", "inviteUsers", "Invite users.", "User(s) Invited successfully",
                body: Schemas.closed(
                    [
                        "role": Schemas.string, "teams": MemberSchemas.texts,
                        "emails": Schemas.array(["type": "string", "minLength": 3, "maxLength": 320], most: 1000),
                    ], required: ["role", "emails"])
            ) { (draft, body) throws(DomainError) in
                let emails = ProjectRoutes.emails.value(in: body)
                try ProjectChanges.invite(
                    emails, role: ConsoleUser.members.role.value(in: body), teams: ProjectRoutes.teams.value(in: body),
                    &draft)
                return .strings(emails)
            },
        ]
    }

    // MARK: - Operations

    private func read(
        _ path: String, _ id: String, _ summary: String, _ message: String,
        _ body: @escaping @Sendable (AuthoredProject) -> Value
    ) -> Operation {
        Operation(
            .get, "\(ProjectRoutes.root)/\(path)", .readProject, OperationDescription(id, summary).tagged("Project")
        ) { [store] _, _ in
            .envelope(message, body(store.project))
        }
    }

    private func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, _ message: String,
        body schema: Value, _ body: @escaping @Sendable (inout Draft, Object) throws(DomainError) -> Value
    ) -> Operation {
        Operation(
            method, "\(ProjectRoutes.root)/\(path)", .changeProject,
            OperationDescription(id, summary).tagged("Project").parameters(.review).body(schema)
                .refusals(400, 413, 429)
        ) { [store] request, caller in
            let object = try await ResourceRoutes.object(of: request, schema)
            let data = try await store.change(by: caller.actor) { draft in try body(&draft, object) }
            return .envelope(message, data)
        }
    }
}

/// Turns a document into a project that can be edited.
struct ImportRoutes: Sendable {
    let store: ProjectStore

    var operations: [Operation] {
        [
            Operation(
                .post, "/console/v1/import", .changeProject,
                OperationDescription(
                    "importDocument",
                    "Turn a config-spec document into entities; those that can't be edited are marked."
                )
                .tagged("Project").parameters(.review).body(Schemas.object)
                .responses((201, "The entities are there.")).refusals(400, 413, 415, 429), handle: add)
        ]
    }

    private func add(_ request: Request, _ caller: Caller) async throws -> Response {
        let bytes = try await RequestContent.bytes(of: request)
        let ruleset: Ruleset
        do {
            ruleset = try Ruleset(document: bytes)
        } catch {
            throw APIError.invalid("body", "body must be a config-spec document: \(error)")
        }
        var tree: DocumentTree
        do {
            tree = try DocumentTree(bytes, ruleset.documentFormat ?? .v2)
        } catch {
            throw DomainError.invalid(
                "body", "must be JSON that can be read: byte \(error.offset): \(error.kind.rawValue)")
        }
        guard !JSON.isNested(tree.value, deeperThan: ConsoleLimits.maximumNesting) else {
            throw DomainError.tooNested("body")
        }
        tree.becomeV2()
        let source = tree
        let counts = try await store.change(by: caller.actor) { draft -> (Int, [Resource]) in
            let resources = DocumentImport(source, at: draft.time).resources(in: draft.project)
            let known = resources.first { resource in
                resource.type.sharingNames.contains { draft.project[$0, resource.id] != nil }
            }
            if let known {
                throw DomainError.invalid(
                    "body", "must not have \(known.id), which is there already among the \(known.type.rawValue)")
            }
            for resource in resources { draft.put(resource) }
            return (resources.count, resources.filter { $0.isVerbatim })
        }
        let verbatim = counts.1.map { resource -> Object in
            ["family": .string(resource.type.rawValue), "id": .string(resource.id)]
        }
        var response = Response.envelope(
            "Document imported successfully.",
            ["count": .integer(Int64(counts.0)), "verbatim": .objects(verbatim)])
        response.status = .created
        return response
    }
}
