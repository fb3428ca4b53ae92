// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// Counts of exposures: of experiments by group, of gates by rule.
struct ExposureRoutes: Sendable {
    let store: ProjectStore
    let counts: ExposureCounts

    private static let root = "/console/v1"

    var operations: [Operation] {
        [
            cumulative(.experiments, "Experiment"), cumulative(.gates, "Gate"),
            Operation(
                .get, "\(ExposureRoutes.root)/exposure_count", .readProject,
                OperationDescription("countExposures", "Count the exposures of a day and of seven.")
                    .tagged("Exposures").parameters(
                        .query("gates", "IDs of gates, with commas between."),
                        .query("experiments", "IDs of experiments."),
                        .query("dynamicConfigs", "IDs of dynamic configs.")
                    ).refusals(400), handle: recent),
        ]
    }

    private func cumulative(_ type: ResourceType, _ noun: String) -> Operation {
        Operation(
            .get, "\(ExposureRoutes.root)/\(type.rawValue)/{id}/cumulative_exposures", .readProject,
            OperationDescription("list\(noun)Exposures", "Count distinct units by day and group.").tagged("Exposures")
                .parameters(.path("id", "The \(noun.lowercased())'s ID.")).refusals(404)
        ) { [store, counts] _, caller in
            guard let resource = store.project.resource(type, named: caller.parameter("id")) else {
                throw APIError(.notFound, "\(noun) not found.")
            }
            let exposures = try await counts.exposures(of: resource)
            return .envelope(
                "Successfully loaded Cumulative Exposures",
                ExposureCounts.cumulative(exposures, groups: ExposureRoutes.groups(of: resource, exposures)))
        }
    }

    /// The groups of an experiment, or the rules of a gate and whatever else decided.
    private static func groups(
        of resource: Resource, _ exposures: [ExposureCounts.Exposure]
    ) -> [(id: String, name: String)] {
        if resource.type == .experiments { return Experiment(resource).groups.map { ($0.id, $0.name) } }
        let rules = resource.rules.map { ($0.id ?? "", $0.name) }
        let known = Set(rules.map(\.0))
        let others = Set(exposures.map(\.rule)).subtracting(known).sorted()
        return rules + others.map { ($0, $0) }
    }

    private func recent(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = Query(request)
        var data: Object = [:]
        let project = store.project
        for (member, type) in [
            ("gates", ResourceType.gates), ("experiments", .experiments), ("dynamicConfigs", .dynamicConfigs),
        ] {
            let ids = query.list(member)
            guard ids.count <= 25 else { throw APIError.invalid(member, "\(member) must have no more than 25 IDs") }
            var rows: [Object] = []
            for id in ids {
                guard let resource = project[type, id] else { continue }
                let counted = ExposureCounts.recent(try await counts.exposures(of: resource), now: counts.clock())
                rows.append((["id": .string(id)] as Object).merging(counted))
            }
            data[member] = .objects(rows)
        }
        return .envelope("Exposure count fetched successfully.", .object(data))
    }

    /// An experiment's view with its health checks.
    func withHealth(_ resource: Resource, _ view: Object) async throws -> Object {
        let experiment = Experiment(resource)
        guard experiment.status == .active else { return view }
        let (status, check) = SampleRatio.check(experiment, try await counts.exposures(of: resource))
        return view.merging(["healthChecks": [.object(check)], "healthCheckStatus": .string(status)])
    }

    /// Adds the health checks, and the buckets, by which a project is moved without moving users.
    func withDetails(_ resource: Resource, _ view: Object) async throws -> Object {
        var view = try await withHealth(resource, view)
        let buckets = Experiment(resource).buckets
        if !buckets.isEmpty { view[Experiment.members.buckets.name] = buckets.json }
        return view
    }
}
