// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// Who changes if one document replaces another, found by evaluating both for each user.
///
/// Only entities that differ, and those that ask them, are evaluated; no other entity can answer otherwise. Memory doesn't
/// grow with the number of users. Several values may count different users on different threads and are then merged.
public struct BlastRadius: Sendable {
    /// A user who gets another value.
    public struct Example: Sendable {
        /// The user's position among all users, counted from 0.
        public let index: Int
        /// The user.
        public let user: User
    }

    /// Users who got one value and get another.
    public struct Transition: Sendable {
        /// What they got, for example `false` or `group Control (g1): {"price":7}`.
        public let before: String
        /// What they get.
        public let after: String
        /// The number of users.
        public fileprivate(set) var count = 0
        /// The first of them.
        public fileprivate(set) var examples: [Example] = []
    }

    /// What changes of one entity.
    public struct Impact: Sendable {
        /// The entity.
        public let entity: ReviewedEntity
        /// The users who get another value.
        public fileprivate(set) var moved = 0
        /// The users who lose it: a gate's `true`, a group of an experiment, a place in an experiment of a layer.
        public fileprivate(set) var lost = 0
        /// The users whose exposure has another rule, group or secondary exposure, among them most of those who move.
        public fileprivate(set) var exposures = 0
        /// The users for whom another experiment decides, or none instead of one.
        public fileprivate(set) var allocations = 0
        /// The users who move, by what they got and get, most users first; users beyond the first
        /// ``BlastRadius/maximumTransitions`` kinds aren't among them.
        public var transitions: [Transition] {
            counted.values.sorted {
                ($1.count, $0.before, $0.after) < ($0.count, $1.before, $1.after)
            }
        }

        /// Whether any user gets another value or exposure.
        public var isEmpty: Bool { moved == 0 && exposures == 0 && allocations == 0 }

        let key: EntityKey
        fileprivate var counted: [TransitionKey: Transition] = [:]
        /// The highest key of `counted` when that is full, once it was asked for.
        fileprivate var highest: TransitionKey?
    }

    /// The maximum number of kinds of transitions that are told apart for an entity.
    public static let maximumTransitions = 200
    /// The maximum number of examples of a transition.
    public static let maximumExamples = 3

    /// The number of users that were counted.
    public private(set) var users = 0
    /// The users who get another value of at least one entity.
    public private(set) var moved = 0
    private var impactsByEntity: [Impact]

    private let old: Ruleset
    private let new: Ruleset
    private let context: EvaluationContext
    private let subjects: [Subject]

    /// The entities that may change, with those for which something does; by kind and name.
    public var impacts: [Impact] { impactsByEntity.filter { !$0.isEmpty } }

    /// The number of entities that are evaluated for each user.
    public var entityCount: Int { subjects.count }

    /// Starts to count.
    ///
    /// - Parameters:
    ///   - old: The document before.
    ///   - new: The document after.
    ///   - difference: Their difference.
    ///   - context: The context of all evaluations. Its clock and its `random` should return constants, so that both
    ///     documents are evaluated alike.
    public init(from old: Ruleset, to new: Ruleset, _ difference: DocumentDifference, in context: EvaluationContext) {
        self.old = old
        self.new = new
        self.context = context
        (subjects, impactsByEntity) = withExtendedLifetime((old, new)) {
            let keys = BlastRadius.affected(old.program, new.program, difference).sorted()
            let subjects = keys.map { Subject($0, old.program, new.program) }
            return (subjects, keys.map { Impact(entity: $0.entity(in: new.program, old.program), key: $0) })
        }
    }

    /// The entities whose answers may differ.
    private static func affected(_ old: Program, _ new: Program, _ difference: DocumentDifference) -> Set<EntityKey> {
        if difference.isEmpty { return [] }
        var seeds = Set(difference.entities.map(\.key))
        for change in difference.document {
            switch change.code {
            case .bucketing: return Set(old.entityKeys + new.entityKeys)
            case .defaultEnvironment: seeds.formUnion(readers(of: .environmentField, old, new))
            case .appID: seeds.formUnion(readers(of: .targetApp, old, new))
            default: break
            }
        }
        return Dependencies(old, new).closure(of: seeds)
    }

    /// The entities with a condition of a kind, and those of all mappings, whose rules may have one.
    private static func readers(of kind: ConditionKind, _ programs: Program...) -> Set<EntityKey> {
        var result: Set<EntityKey> = []
        for program in programs {
            for index in program.specs.indices {
                let spec = LinkedSpec(program, at: index)
                let hasKind = spec.row.rules.contains { rule in
                    spec.conditions(of: rule).contains { $0?.pointee.kind == kind }
                }
                if hasKind { result.insert(spec.key) }
            }
            for name in program.mappings.texts {
                for space in [EntityKey.Space.gate, .config, .layer] { result.insert(EntityKey(space, name.string)) }
            }
        }
        return result
    }

    // MARK: - Counting

