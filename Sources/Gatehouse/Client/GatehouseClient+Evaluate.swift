// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension GatehouseClient {
    /// Whether a user passes a gate.
    ///
    /// The fastest way to ask: it allocates nothing and keeps no details.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    /// - Returns: The gate's value, `false` for an unknown gate.
    public func checkGate(_ name: String, for user: User) -> Bool {
        store.withSnapshot { $0.checkGate(name, for: user) }
    }

    /// Whether a user passes a gate that was looked up before.
    ///
    /// - Parameters:
    ///   - gate: A handle of `snapshot.ruleset.handle(for: .gate, named:)`, of whatever version of the document.
    ///   - user: The user.
    /// - Returns: The gate's value, `false` for an unknown gate or a handle of another kind.
    public func checkGate(_ gate: EntityHandle, for user: User) -> Bool {
        store.withSnapshot { $0.checkGate(gate, for: user) }
    }

    /// What a gate answers for a user, with the details.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    public func gate(_ name: String, for user: User) -> GateEvaluation {
        store.withSnapshot { $0.gate(name, for: user) }
    }

    /// What a dynamic config returns for a user.
    ///
    ///     let price = client.dynamicConfig("pricing", for: user)["price", default: 9.99]
    ///
    /// - Parameters:
    ///   - name: The config.
    ///   - user: The user.
    public func dynamicConfig(_ name: String, for user: User) -> DynamicConfigEvaluation {
        store.withSnapshot { $0.dynamicConfig(name, for: user) }
    }

    /// What an experiment or autotune returns for a user.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    public func experiment(_ name: String, for user: User) -> ExperimentEvaluation {
        store.withSnapshot { $0.experiment(name, for: user) }
    }

    /// What a layer returns for a user.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - user: The user.
    public func layer(_ name: String, for user: User) -> LayerEvaluation {
        store.withSnapshot { $0.layer(name, for: user) }
    }

    /// A parameter store for a user, whose parameters are evaluated when they are read.
    ///
    /// - Parameters:
    ///   - name: The store.
    ///   - user: The user.
    public func parameterStore(_ name: String, for user: User) -> ParameterStoreEvaluation {
        store.withSnapshot { $0.parameterStore(name, for: user) }
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

    /// Writes the client-initialize response, from which a web or mobile SDK boots (Evaluation §24).
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
