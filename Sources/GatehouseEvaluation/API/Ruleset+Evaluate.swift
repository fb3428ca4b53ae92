// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    /// Whether a user passes a gate.
    ///
    /// The fastest call: it allocates nothing and returns no details. Thread-safe and lock-free, like all evaluations.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The gate's value, `false` for an unknown gate.
    public func checkGate(_ name: String, for user: User, in context: EvaluationContext) -> Bool {
        name.withTextBytes { text in
            check(text, at: program.gates.index(of: text), user, context)
        }
    }

    /// Whether a user passes a gate that was looked up before.
    ///
    /// - Parameters:
    ///   - gate: A handle of ``handle(for:named:)`` of kind gate.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The gate's value, `false` for an unknown gate or a handle of another kind.
    public func checkGate(_ gate: EntityHandle, for user: User, in context: EvaluationContext) -> Bool {
        guard gate.kind == .gate else { return false }
        return gate.name.withTextBytes { text in
            check(text, at: index(of: gate, text), user, context)
        }
    }

    /// Evaluates a gate for a user.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The gate's result; an unknown gate is `false` with ``EvaluationReason/unrecognized``.
    public func gate(_ name: String, for user: User, in context: EvaluationContext) -> GateEvaluation {
        GateEvaluation(name: name, evaluation: evaluate(.gate, name, user, context))
    }

    /// Evaluates a dynamic config for a user.
    ///
    /// It evaluates experiments too.
    ///
    /// - Parameters:
    ///   - name: The config.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The config's result; an unknown config has no value, with ``EvaluationReason/unrecognized``.
    public func dynamicConfig(
        _ name: String, for user: User, in context: EvaluationContext
    ) -> DynamicConfigEvaluation {
        DynamicConfigEvaluation(name: name, evaluation: evaluate(.dynamicConfig, name, user, context))
    }

    /// Evaluates an experiment or autotune for a user.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The experiment's result; an unknown experiment has no value, with ``EvaluationReason/unrecognized``.
    public func experiment(_ name: String, for user: User, in context: EvaluationContext) -> ExperimentEvaluation {
        ExperimentEvaluation(name: name, evaluation: evaluate(.experiment, name, user, context))
    }

    /// Evaluates a layer for a user.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The layer's result; an unknown layer has no value, with ``EvaluationReason/unrecognized``.
    public func layer(_ name: String, for user: User, in context: EvaluationContext) -> LayerEvaluation {
        LayerEvaluation(name: name, evaluation: evaluate(.layer, name, user, context))
    }

    /// Binds a parameter store to a user; each read of a parameter evaluates it.
    ///
    /// - Parameters:
    ///   - name: The store.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The store; an unknown store has no parameters, with ``EvaluationReason/unrecognized``.
    public func parameterStore(
        _ name: String, for user: User, in context: EvaluationContext
    ) -> ParameterStoreEvaluation {
        var copy = name
        return copy.withUTF8 { bytes in
            let text = Text(bytes)
            return ParameterStoreEvaluation(
                name: name, ruleset: self, store: program.parameterStores.index(of: text), user: user,
                context: context,
                override: context.overrides.isEmpty
                    ? nil : user.withView { context.overrides.parameterStore(text, for: $0) })
        }
    }

    /// The groups of an autotune, ordered by their score for a user, the best first.
    ///
    /// - Parameters:
    ///   - autotune: The autotune's name.
    ///   - user: The user.
    ///   - context: Time, chance, environment, ID lists and overrides.
    /// - Returns: All groups; in random order while there is no model or the user explores; none when there is no such
    ///   autotune, it hasn't started, or the user isn't targeted.
    public func rankedGroups(
        ofAutotune autotune: String, for user: User, in context: EvaluationContext
    ) -> [RankedGroup] {
        autotune.withTextBytes { text in
            let index = program.autotunes.index(of: text)
            guard index >= 0 else { return [] }
            return run(user, context, collectsExposures: false, observer: NoObserver()) { evaluator in
                evaluator.rankedGroups(program.autotuneRows[index])
            }
        }
    }

    /// Looks a name up, for many evaluations of the same entity.
    ///
    /// - Parameters:
    ///   - kind: The entity's kind.
    ///   - name: Its name; it needn't exist.
    /// - Returns: A handle for this ruleset, which other rulesets accept too.
    public func handle(for kind: EntityKind, named name: String) -> EntityHandle {
        name.withTextBytes { text in
            EntityHandle(
                name: name, kind: kind, hash: XXH3.hash(text), index: index(of: kind, text),
                ruleset: identity)
        }
    }

    // MARK: - Running the evaluator

    private func check(_ name: Text, at index: Int, _ user: User, _ context: EvaluationContext) -> Bool {
        run(user, context, collectsExposures: false, observer: NoObserver()) { evaluator in
            var record = Record(firstExposure: 0)
            let recognition = evaluator.evaluate(.gate, name, at: index, as: .asked, into: &record)
            return recognition == .recognized && record.bool
        }
    }

    func evaluate(
        _ kind: EntityKind, _ name: String, _ user: User, _ context: EvaluationContext, filter: RuleFilter = .none
    ) -> Evaluation {
        // Not by `withTextBytes`, which copies a result of hundreds of bytes out of an optional: that costs 500 instructions.
        var name = name
        return name.withUTF8 { bytes in
            run(user, context, collectsExposures: true, filter: filter, observer: NoObserver()) { evaluator in
                evaluation(kind, Text(bytes), &evaluator)
            }
        }
    }

    @inline(__always)
    func evaluation<Observer>(
        _ kind: EntityKind, _ name: Text, _ evaluator: inout Evaluator<Observer>
    ) -> Evaluation {
        var record = Record(firstExposure: 0)
        let recognition = evaluator.evaluate(kind, name, at: index(of: kind, name), as: .asked, into: &record)
        return evaluation(of: record, recognition, evaluator)
    }

    /// The result of an evaluator.
    @inline(__always)
    func evaluation<Observer>(
        of record: Record, _ recognition: Recognition, _ evaluator: borrowing Evaluator<Observer>
    ) -> Evaluation {
        // Not by `unretained`, whose result would be one more copy of hundreds of bytes.
        let reason = EvaluationReason(record, recognition)
        return Evaluation(
            ruleset: self, region: evaluator.region,
            record: recognition == .tooDeep ? Record(firstExposure: 0) : record,
            exposures: SecondaryExposureList(reason == .tooDeep ? .init() : evaluator.exposures.elements),
            reason: reason,
            consultedIDList: evaluator.consultedIDList)
    }

    /// The result of an evaluator without a reference to the ruleset, for a caller that retains the ruleset itself.
    @inline(__always)
    func unretained<Observer>(
        _ record: Record, _ recognition: Recognition, _ evaluator: borrowing Evaluator<Observer>
    ) -> UnretainedEvaluation {
        let reason = EvaluationReason(record, recognition)
        return UnretainedEvaluation(
            region: evaluator.region,
            record: recognition == .tooDeep ? Record(firstExposure: 0) : record,
            exposures: SecondaryExposureList(reason == .tooDeep ? .init() : evaluator.exposures.elements),
            reason: reason,
            consultedIDList: evaluator.consultedIDList)
    }

    // MARK: - Names

    func index(of handle: EntityHandle, _ name: Text) -> Int {
        if handle.ruleset == identity { return handle.index }
        return switch handle.kind {
        case .gate: program.gates.index(of: name, hash: handle.hash)
        case .dynamicConfig, .experiment: program.configIndex(program.configs.index(of: name, hash: handle.hash))
        case .layer: program.layerIndex(program.layers.index(of: name, hash: handle.hash))
        }
    }
}

