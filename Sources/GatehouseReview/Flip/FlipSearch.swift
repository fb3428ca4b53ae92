// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A change of one attribute of a user.
public struct AttributeChange: Sendable, Equatable, CustomStringConvertible {
    /// The attribute.
    public let attribute: UserAttribute
    /// Its value before, `nil` for none.
    public let before: Value?
    /// Its value after, `nil` for none.
    public let after: Value?

    /// The change in a line, for example `email: nothing → "x@example.com"`.
    public var description: String {
        func text(_ value: Value?) -> String { value.map { SafeText.shortened($0.description) } ?? "nothing" }
        return "\(attribute): \(text(before)) → \(text(after))"
    }
}

/// The smallest changes of a user's attributes that give another answer.
///
/// The values to try come from the compiled conditions that the entity reaches, by way of gates, experiments and mappings,
/// too: values on both sides of each comparison, and none. Every result was evaluated.
public struct FlipSearch: Sendable {
    /// Sets of changes, all with the smallest number of changes that any set needs; each gives another answer.
    public private(set) var flips: [[AttributeChange]] = []
    /// Whether all smaller sets of changes were tried, with a value for each text that conditions name; if no set was found,
    /// all sets of up to ``maximumChanges``.
    public private(set) var isExhaustive = true
    /// The attributes that conditions read.
    public let attributes: [UserAttribute]
    /// The number of evaluations it took.
    public private(set) var evaluationCount = 0

    /// The maximum number of changes in a set.
    public static let maximumChanges = 4
    /// The maximum number of evaluations of a search.
    public static let maximumEvaluations = 300_000
    /// The maximum number of sets that are found.
    public static let maximumFlips = 5

    private let candidates: [[Value?]]

    /// Searches.
    ///
    /// - Parameters:
    ///   - kind: The entity's kind.
    ///   - name: The entity's name.
    ///   - ruleset: The document.
    ///   - user: The user.
    ///   - context: The context. Its clock and its `random` should return constants.
    public init(_ kind: EntityKind, _ name: String, in ruleset: Ruleset, for user: User, in context: EvaluationContext)
    {
        let found = withExtendedLifetime(ruleset) {
            FieldCandidates(reachedFrom: EntityKey(kind.space, name), in: ruleset.program)
        }
        attributes = found.attributes
        isExhaustive = found.isComplete
        candidates = attributes.map { attribute in
            let current = user.value(of: attribute)
            let values = found.values[attribute] ?? []
            return ([Value?.none] + values.map { Value?.some($0) }).filter { $0 != current }
        }
        let answer = Self.answer(kind, name, ruleset, user, context)
        search(user) { Self.answer(kind, name, ruleset, $0, context) != answer }
    }

    private static func answer(
        _ kind: EntityKind, _ name: String, _ ruleset: Ruleset, _ user: User, _ context: EvaluationContext
    ) -> String {
        switch kind {
        case .gate: ruleset.checkGate(name, for: user, in: context) ? "true" : "false"
        case .dynamicConfig: canonical(ruleset.dynamicConfig(name, for: user, in: context).evaluation)
        case .experiment: canonical(ruleset.experiment(name, for: user, in: context).evaluation)
        case .layer: canonical(ruleset.layer(name, for: user, in: context).evaluation)
        }
    }

    private static func canonical(_ evaluation: Evaluation) -> String {
        withExtendedLifetime(evaluation) {
            Value(canonical: evaluation.record.returns?.json ?? Text("null")).description
        }
    }

    private mutating func search(_ user: User, _ isFlipped: (User) -> Bool) {
        for count in 1...FlipSearch.maximumChanges where count <= attributes.count {
            search(user, [], from: 0, count: count, isFlipped)
            if !flips.isEmpty || evaluationCount >= FlipSearch.maximumEvaluations { return }
        }
    }

    /// Tries all sets with some changes and `count` more of attributes from an index on; recurses once for each change.
    private mutating func search(
        _ user: User, _ changes: [AttributeChange], from first: Int, count: Int, _ isFlipped: (User) -> Bool
    ) {
        guard count > 0 else {
            evaluationCount += 1
            if isFlipped(user) { flips.append(changes) }
            return
        }
        guard first + count <= attributes.count else { return }
        for index in first...(attributes.count - count) {
            let attribute = attributes[index]
            for value in candidates[index] {
                if flips.count >= FlipSearch.maximumFlips { return }
                guard evaluationCount < FlipSearch.maximumEvaluations else {
                    isExhaustive = false
                    return
                }
                var changed = user
                changed.set(value, for: attribute)
                let change = AttributeChange(attribute: attribute, before: user.value(of: attribute), after: value)
                search(changed, changes + [change], from: index + 1, count: count - 1, isFlipped)
            }
        }
    }
}

extension EntityKind {
    var space: EntityKey.Space {
        switch self {
        case .gate: .gate
        case .dynamicConfig, .experiment: .config
        case .layer: .layer
        }
    }
}

extension FieldCandidates {
    /// What the conditions read that an entity reaches.
    init(reachedFrom key: EntityKey, in program: Program) {
        self.init()
        var known: Set<EntityKey> = [key]
        var open = [key]
        func follow(_ keys: some Sequence<EntityKey>) {
            for key in keys where known.insert(key).inserted { open.append(key) }
        }
        while let key = open.popLast() {
            if let spec = LinkedSpec(program, key) {
                for rule in spec.row.rules {
                    for condition in spec.conditions(of: rule) { if let condition { add(condition.pointee) } }
                }
                follow(Dependencies.asked(by: spec).sorted())
            }
            key.name.withTextBytes { name in
                let autotune = key.space == .config ? program.autotunes.index(of: name) : -1
                if autotune >= 0 {
                    let gate = program.autotuneRows[autotune].pointee.targetingGate
                    if gate.hasBytes { follow([EntityKey(.gate, gate.string)]) }
                }
                let mapping = program.mappings.index(of: name)
                guard mapping >= 0 else { return }
                for row in program.mappingRows[mapping] {
                    follow([EntityKey(key.space, row.newName.string)])
                    for trigger in row.triggers where trigger.rule >= 0 {
                        for condition in program.conditions(ofOverrideRule: trigger.rule) {
                            guard let condition else { continue }
                            add(condition.pointee)
                            if let asked = Dependencies.asked(by: condition.pointee) { follow([asked]) }
                        }
                    }
                }
            }
        }
    }
}
