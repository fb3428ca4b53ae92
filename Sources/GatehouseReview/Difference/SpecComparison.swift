// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compares two specs of one name.
struct SpecComparison {
    private let isGate: Bool
    private var changes: [Change] = []

    static func changes(_ before: SpecMeaning, _ after: SpecMeaning, isGate: Bool) -> [Change] {
        var comparison = SpecComparison(isGate: isGate)
        comparison.compareMembers(before, after)
        comparison.compareRules(before, after)
        if !isGate { comparison.changes += parameterChanges(before.returns, after.returns) }
        return comparison.changes
    }

    private init(isGate: Bool) { self.isGate = isGate }

    private mutating func add(
        _ code: Change.Code, at place: String? = nil, _ before: String?, _ after: String?, risk: Risk? = nil
    ) {
        changes.append(Change(code, at: place, from: before, to: after, risk: risk))
    }

    // MARK: - Members

    private mutating func compareMembers(_ before: SpecMeaning, _ after: SpecMeaning) {
        let (left, right) = (before.row, after.row)
        if left.entity != right.entity { add(.kind, left.entity.string, right.entity.string) }
        if left.isEnabled != right.isEnabled {
            add(.enabled, left.isEnabled.text, right.isEnabled.text, risk: left.isEnabled ? .loss : nil)
        }
        if left.salt != right.salt {
            let isHashed = before.rules.contains(where: \.isHashed) && after.rules.contains(where: \.isHashed)
            add(.salt, left.salt.string, right.salt.string, risk: isHashed ? .reshuffle : nil)
        }
        // Percentages have unit types of their own, and the exposures name this one.
        if left.idType != right.idType { add(.idType, left.idType.string, right.idType.string) }
        compareValues(.defaultValue, at: nil, left.defaultValue, right.defaultValue)
        if left.isActive != right.isActive {
            add(.active, left.isActive?.text, right.isActive?.text, risk: left.isActive == true ? .loss : nil)
        }
        let parameters = (left.explicitParameters?.sortedStrings, right.explicitParameters?.sortedStrings)
        if parameters.0?.map(\.exact) != parameters.1?.map(\.exact) {
            add(.explicitParameters, parameters.0?.listText, parameters.1?.listText)
        }
        let apps = (left.targetAppIDs?.sortedStrings, right.targetAppIDs?.sortedStrings)
        if apps.0?.map(\.exact) != apps.1?.map(\.exact) { add(.targetApps, apps.0?.listText, apps.1?.listText) }
        if left.forwardsAllExposures != right.forwardsAllExposures {
            add(.exposures, left.forwardsAllExposures?.exposureText, right.forwardsAllExposures?.exposureText)
        }
        if left.usesNewLayerEvaluation != right.usesNewLayerEvaluation
            || left.hasSharedParameters != right.hasSharedParameters
        {
            add(.layerEvaluation, left.layerText, right.layerText)
        }
    }

    private mutating func compareValues(_ code: Change.Code, at place: String?, _ left: ReturnRow, _ right: ReturnRow) {
        if left.kind == right.kind, left.json == right.json { return }
        let (before, after) = Value(canonical: left.json).differences(from: Value(canonical: right.json))
        if before.description.exact != after.description.exact {
            add(
                code, at: place, before.description, after.description,
                risk: isGate && left.kind == .true ? .loss : nil)
        }
    }

    // MARK: - Rules

    private mutating func compareRules(_ before: SpecMeaning, _ after: SpecMeaning) {
        let (left, right) = (RuleMatch.keys(before.rules), RuleMatch.keys(after.rules))
        var positions: [RuleMatch: Int] = [:]
        for (index, key) in right.enumerated() { positions[key] = index }
        var common: [(old: Int, new: Int)] = []
        for (index, key) in left.enumerated() {
            if let other = positions.removeValue(forKey: key) {
                common.append((index, other))
            } else {
                let rule = before.rules[index]
                let isLoss = isGate ? rule.row.returns.kind != .false : rule.row.isExperimentGroup
                add(.ruleRemoved, at: rule.place, rule.summary, nil, risk: isLoss ? .loss : nil)
            }
        }
        let added = Set(positions.values)
        for (index, rule) in after.rules.enumerated() where added.contains(index) {
            add(.ruleAdded, at: rule.place, nil, rule.summary)
        }
        let kept = RuleMatch.increasing(common.map(\.new))
        for (position, pair) in common.enumerated() {
            let (old, new) = (before.rules[pair.old], after.rules[pair.new])
            if !kept.contains(position) { add(.ruleMoved, at: new.place, "\(pair.old + 1)", "\(pair.new + 1)") }
            compare(old, new)
        }
    }

