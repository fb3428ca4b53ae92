// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
public import GatehouseStatistics

/// How a population is shared out by a document: gates, groups and layers, against what percentages promise.
///
/// A unit that several users have counts once in the tests, since all of these users are in one bucket.
public struct Simulation: Sendable {
    /// What users get, with their number.
    public struct Outcome: Sendable, Hashable {
        /// The value of a gate, the group or rule of a config, or the experiment of a layer; `none` for no experiment.
        public let name: String
        /// The number of users.
        public let count: Int
    }

    /// Units against what was promised to them.
    public struct Ratio: Sendable {
        /// What is shared out, for example `rule staff` or `groups`.
        public let subject: String
        /// The unit type.
        public let idType: String
        /// The names of the parts, their units and their promised shares, 0 to 1.
        public let parts: [(name: String, units: Int, share: Double)]
        /// The χ² test of the parts, `nil` without units.
        public let test: SampleRatioTest?
    }

    /// How an entity shares users out.
    public struct Distribution: Sendable {
        /// The entity.
        public let entity: ReviewedEntity
        /// What users get, the most frequent first.
        public let outcomes: [Outcome]
        /// The tests of its percentages, groups and allocations.
        public let ratios: [Ratio]
    }

    /// The maximum number of units of a type that are told apart; users beyond count as new ones.
    public static let maximumUnits = 10_000_000
    /// The maximum number of outcomes of an entity that are told apart.
    public static let maximumOutcomes = 1_000

    /// The number of users.
    public private(set) var users = 0
    private let ruleset: Ruleset
    private let context: EvaluationContext
    private var subjects: [SimulatedEntity]
    private var units: [UnitCount]

    /// Starts a simulation.
    ///
    /// - Parameters:
    ///   - ruleset: The document.
    ///   - context: The context of all evaluations.
    public init(_ ruleset: Ruleset, in context: EvaluationContext) {
        self.ruleset = ruleset
        self.context = context
        (subjects, units) = withExtendedLifetime(ruleset) {
            let program = ruleset.program
            var types = UnitTypes()
            let keys = Set(program.entityKeys).sorted().filter { $0.space != .parameterStore }
            let subjects = keys.map { SimulatedEntity($0, program, &types) }
            return (subjects, types.names.map { UnitCount(name: $0) })
        }
    }

    /// Evaluates all entities for a user.
    ///
    /// - Parameter user: The user.
    public mutating func add(_ user: User) {
        users += 1
        var isNew = [Bool](repeating: false, count: units.count)
        for index in units.indices { isNew[index] = units[index].add(user) }
        for index in subjects.indices {
            let key = subjects[index].key
            let evaluation =
                switch key.space {
                case .gate: ruleset.gate(key.name, for: user, in: context).evaluation
                case .layer: ruleset.layer(key.name, for: user, in: context).evaluation
                default: ruleset.experiment(key.name, for: user, in: context).evaluation
                }
            subjects[index].add(evaluation, isNew)
        }
    }

    /// The users who have no ID of a unit type that the document hashes, by type.
    ///
    /// All of them share the bucket of the empty ID.
    public var usersWithoutUnit: [(idType: String, count: Int)] {
        units.filter { $0.missing > 0 }.map { ($0.name, $0.missing) }
    }

    /// How each entity shares the users out.
    public var distributions: [Distribution] { subjects.map { $0.distribution(units.map(\.name)) } }

    /// The tests that fail at 0.001 when that is shared out among all tests, with their entities.
    public var deviations: [(entity: ReviewedEntity, ratio: Ratio)] {
        let all = distributions.flatMap { distribution in distribution.ratios.map { (distribution.entity, $0) } }
        let tested = all.filter { $0.1.test.map { $0.verdict != .waiting } ?? false }
        guard !tested.isEmpty else { return [] }
        let significance = SampleRatioTest.alertSignificance / Double(tested.count)
        return tested.filter { ($0.1.test?.pValue ?? 1) < significance }
    }
}

/// The unit types that a document hashes.
private struct UnitTypes {
    private(set) var names: [String] = []
    private var positions: [String: Int] = [:]

    mutating func position(of unit: UnitSelector) -> Int {
        let name = unit.isUserID ? "userID" : unit.name.isMissing ? "" : unit.name.string
        if let position = positions[name] { return position }
        positions[name] = names.count
        names.append(name)
        return names.count - 1
    }
}

/// The units of a type that users had.
private struct UnitCount: Sendable {
    let name: String
    private(set) var missing = 0
    private var known: Set<UInt64> = []

    private let attribute: UserAttribute

    init(name: String) {
        self.name = name
        attribute = UserAttribute.unit(name)
    }

    /// Counts a user.
    ///
    /// - Returns: Whether the user has a unit that no user before had.
    mutating func add(_ user: User) -> Bool {
        guard let value = user.value(of: attribute), value != .null else {
            missing += 1
            return false
        }
        let text = value.string ?? value.description
        guard !text.isEmpty else {
            missing += 1
            return false
        }
        let hash = XXH3.hash(text)
        if known.contains(hash) { return false }
        if known.count < Simulation.maximumUnits { known.insert(hash) }
        return true
    }
}

/// An entity with what is counted of it.
private struct SimulatedEntity: Sendable {
    /// A part that units fall into.
    struct Part: Sendable {
        let name: String
        let weight: Double
        var units = 0
    }

    /// Parts that share units out.
    struct Share: Sendable {
        let subject: String
        let unit: Int
        var parts: [Part]
        /// For percentages: the verdict of users who pass.
        var passValue = true
    }

