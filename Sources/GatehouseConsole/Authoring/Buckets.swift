// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Which buckets of a layer belong to an experiment: once it runs, it only gets more.
enum Buckets {
    /// Gives an experiment the buckets that its allocation asks for, or that the request names.
    static func settle(_ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: Draft) throws {
        let experiment = Experiment(resource)
        guard experiment.holdsBuckets else {
            if let allocation = body["allocation"], allocation.double != old?["allocation"]?.double {
                throw APIError.invalid("allocation", "allocation can't be changed once the experiment is over")
            }
            resource["buckets"] = old?["buckets"] ?? []
            return
        }
        let taken = taken(inLayer: resource.text("layerID"), besides: resource.id, draft.project)
        let isRunning = old.map { Experiment($0).status != .setup } ?? false
        if let named = body["buckets"]?.array {
            let buckets = Set(named.compactMap { $0.double.map { Int($0) } })
            let had = Set(old.map { Experiment($0).buckets } ?? [])
            guard buckets.isDisjoint(with: taken) else {
                throw APIError.invalid("buckets", "buckets must not have any of another experiment in the layer")
            }
            guard !isRunning || buckets.isSuperset(of: had) else {
                throw APIError.invalid("buckets", "buckets can only get more while the experiment runs")
            }
            set(&resource, Array(buckets))
            resource["allocation"] = .number(Double(buckets.count) / 10)
            return
        }
        let current = old.map { Experiment($0).buckets } ?? []
        let free = Experiment.bucketCount - taken.count
        if resource["allocation"] == nil {
            resource["allocation"] = .number(Double(min(free, Experiment.bucketCount)) / 10)
        }
        let count = Int(((resource.members.number("allocation") ?? 0) * 10).rounded())
        guard count <= free else {
            throw APIError.invalid(
                "allocation",
                "allocation must not be greater than \(JSON.text(.number(Double(free) / 10))), "
                    + "which is what other experiments leave in the layer")
        }
        guard count >= current.count || !isRunning else {
            throw APIError.invalid("allocation", "allocation can only grow while the experiment runs")
        }
        set(&resource, resized(current, to: count, taken))
    }

    /// Buckets for an experiment that begins anew: as many as it had before, or as are left.
    static func reserve(_ resource: inout Resource, _ draft: Draft) {
        let taken = taken(inLayer: resource.text("layerID"), besides: resource.id, draft.project)
        let wanted = Int(((resource.members.number("allocation") ?? 100) * 10).rounded())
        let count = min(wanted, Experiment.bucketCount - taken.count)
        set(&resource, resized(Experiment(resource).buckets.filter { !taken.contains($0) }, to: count, taken))
        resource["allocation"] = .number(Double(count) / 10)
    }

    private static func set(_ resource: inout Resource, _ buckets: [Int]) {
        resource["buckets"] = DocumentCondition.integers(buckets.sorted())
    }

    /// The greatest allocation that a new experiment in a layer can have, in percent; 100 without a layer.
    static func free(inLayer layer: String, _ project: AuthoredProject) -> Double {
        Double(Experiment.bucketCount - taken(inLayer: layer, besides: "", project).count) / 10
    }

    private static func taken(inLayer layer: String, besides id: String, _ project: AuthoredProject) -> Set<Int> {
        guard !layer.isEmpty else { return [] }
        return Set(
            project.experiments(inLayer: layer).filter { $0.id != id }.map(Experiment.init)
                .filter(\.holdsBuckets).flatMap(\.buckets))
    }

    private static func resized(_ current: [Int], to count: Int, _ taken: Set<Int>) -> [Int] {
        if current.count >= count { return Array(current.shuffled().prefix(max(0, count))) }
        let unused = Set(0..<Experiment.bucketCount).subtracting(taken).subtracting(current)
        return current + unused.shuffled().prefix(count - current.count)
    }
}