/// A name that was looked up, to evaluate the same entity again without another lookup.
///
/// A handle works with every ruleset. With another ruleset than the one that made it, after a reload for example, the entity
/// is found by the hash of its name.
public struct EntityHandle: Sendable {
    /// The entity's name.
    public let name: String
    /// The entity's kind.
    public let kind: EntityKind
    /// The XXH3 of the name.
    package let hash: UInt64
    let index: Int
    let ruleset: UInt64
}

extension Ruleset {
    /// Evaluates an entity and records every step.
    ///
    /// Meant for people and tools, not for the hot path: it allocates for each step.
    ///
    /// - Parameters:
    ///   - kind: The entity's kind.
    ///   - name: Its name.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    /// - Returns: The explanation.
    public func explain(
        _ kind: EntityKind, _ name: String, for user: User, in context: EvaluationContext
    ) -> Explanation {
        explain(kind, name, for: user, in: context, nestedSteps: .max)
    }

    /// Evaluates an entity and records at most `nestedSteps` steps of the entities that it asks, and no more than any
    /// explanation has.
    package func explain(
        _ kind: EntityKind, _ name: String, for user: User, in context: EvaluationContext, nestedSteps: Int
    ) -> Explanation {
        name.withTextBytes { text in
            let recorder = ExplanationRecorder(nestedSteps: nestedSteps)
            return run(user, context, collectsExposures: true, observer: recorder) { evaluator in
                _ = evaluation(kind, text, &evaluator)
                return evaluator.observer.result ?? Explanation(kind: kind, name: name, role: .asked)
            }
        }
    }
}