    let key: EntityKey
    private let entity: ReviewedEntity
    private var outcomes: [UInt64: (name: String, count: Int)] = [:]
    /// Percentages by the hash of the rule's ID.
    private var percentages: [UInt64: Share] = [:]
    /// The positions of groups, and of experiments in a layer, by the hashes of the rules' IDs and of the experiments.
    private var positions: [UInt64: (share: Int, part: Int)] = [:]
    private var shares: [Share] = []

    init(_ key: EntityKey, _ program: Program, _ types: inout UnitTypes) {
        self.key = key
        entity = key.entity(in: program)
        guard let spec = LinkedSpec(program, key), !spec.row.usesNewLayerEvaluation else { return }
        var meanings = ConditionMeanings()
        let meaning = SpecMeaning(spec, &meanings)
        var isRepeated: Set<UInt64> = []
        for rule in meaning.rules {
            let hash = XXH3.hash(rule.row.id)
            guard isRepeated.insert(hash).inserted else {
                // Answers don't tell these rules apart.
                percentages[hash] = nil
                continue
            }
            guard rule.isHashed, (0...100).contains(rule.row.passPercentage), !rule.row.delegate.hasBytes else {
                continue
            }
            // Both verdicts are the same where the rule returns what the default is; then answers don't tell who passes.
            let passValue = rule.row.returns.kind != .false
            guard passValue != (spec.row.defaultValue.kind == .true) else { continue }
            let share = rule.row.passPercentage / 100
            percentages[hash] = Share(
                subject: "rule \(rule.label)", unit: types.position(of: rule.row.unit),
                parts: [Part(name: "passes", weight: share), Part(name: "fails", weight: 1 - share)],
                passValue: passValue)
        }
        addShares(meaning, &types)
    }

    private mutating func addShares(_ meaning: SpecMeaning, _ types: inout UnitTypes) {
        var byHash: [String: Int] = [:]
        // Rules with other conditions take users away from the groups behind them, so a share ends there; and if they read
        // the same buckets, the rest isn't shared out as promised.
        var mixed: Set<String> = []
        for rule in meaning.rules {
            guard let (hash, _) = rule.bucketSet else {
                byHash = [:]
                mixed.formUnion(rule.conditions.compactMap(\.bucketHash))
                continue
            }
            guard let size = rule.groupSize, size > 0, !mixed.contains(hash) else { continue }
            let isAllocation = rule.row.delegate.hasBytes
            guard isAllocation || rule.row.isExperimentGroup else { continue }
            guard let condition = meaning.spec.conditions(of: rule.row).first??.pointee else { continue }
            let kind = isAllocation ? "experiments" : "groups"
            let position = byHash["\(kind) \(hash)"] ?? shares.count
            if position == shares.count {
                byHash["\(kind) \(hash)"] = position
                shares.append(Share(subject: kind, unit: types.position(of: condition.unit), parts: []))
            }
            let name = isAllocation ? rule.row.delegate : rule.row.id
            let nameHash = XXH3.hash(name)
            if let known = positions[nameHash] {
                guard known.share == position else { continue }
                let part = shares[position].parts[known.part]
                shares[position].parts[known.part] = Part(name: part.name, weight: part.weight + Double(size))
            } else {
                positions[nameHash] = (position, shares[position].parts.count)
                let label = isAllocation ? rule.row.delegate.string : rule.label
                shares[position].parts.append(Part(name: label, weight: Double(size)))
            }
        }
    }

    mutating func add(_ evaluation: Evaluation, _ isNew: [Bool]) {
        withExtendedLifetime(evaluation) {
            let record = evaluation.record
            count(record)
            guard evaluation.reason == .recognized, record.overrideConfigName.isMissing else { return }
            if key.space == .layer, record.delegate.hasBytes {
                add(toPart: XXH3.hash(record.delegate), isNew)
                return
            }
            let hash = XXH3.hash(record.ruleID)
            add(toPart: hash, isNew)
            guard let share = percentages[hash], isNew[share.unit] else { return }
            percentages[hash]?.parts[record.bool == share.passValue ? 0 : 1].units += 1
        }
    }

    private mutating func add(toPart hash: UInt64, _ isNew: [Bool]) {
        guard let position = positions[hash], isNew[shares[position.share].unit] else { return }
        shares[position.share].parts[position.part].units += 1
    }

    private mutating func count(_ record: Record) {
        let text: Text
        switch key.space {
        case .gate: text = record.bool ? Text("true") : Text("false")
        case .layer: text = record.delegate.hasBytes ? record.delegate : Text("none")
        default: text = record.groupName.hasBytes ? record.groupName : record.ruleID
        }
        let hash = XXH3.hash(text)
        guard outcomes[hash] != nil || outcomes.count < Simulation.maximumOutcomes else { return }
        if outcomes[hash] == nil { outcomes[hash] = (text.string, 0) }
        outcomes[hash]?.count += 1
    }

    func distribution(_ types: [String]) -> Simulation.Distribution {
        let all = percentages.values.sorted { $0.subject < $1.subject } + shares
        let ratios = all.map { share in
            let whole = share.parts.reduce(0) { $0 + $1.weight }
            return Simulation.Ratio(
                subject: share.subject, idType: types[share.unit],
                parts: share.parts.map { ($0.name, $0.units, whole > 0 ? $0.weight / whole : 0) },
                test: try? SampleRatioTest(units: share.parts.map(\.units), weights: share.parts.map(\.weight)))
        }
        let outcomes = outcomes.values.map { Simulation.Outcome(name: $0.name, count: $0.count) }
        return Simulation.Distribution(
            entity: entity, outcomes: outcomes.sorted { ($1.count, $0.name) < ($0.count, $1.name) }, ratios: ratios)
    }
}