    private mutating func compare(_ before: RuleMeaning, _ after: RuleMeaning) {
        let (left, right) = (before.row, after.row)
        let place = after.place
        if left.passPercentage != right.passPercentage {
            let isGrant = !isGate || right.returns.kind != .false
            let isLower = right.passPercentage < left.passPercentage
            add(
                .percentage, at: place, left.passPercentage.percentText, right.passPercentage.percentText,
                risk: isLower == isGrant ? .loss : nil)
        }
        let isHashed = before.isHashed && after.isHashed
        if left.salt != right.salt, before.isHashed || after.isHashed {
            add(.salt, at: place, left.salt.string, right.salt.string, risk: isHashed ? .reshuffle : nil)
        }
        if left.unit.name != right.unit.name, before.isHashed || after.isHashed {
            add(.idType, at: place, left.unit.name.string, right.unit.name.string, risk: isHashed ? .reshuffle : nil)
        }
        compareConditions(before, after)
        compareValues(.returnValue, at: place, left.returns, right.returns)
        func optional(_ text: Text) -> String? { text.isMissing ? nil : text.string }
        if optional(left.groupName)?.exact != optional(right.groupName)?.exact {
            add(.groupName, at: place, optional(left.groupName), optional(right.groupName))
        }
        if optional(left.delegate)?.exact != optional(right.delegate)?.exact {
            add(
                .delegate, at: place, optional(left.delegate), optional(right.delegate),
                risk: left.delegate.hasBytes ? .loss : nil)
        }
        if left.samplingRate != right.samplingRate {
            add(.exposures, at: place, left.samplingRate.map { "1 of \($0)" }, right.samplingRate.map { "1 of \($0)" })
        }
        if left.isExperimentGroup != right.isExperimentGroup {
            add(.experimentGroup, at: place, left.isExperimentGroup.text, right.isExperimentGroup.text)
        }
        if let size = before.groupSize, let other = after.groupSize, size != other {
            let isGroup = right.isExperimentGroup || right.groupName.hasBytes
            let loses = grants(after) ? other < size : other > size
            add(
                isGroup ? .groupSize : .allocation, at: place, size.bucketText, other.bucketText,
                risk: loses ? .loss : nil)
        }
    }

    /// Whether users have something by a rule.
    ///
    /// A rule of an experiment that is neither a group nor leads to one holds users back
    /// who aren't allocated.
    private func grants(_ rule: RuleMeaning) -> Bool {
        let row = rule.row
        if isGate { return row.returns.kind != .false }
        return row.isExperimentGroup || row.groupName.hasBytes || row.delegate.hasBytes
    }

    // MARK: - Conditions

    private mutating func compareConditions(_ before: RuleMeaning, _ after: RuleMeaning) {
        let (left, right) = (before.conditions, after.conditions)
        let (leftKeys, rightKeys) = (Set(left.map(\.key)), Set(right.map(\.key)))
        if leftKeys == rightKeys {
            if ConditionOrder.keys(left) != ConditionOrder.keys(right) {
                add(
                    .conditionOrder, at: after.place, ConditionOrder.text(left), ConditionOrder.text(right))
            }
            return
        }
        var removed = left.filter { !rightKeys.contains($0.key) }
        var added = right.filter { !leftKeys.contains($0.key) }
        let hasGroupSizes = before.groupSize != nil && after.groupSize != nil
        // Conditions on buckets are shown as what changed of them.
        for condition in removed {
            guard let hash = condition.bucketHash, let shape = condition.bucketShape else { continue }
            if let index = added.firstIndex(where: { $0.bucketHash == hash && $0.buckets != nil }),
                let old = condition.buckets, let new = added[index].buckets
            {
                let lost = grants(after) ? old.subtracting(new) : new.subtracting(old)
                let sizesSay = hasGroupSizes && before.groupSize != after.groupSize
                if !sizesSay {
                    add(
                        .allocation, at: after.place, old.count.bucketText, new.count.bucketText,
                        risk: lost.count > 0 ? .loss : nil)
                }
                added.remove(at: index)
                removed.removeAll { $0.key == condition.key }
            } else if let index = added.firstIndex(where: { $0.bucketShape == shape }) {
                add(.salt, at: after.place, hash, added[index].bucketHash, risk: .reshuffle)
                added.remove(at: index)
                removed.removeAll { $0.key == condition.key }
            }
        }
        for condition in removed { add(.conditionRemoved, at: after.place, condition.text, nil) }
        for condition in added { add(.conditionAdded, at: after.place, nil, condition.text) }
    }

