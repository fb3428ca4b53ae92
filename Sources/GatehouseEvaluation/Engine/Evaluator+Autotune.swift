// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Evaluates a contextual bandit (Evaluation §12).
    @inline(never)
    mutating func evaluateAutotune(_ autotune: UnsafePointer<AutotuneRow>, into record: inout Record) -> Recognition {
        let isStarted = autotune.pointee.isEnabled && !autotune.pointee.groups.isEmpty
        let passes = isStarted && passesTargeting(autotune, into: &record)
        if isExhausted { return .tooDeep }
        record.idType = autotune.pointee.idType
        record.version = autotune.pointee.version
        record.isExperimentActive = autotune.pointee.isEnabled
        guard passes else {
            record.bool = false
            record.ruleID = isStarted ? Text("inlineTargetingRules") : Text("prestart")
            record.returnsPointer = autotune.defaultValue
            return .recognized
        }
        let groups = autotune.pointee.groups
        let unit = lookup.unitText(autotune.pointee.unit)
        if !unit.hasBytes { reportMissing(autotune.pointee.unit, .missing) }
        let bucket = hash(autotune.pointee.hashPrefix, unit) % 10_000
        if !autotune.pointee.hasModels {
            let position = Int((Double(bucket) / (10_000 / Double(groups.count))).rounded(.down))
            choose(groups.pointer(at: min(position, groups.count - 1)), explores: true, &record)
            return .recognized
        }
        let threshold = autotune.pointee.sampleRate * 10_000
        observer.bucketed(bucket, of: 10_000, threshold: threshold, autotune.pointee.unit, unit)
        if Double(bucket) < threshold, let group = sampledGroup(groups) {
            choose(group, explores: true, &record)
        } else {
            choose(bestGroup(autotune), explores: false, &record)
        }
        return .recognized
    }

    /// All groups of a started bandit whose targeting the user passes, the best first (Evaluation §12).
    mutating func rankedGroups(_ autotune: UnsafePointer<AutotuneRow>) -> [RankedGroup] {
        var record = Record(firstExposure: 0)
        let groups = autotune.pointee.groups
        guard autotune.pointee.isEnabled, !groups.isEmpty, passesTargeting(autotune, into: &record), !isExhausted else {
            return []
        }
        let bucket = hash(autotune.pointee.hashPrefix, lookup.unitText(autotune.pointee.unit)) % 10_000
        let isSampled = Double(bucket) < autotune.pointee.sampleRate * 10_000
        if !autotune.pointee.hasModels || isSampled {
            let suffix = autotune.pointee.hasModels ? Record.exploreSuffix.description : ""
            return shuffled(groups).map { RankedGroup($0, ruleIDSuffix: suffix, score: RankedGroup.unknownScore) }
        }
        let ranked = groups.map { RankedGroup($0, ruleIDSuffix: "", score: score($0) ?? 0) }
        return autotune.pointee.higherIsBetter
            ? ranked.sorted { $0.score > $1.score } : ranked.sorted { $0.score < $1.score }
    }

    /// The groups in an order that the context's random numbers decide.
    private func shuffled(_ groups: UnsafeBufferPointer<AutotuneRow.Group>) -> [AutotuneRow.Group] {
        var result = Array(groups)
        for position in result.indices.dropFirst().reversed() {
            result.swapAt(position, index(for: context.random(), below: position + 1))
        }
        return result
    }

    /// The index below `count` that a number from 0 to 1 selects.
    private func index(for random: Double, below count: Int) -> Int {
        min(max(Int(exactly: (random * Double(count)).rounded(.down)) ?? 0, 0), count - 1)
    }

    private func choose(_ group: UnsafePointer<AutotuneRow.Group>, explores: Bool, _ record: inout Record) {
        record.bool = true
        record.ruleID = group.pointee.id
        record.explores = explores
        record.groupName = group.pointee.name
        record.returnsPointer = group.returns
    }

    private mutating func passesTargeting(
        _ autotune: UnsafePointer<AutotuneRow>, into record: inout Record
    ) -> Bool {
        let gate = autotune.pointee.targetingGate
        if gate.isMissing { return true }
        guard nesting < Limits.nesting else { return false }
        nesting += 1
        record.bool = false
        // Unlike a gate that a condition names, this gate shares the record, so a group that it sets stays.
        let recognition = evaluate(.gate, gate, at: program.pointee.gates.index(of: gate), as: .nested, into: &record)
        nesting -= 1
        let passes = recognition != .tooDeep && record.bool
        if !gate.hasPrefix(Text("segment:")) {
            append(SecondaryExposureRow(gate: gate, ruleID: record.ruleID, value: passes))
        }
        return passes
    }

    /// A random group; groups with fewer records are likelier.
    private func sampledGroup(
        _ groups: UnsafeBufferPointer<AutotuneRow.Group>
    ) -> UnsafePointer<AutotuneRow.Group>? {
        func weight(_ group: AutotuneRow.Group) -> Double {
            1 / (Double(group.model?.records ?? 0) + 1)
        }
        let total = groups.reduce(0) { $0 + weight($1) }
        let chosen = context.random()
        var sum = 0.0
        for position in groups.indices {
            sum += weight(groups[position]) / total
            if chosen < sum { return groups.pointer(at: position) }
        }
        return nil
    }

    private func bestGroup(_ autotune: UnsafePointer<AutotuneRow>) -> UnsafePointer<AutotuneRow.Group> {
        let groups = autotune.pointee.groups
        let higherIsBetter = autotune.pointee.higherIsBetter
        var best = 0
        var bestScore = higherIsBetter ? -Double.infinity : .infinity
        var hasScore = false
        for position in groups.indices {
            guard let score = score(groups[position]) else { continue }
            hasScore = true
            if higherIsBetter ? score > bestScore : score < bestScore {
                bestScore = score
                best = position
            }
        }
        return groups.pointer(at: hasScore ? best : index(for: context.random(), below: groups.count))
    }

    /// The model's estimate for this user, `nil` where nothing has been learnt.
    private func score(_ group: AutotuneRow.Group) -> Double? {
        guard let model = group.model, !model.numerical.isEmpty || !model.categorical.isEmpty else { return nil }
        var score = model.intercept + model.alpha
        for feature in model.categorical {
            let value = lookup.field(feature.field)
            switch value.kind {
            case .none, .time: break
            case .null: score += feature.weight(of: Text("null"))
            case .object: value.withJSON { score += feature.weight(of: $0) }
            default: score += feature.weight(of: value.text)
            }
        }
        for feature in model.numerical {
            if let number = lookup.field(feature.field).float { score += number * feature.weight }
        }
        return score
    }
}

extension AutotuneRow.CategoricalWeight {
    /// The weight of a category, 0 for an unknown one.
    fileprivate func weight(of category: Text) -> Double {
        for (known, weight) in zip(categories, weights) where known == category { return weight }
        return 0
    }
}
