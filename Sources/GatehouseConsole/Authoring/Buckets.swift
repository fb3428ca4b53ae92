// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Which buckets of a layer belong to an experiment: while it runs, it only gets more.
enum Buckets {
    /// Gives an experiment the buckets that its allocation asks for, or that the request names.
    static func normalize(
        _ experiment: inout Experiment, _ old: Experiment?, _ body: Object, _ draft: Draft
    ) throws(DomainError) {
        let request = Experiment(request: body)
        guard experiment.holdsBuckets else {
            if request[raw: \.allocation] != nil, request.allocation != old?.allocation {
                throw .invalid("allocation", "can't be changed once the experiment is over")
            }
            experiment.buckets = old?.buckets ?? []
            return
        }
        let taken = taken(inLayer: experiment.layerID, besides: experiment.id, draft.project)
        let isRunning = old.map { $0.status != .setup } ?? false
        let current = old?.buckets ?? []
        if let named = request[raw: \.buckets]?.array {
            let buckets = Set(named.compactMap { $0.double.flatMap { Int(exactly: $0) } })
            guard buckets.isDisjoint(with: taken) else {
                throw .invalid("buckets", "must not have any of another experiment in the layer")
            }
            guard !isRunning || buckets.isSuperset(of: current) else {
                throw .invalid("buckets", "can only get more while the experiment runs")
            }
            experiment.buckets = buckets.sorted()
            experiment.allocation = Double(buckets.count) / 10
            return
        }
        let free = Experiment.bucketCount - taken.count
        if experiment[raw: \.allocation] == nil {
            experiment.allocation = Double(min(free, Experiment.bucketCount)) / 10
        }
        let count = Int(((experiment.allocation ?? 0) * 10).rounded())
        guard count <= free else {
            throw .invalid(
                "allocation",
                "must not be greater than \(JSON.text(.number(Double(free) / 10))), "
                    + "which is what other experiments leave in the layer")
        }
        guard count >= current.count || !isRunning else {
            throw .invalid("allocation", "can only grow while the experiment runs")
        }
        experiment.buckets = resized(current, to: count, taken).sorted()
    }

    /// Buckets for an experiment that begins anew: as many as it had before, or as are left.
    static func reserve(_ experiment: inout Experiment, _ draft: Draft) {
        let taken = taken(inLayer: experiment.layerID, besides: experiment.id, draft.project)
        let wanted = Int(((experiment.allocation ?? 100) * 10).rounded())
        let count = min(wanted, Experiment.bucketCount - taken.count)
        let current = experiment.buckets.filter { !taken.contains($0) }
        experiment.buckets = resized(current, to: count, taken).sorted()
        experiment.allocation = Double(count) / 10
    }

    /// The greatest allocation that a new experiment in a layer can have, in percent; 100 without a layer.
    static func free(inLayer layer: String, _ project: AuthoredProject) -> Double {
        Double(Experiment.bucketCount - taken(inLayer: layer, besides: "", project).count) / 10
    }

    private static func taken(inLayer layer: String, besides id: String, _ project: AuthoredProject) -> Set<Int> {
        guard !layer.isEmpty else { return [] }
        return Set(
            project.experiments(inLayer: layer).filter { $0.id != id && $0.holdsBuckets }.flatMap { $0.buckets })
    }

    private static func resized(_ current: [Int], to count: Int, _ taken: Set<Int>) -> [Int] {
        if current.count >= count { return Array(current.shuffled().prefix(max(0, count))) }
        let unused = Set(0..<Experiment.bucketCount).subtracting(taken).subtracting(current)
        return current + unused.shuffled().prefix(count - current.count)
    }
}