    // MARK: - Parameters

    /// Types that a parameter didn't have before, and parameters that no value has any more.
    static func parameterChanges(_ before: [ReturnRow], _ after: [ReturnRow]) -> [Change] {
        let new = Dictionary(SpecMeaning.parameterTypes(after).map { ($0.name.exact, $0.types) }) { first, _ in first }
        var changes: [Change] = []
        for (name, types) in SpecMeaning.parameterTypes(before) {
            guard let other = new[name.exact] else {
                changes.append(
                    Change(
                        .parameterRemoved, at: "parameter \(name)", from: types.sorted().listText, to: nil,
                        risk: .removal))
                continue
            }
            if !types.isEmpty, !other.isSubset(of: types) {
                changes.append(
                    Change(
                        .parameterType, at: "parameter \(name)", from: types.sorted().listText,
                        to: other.sorted().listText, risk: .typeChange))
            }
        }
        return changes
    }
}

/// A rule's ID with the number of its occurrence, since a spec may repeat an ID.
private struct RuleMatch: Hashable {
    let id: [UInt8]
    let occurrence: Int

    static func keys(_ rules: [RuleMeaning]) -> [RuleMatch] {
        var counts: [[UInt8]: Int] = [:]
        return rules.map { rule in
            let id = Array(rule.row.id.bytes)
            counts[id, default: 0] += 1
            return RuleMatch(id: id, occurrence: counts[id] ?? 0)
        }
    }

    /// The positions of a longest increasing subsequence: the rules that kept their order.
    static func increasing(_ numbers: [Int]) -> Set<Int> {
        // The position of the smallest last number of each length, and the position before each.
        var tails: [Int] = []
        var previous = [Int](repeating: -1, count: numbers.count)
        for (position, number) in numbers.enumerated() {
            var (low, high) = (0, tails.count)
            while low < high {
                let middle = (low + high) / 2
                if numbers[tails[middle]] < number { low = middle + 1 } else { high = middle }
            }
            if low > 0 { previous[position] = tails[low - 1] }
            if low == tails.count { tails.append(position) } else { tails[low] = position }
        }
        var result: Set<Int> = []
        var position = tails.last ?? -1
        while position >= 0 {
            result.insert(position)
            position = previous[position]
        }
        return result
    }
}

/// The order of conditions as far as it shows.
private enum ConditionOrder {
    private static func shown(_ conditions: [ConditionMeaning]) -> [ConditionMeaning] {
        conditions.contains(where: \.isUndecided) ? conditions : conditions.filter(\.dependsOnOrder)
    }

    static func keys(_ conditions: [ConditionMeaning]) -> [String] { shown(conditions).map(\.key) }

    static func text(_ conditions: [ConditionMeaning]) -> String {
        shown(conditions).map(\.text).joined(separator: ", ")
    }
}

extension RuleMeaning {
    fileprivate var place: String { "rule \(label)" }

    /// The rule in a line.
    fileprivate var summary: String {
        let conditions = conditions.isEmpty ? "everyone" : conditions.map(\.text).joined(separator: " and ")
        return "\(row.passPercentage.percentText) of \(conditions)"
    }
}

extension Double {
    /// A percentage in words, for example `12.5 %`.
    var percentText: String { "\(shortText) %" }

    /// The number without a fraction where it has none.
    var shortText: String {
        if let integer = Int64(exactly: self) { return "\(integer)" }
        return "\(self)"
    }
}

extension Int {
    fileprivate var bucketText: String { "\(self) of 1000 buckets" }
}

extension Bool {
    fileprivate var text: String { self ? "yes" : "no" }
    fileprivate var exposureText: String { self ? "all" : "deduplicated" }
}

extension SpecRow {
    fileprivate var layerText: String {
        let shared = hasSharedParameters.map { $0 ? "shared parameters" : "own parameters" } ?? "parameters by default"
        return usesNewLayerEvaluation ? "merges rules, \(shared)" : shared
    }
}