    /// Evaluates both documents for a user and counts what differs.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - index: The user's position among all users; the users with the lowest ones become examples.
    public mutating func add(_ user: User, index: Int) {
        users += 1
        var hasMoved = false
        for (position, subject) in subjects.enumerated() {
            if add(user, index: index, subject, at: position) { hasMoved = true }
        }
        if hasMoved { moved += 1 }
    }

    private mutating func add(_ user: User, index: Int, _ subject: Subject, at position: Int) -> Bool {
        switch subject.key.space {
        case .parameterStore: return addStore(user, index: index, subject, at: position)
        default:
            let before = Answer(subject, old, user, context)
            let after = Answer(subject, new, user, context)
            return withExtendedLifetime((before, after)) { count(before, after, user, index, at: position) }
        }
    }

    private mutating func count(
        _ before: Answer, _ after: Answer, _ user: User, _ index: Int, at position: Int
    ) -> Bool {
        if !before.hasSameExposure(as: after) { impactsByEntity[position].exposures += 1 }
        if before.delegate != after.delegate { impactsByEntity[position].allocations += 1 }
        if before.isLost(in: after) { impactsByEntity[position].lost += 1 }
        guard !before.hasSameValue(as: after) else { return false }
        impactsByEntity[position].count(
            TransitionKey(before: before.hash, after: after.hash), user, index,
            before: before.text, after: after.text)
        return true
    }

    private mutating func addStore(_ user: User, index: Int, _ subject: Subject, at position: Int) -> Bool {
        let (left, right) = (
            old.parameterStore(subject.key.name, for: user, in: context),
            new.parameterStore(subject.key.name, for: user, in: context)
        )
        var changed: (before: [String], after: [String]) = ([], [])
        for parameter in subject.parameters {
            let before = left.read(parameter).value?.canonical
            let after = right.read(parameter).value?.canonical
            let (beforeText, afterText) = (before?.description ?? "nothing", after?.description ?? "nothing")
            if beforeText.utf8.elementsEqual(afterText.utf8) { continue }
            changed.before.append("\(parameter): \(beforeText)")
            changed.after.append("\(parameter): \(afterText)")
        }
        guard !changed.before.isEmpty else { return false }
        let (before, after) = (changed.before.joined(separator: ", "), changed.after.joined(separator: ", "))
        impactsByEntity[position].count(
            TransitionKey(before: XXH3.hash(before), after: XXH3.hash(after)), user, index, before: before,
            after: after)
        return true
    }

    /// Adds the counts of other users, which the same documents and context were evaluated for.
    ///
    /// - Parameter other: Counts of users that this value hasn't counted.
    public mutating func merge(_ other: BlastRadius) {
        guard subjects.count == other.subjects.count else { return }
        users += other.users
        moved += other.moved
        for position in impactsByEntity.indices { impactsByEntity[position].merge(other.impactsByEntity[position]) }
    }

    /// The explanations of an entity for a user before and after.
    ///
    /// - Parameters:
    ///   - impact: What changes of the entity.
    ///   - user: The user.
    /// - Returns: The texts, empty for parameter stores.
    public func explanations(_ impact: Impact, for user: User) -> (before: String, after: String) {
        guard let kind = impact.key.space.kind else { return ("", "") }
        let name = impact.key.name
        return (
            old.explain(kind, name, for: user, in: context).text, new.explain(kind, name, for: user, in: context).text
        )
    }
}

extension BlastRadius.Impact {
    fileprivate init(entity: ReviewedEntity, key: EntityKey) {
        self.entity = entity
        self.key = key
    }

    fileprivate mutating func count(
        _ key: TransitionKey, _ user: User, _ index: Int, before: @autoclosure () -> String,
        after: @autoclosure () -> String
    ) {
        moved += 1
        guard makeRoom(for: key) else { return }
        counted[key, default: BlastRadius.Transition(before: before(), after: after())].add(user, index)
    }

    /// Keeps the lowest kinds of transitions of all: so each of them has counted all its users, on whichever threads.
    private mutating func makeRoom(for key: TransitionKey) -> Bool {
        if counted[key] != nil { return true }
        guard counted.count >= BlastRadius.maximumTransitions else {
            highest = nil
            return true
        }
        guard let last = highest ?? counted.keys.max() else { return true }
        highest = last
        guard key < last else { return false }
        highest = nil
        counted[last] = nil
        return true
    }

    fileprivate mutating func merge(_ other: BlastRadius.Impact) {
        moved += other.moved
        lost += other.lost
        exposures += other.exposures
        allocations += other.allocations
        for (key, transition) in other.counted {
            guard makeRoom(for: key) else { continue }
            counted[key, default: BlastRadius.Transition(before: transition.before, after: transition.after)]
                .merge(transition)
        }
    }
}

extension BlastRadius.Transition {
    fileprivate init(before: String, after: String) {
        self.before = SafeText.shortened(before)
        self.after = SafeText.shortened(after)
    }

