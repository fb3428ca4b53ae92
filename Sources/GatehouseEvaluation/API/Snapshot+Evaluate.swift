// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Snapshot {
    /// Whether a user passes a gate.
    ///
    /// The fastest way to ask: it allocates nothing and keeps no details.
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
    ///   - gate: A handle of ``Ruleset/handle(for:named:)`` of kind gate, be it of another snapshot's ruleset.
    ///   - user: The user.
    /// - Returns: The gate's value, `false` for an unknown gate or a handle of another kind.
    public func checkGate(_ gate: EntityHandle, for user: User) -> Bool {
        ruleset.checkGate(gate, for: user, in: context)
    }

    /// What a gate answers for a user.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    public func gate(_ name: String, for user: User) -> GateEvaluation {
        ruleset.gate(name, for: user, in: context)
    }

    /// What a dynamic config returns for a user.
    ///
    /// Experiments can be asked for this way too.
    ///
    /// - Parameters:
    ///   - name: The config.
    ///   - user: The user.
    public func dynamicConfig(_ name: String, for user: User) -> DynamicConfigEvaluation {
        ruleset.dynamicConfig(name, for: user, in: context)
    }

    /// What an experiment or autotune returns for a user.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    public func experiment(_ name: String, for user: User) -> ExperimentEvaluation {
        ruleset.experiment(name, for: user, in: context)
    }

    /// What a layer returns for a user.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - user: The user.
    public func layer(_ name: String, for user: User) -> LayerEvaluation {
        ruleset.layer(name, for: user, in: context)
    }

    /// A parameter store for a user, whose parameters are evaluated when they are read.
    ///
    /// - Parameters:
    ///   - name: The store.
    ///   - user: The user.
    public func parameterStore(_ name: String, for user: User) -> ParameterStoreEvaluation {
        ruleset.parameterStore(name, for: user, in: context)
    }

    /// The groups of an autotune in the order of what has been learnt about them for a user, the best first.
    ///
    /// - Parameters:
    ///   - autotune: The autotune's name.
    ///   - user: The user.
    /// - Returns: All groups; in random order while nothing has been learnt or the user explores; none when there is no
    ///   such autotune, it hasn't started, or the user isn't targeted.
    public func rankedGroups(ofAutotune autotune: String, for user: User) -> [RankedGroup] {
        ruleset.rankedGroups(ofAutotune: autotune, for: user, in: context)
    }
}
