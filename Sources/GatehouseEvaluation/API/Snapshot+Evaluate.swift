// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Snapshot {
    /// Whether a user passes a gate.
    ///
    /// The fastest call: it allocates nothing and returns no details.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    /// - Returns: The gate's value, `false` for an unknown gate.
    public func checkGate(_ name: String, for user: User) -> Bool {
        ruleset.checkGate(name, for: user, in: context)
    }

    /// Whether a user passes a gate that was looked up before.
    ///
    /// - Parameters:
    ///   - gate: A handle of ``Ruleset/handle(for:named:)`` of kind gate; another snapshot's ruleset may have made it.
    ///   - user: The user.
    /// - Returns: The gate's value, `false` for an unknown gate or a handle of another kind.
    public func checkGate(_ gate: EntityHandle, for user: User) -> Bool {
        ruleset.checkGate(gate, for: user, in: context)
    }

    /// Evaluates a gate for a user.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    /// - Returns: The gate's result; an unknown gate is `false` with ``EvaluationReason/unrecognized``.
    public func gate(_ name: String, for user: User) -> GateEvaluation {
        ruleset.gate(name, for: user, in: context)
    }

    /// Evaluates a dynamic config for a user.
    ///
    /// It evaluates experiments too.
    ///
    /// - Parameters:
    ///   - name: The config.
    ///   - user: The user.
    /// - Returns: The config's result; an unknown config has no value, with ``EvaluationReason/unrecognized``.
    public func dynamicConfig(_ name: String, for user: User) -> DynamicConfigEvaluation {
        ruleset.dynamicConfig(name, for: user, in: context)
    }

    /// Evaluates an experiment or autotune for a user.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    /// - Returns: The experiment's result; an unknown experiment has no value, with ``EvaluationReason/unrecognized``.
    public func experiment(_ name: String, for user: User) -> ExperimentEvaluation {
        ruleset.experiment(name, for: user, in: context)
    }

    /// Evaluates a layer for a user.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - user: The user.
    /// - Returns: The layer's result; an unknown layer has no value, with ``EvaluationReason/unrecognized``.
    public func layer(_ name: String, for user: User) -> LayerEvaluation {
        ruleset.layer(name, for: user, in: context)
    }

    /// Binds a parameter store to a user; each read of a parameter evaluates it.
    ///
    /// - Parameters:
    ///   - name: The store.
    ///   - user: The user.
    /// - Returns: The store; an unknown store has no parameters, with ``EvaluationReason/unrecognized``.
    public func parameterStore(_ name: String, for user: User) -> ParameterStoreEvaluation {
        ruleset.parameterStore(name, for: user, in: context)
    }

    /// The groups of an autotune, ordered by their score for a user, the best first.
    ///
    /// - Parameters:
    ///   - autotune: The autotune's name.
    ///   - user: The user.
    /// - Returns: All groups; in random order while there is no model or the user explores; none when there is no
    ///   such autotune, it hasn't started, or the user isn't targeted.
    public func rankedGroups(ofAutotune autotune: String, for user: User) -> [RankedGroup] {
        ruleset.rankedGroups(ofAutotune: autotune, for: user, in: context)
    }
}
