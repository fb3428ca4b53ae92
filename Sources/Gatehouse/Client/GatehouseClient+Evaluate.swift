// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension GatehouseClient {
    /// Whether a user passes a gate.
    ///
    /// The fastest way to ask: it keeps no details, and allocates nothing unless the exposure is a new one.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    ///   - logsExposure: Whether to log that the user has been shown the answer.
    /// - Returns: The gate's value, `false` for an unknown gate.
    public func checkGate(_ name: String, for user: User, logsExposure: Bool = true) -> Bool {
        guard exposures.isActive else { return store.withSnapshot { $0.checkGate(name, for: user) } }
        return store.withSnapshot { exposures.checkGate(name, for: user, in: $0, logsExposure: logsExposure) }
    }

    /// Whether a user passes a gate that was looked up before.
    ///
    /// - Parameters:
    ///   - gate: A handle of `snapshot.ruleset.handle(for: .gate, named:)`, of whatever version of the document.
    ///   - user: The user.
    ///   - logsExposure: Whether to log that the user has been shown the answer.
    /// - Returns: The gate's value, `false` for an unknown gate or a handle of another kind.
    public func checkGate(_ gate: EntityHandle, for user: User, logsExposure: Bool = true) -> Bool {
        guard exposures.isActive else { return store.withSnapshot { $0.checkGate(gate, for: user) } }
        return store.withSnapshot { exposures.checkGate(gate, for: user, in: $0, logsExposure: logsExposure) }
    }

    /// What a gate answers for a user, with the details.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    ///   - logsExposure: Whether to log that the user has been shown the answer.
    public func gate(_ name: String, for user: User, logsExposure: Bool = true) -> GateEvaluation {
        store.withSnapshot { snapshot in
            let gate = snapshot.gate(name, for: user)
            if exposures.isActive {
                exposures.see(gate, .gate, value: gate.value, for: user, in: snapshot, logsExposure: logsExposure)
            }
            return gate
        }
    }

    /// What a dynamic config returns for a user.
    ///
    ///     let price = client.dynamicConfig("pricing", for: user)["price", default: 9.99]
    ///
    /// - Parameters:
    ///   - name: The config.
    ///   - user: The user.
    ///   - logsExposure: Whether to log that the user has been shown the answer.
    public func dynamicConfig(
        _ name: String, for user: User, logsExposure: Bool = true
    ) -> DynamicConfigEvaluation {
        store.withSnapshot { snapshot in
            let config = snapshot.dynamicConfig(name, for: user)
            if exposures.isActive {
                exposures.see(
                    config, .dynamicConfig, value: config.evaluation.passed, for: user, in: snapshot,
                    logsExposure: logsExposure)
            }
            return config
        }
    }

    /// What an experiment or autotune returns for a user.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    ///   - logsExposure: Whether to log that the user has been shown the answer.
    public func experiment(_ name: String, for user: User, logsExposure: Bool = true) -> ExperimentEvaluation {
        store.withSnapshot { snapshot in
            let experiment = snapshot.experiment(name, for: user)
            see(experiment, for: user, in: snapshot, logsExposure: logsExposure, persistedTime: nil)
            return experiment
        }
    }

    /// Shows an experiment to who watches.
    func see(
        _ experiment: ExperimentEvaluation, for user: User, in snapshot: Snapshot, logsExposure: Bool,
        persistedTime: Int64?
    ) {
        guard exposures.isActive else { return }
        exposures.see(
            experiment, .experiment, value: experiment.evaluation.passed, for: user, in: snapshot,
            logsExposure: logsExposure, persistedTime: persistedTime)
    }

    /// What a layer returns for a user.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - user: The user.
    ///   - logsExposure: Whether to log which parameters are read.
    public func layer(_ name: String, for user: User, logsExposure: Bool = true) -> Layer {
        store.withSnapshot { snapshot in
            layer(snapshot.layer(name, for: user), for: user, in: snapshot, logsExposure: logsExposure)
        }
    }

    /// A layer's result that logs which parameters are read.
    func layer(
        _ result: LayerEvaluation, for user: User, in snapshot: Snapshot, logsExposure: Bool,
        persistedTime: Int64? = nil
    ) -> Layer {
        if exposures.isActive { exposures.see(layer: result, for: user, logsExposure: logsExposure) }
        return Layer(
            result, user, snapshot, exposures.isActive ? exposures : nil, logsExposure: logsExposure,
            persistedTime: persistedTime)
    }

    /// A parameter store for a user, whose parameters are evaluated when they are read.
    ///
    /// - Parameters:
    ///   - name: The store.
    ///   - user: The user.
    ///   - logsExposure: Whether to log which parameters are read.
    public func parameterStore(_ name: String, for user: User, logsExposure: Bool = true) -> ParameterStore {
        store.withSnapshot { snapshot in
            ParameterStore(
                snapshot.parameterStore(name, for: user), user, snapshot, exposures.isActive ? exposures : nil,
                logsExposure: logsExposure)
        }
    }

    /// The groups of an autotune in the order of what has been learnt about them for a user, the best first.
    ///
    /// - Parameters:
    ///   - autotune: The autotune's name.
    ///   - user: The user.
    public func rankedGroups(ofAutotune autotune: String, for user: User) -> [RankedGroup] {
        store.withSnapshot { $0.rankedGroups(ofAutotune: autotune, for: user) }
    }

    /// Why a user gets what they get: the rules and conditions that an evaluation goes through.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity.
    ///   - name: Its name.
    ///   - user: The user.
    public func explain(_ kind: EntityKind, _ name: String, for user: User) -> Explanation {
        let snapshot = store.current
        return snapshot.ruleset.explain(kind, name, for: user, in: snapshot.context)
    }

    /// Writes the client-initialize response, from which a web or mobile SDK boots (Evaluation §21).
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - options: Format, name hash, filters and the rest.
    /// - Returns: One JSON object in UTF-8.
    public func clientInitializeResponse(
        for user: User, options: ClientResponseOptions = ClientResponseOptions()
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        store.withSnapshot { snapshot in
            snapshot.ruleset.clientInitializeResponse(for: user, in: snapshot.context, options: options, into: &bytes)
        }
        return bytes
    }
}