    fileprivate mutating func add(_ user: User, _ index: Int) {
        count += 1
        keep([BlastRadius.Example(index: index, user: user)])
    }

    fileprivate mutating func merge(_ other: BlastRadius.Transition) {
        count += other.count
        keep(other.examples)
    }

    private mutating func keep(_ others: [BlastRadius.Example]) {
        if examples.count >= BlastRadius.maximumExamples, let last = examples.last,
            others.allSatisfy({ $0.index > last.index })
        {
            return
        }
        examples = Array((examples + others).sorted { $0.index < $1.index }.prefix(BlastRadius.maximumExamples))
    }
}

/// Two answers, by their hashes.
private struct TransitionKey: Hashable, Comparable, Sendable {
    let before: UInt64
    let after: UInt64

    static func < (left: TransitionKey, right: TransitionKey) -> Bool {
        (left.before, left.after) < (right.before, right.after)
    }
}

/// An entity to evaluate.
private struct Subject: Sendable {
    let key: EntityKey
    let isExperiment: Bool
    /// The parameters of a store in either document.
    let parameters: [String]

    init(_ key: EntityKey, _ old: Program, _ new: Program) {
        self.key = key
        let kind = key.entity(in: new, old).kind
        isExperiment = kind == "experiment" || kind == "autotune"
        var parameters: Set<EntityKey> = []
        if key.space == .parameterStore {
            for program in [old, new] {
                let index = key.name.withTextBytes { program.parameterStores.index(of: $0) }
                guard index >= 0 else { continue }
                for parameter in program.parameterStoreRows[index].pointee.parameters {
                    parameters.insert(EntityKey(.parameterStore, parameter.name.string))
                }
            }
        }
        self.parameters = parameters.sorted().map(\.name)
    }
}

extension EntityKey.Space {
    /// The engine's kind, `nil` for parameter stores.
    var kind: EntityKind? {
        switch self {
        case .gate: .gate
        case .config: .experiment
        case .layer: .layer
        case .parameterStore: nil
        }
    }
}

/// What one document answers, with texts in the memory of the evaluation that it retains.
private struct Answer {
    private let evaluation: Evaluation
    private let isGate: Bool

    init(_ subject: Subject, _ ruleset: Ruleset, _ user: User, _ context: EvaluationContext) {
        isGate = subject.key.space == .gate
        switch subject.key.space {
        case .gate: evaluation = ruleset.gate(subject.key.name, for: user, in: context).evaluation
        case .layer: evaluation = ruleset.layer(subject.key.name, for: user, in: context).evaluation
        // Configs and experiments share one name space; as an experiment, autotunes are found too.
        default:
            evaluation =
                subject.isExperiment
                ? ruleset.experiment(subject.key.name, for: user, in: context).evaluation
                : ruleset.dynamicConfig(subject.key.name, for: user, in: context).evaluation
        }
    }

    private var passes: Bool { evaluation.reason == .tooDeep ? false : evaluation.record.bool }
    private var json: Text { evaluation.record.returns?.json ?? Text("null") }
    var delegate: Text { evaluation.record.delegate }

    func hasSameValue(as other: Answer) -> Bool {
        if isGate { return passes == other.passes }
        return json == other.json
            || Value(canonical: json).description.utf8.elementsEqual(Value(canonical: other.json).description.utf8)
    }

    func hasSameExposure(as other: Answer) -> Bool {
        let (left, right) = (evaluation.record, other.evaluation.record)
        guard left.ruleID == right.ruleID, left.explores == right.explores, left.groupName == right.groupName,
            passes == other.passes
        else { return false }
        let (exposures, others) = (evaluation.secondaryExposureRows, other.evaluation.secondaryExposureRows)
        guard exposures.count == others.count else { return false }
        return zip(exposures, others).allSatisfy {
            $0.gate == $1.gate && $0.ruleID == $1.ruleID && $0.value == $1.value
        }
    }

    /// Whether a user who has something now has it no more in another answer.
    func isLost(in other: Answer) -> Bool {
        if isGate { return passes && !other.passes }
        let (left, right) = (evaluation.record, other.evaluation.record)
        return left.isExperimentGroup && !right.isExperimentGroup || left.delegate.hasBytes && !right.delegate.hasBytes
    }

    /// A hash of ``text``, without making that.
    var hash: UInt64 {
        if isGate { return passes ? 1 : 0 }
        let record = evaluation.record
        return XXH3.combined(
            XXH3.combined(XXH3.hash(json), record.ruleHash),
            XXH3.hash(record.groupName.isMissing ? Text("") : record.groupName))
    }

    /// The answer in a line.
    var text: String {
        if isGate { return passes ? "true" : "false" }
        let record = evaluation.record
        let rule = evaluation.ruleID
        let place =
            record.groupName.hasBytes
            ? "group \(record.groupName.string) (\(rule))" : rule.isEmpty ? "nothing" : "rule \(rule)"
        return "\(place): \(SafeText.shortened(json.string))"
    }
}
