// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

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
        var tree = DocumentTree(bytes, ruleset.documentFormat ?? .v2)
        guard !JSON.isNested(tree.value, deeperThan: JSON.maximumNesting) else {
            throw DomainError.invalid("body", "must not be nested deeper than \(JSON.maximumNesting) levels")
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
