// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// The getters of a scope that lasts for one question. ``EvaluationScope`` documents each in full.
extension GatehouseClient {
    // MARK: - Scopes

    /// Makes a scope: all its answers are for one user and come from the document that is in use now.
    ///
    /// It costs two reference counts and the hashes of the user's IDs, and doesn't allocate. A request of three or more questions
    /// costs less with a scope than with the getters of the client.
    ///
    /// - Parameter user: The user.
    /// - Returns: The scope. Drop it at the end of the request, since it keeps its document in memory.
    public func scope(for user: consuming User) -> EvaluationScope {
        EvaluationScope(user: user, snapshot: store.current, origin: origin)
    }

    /// Looks up the name of an entity once, for getters that are called often.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity.
    ///   - name: The entity's name. The entity needn't exist.
    /// - Returns: A handle that stays usable when the document is replaced.
    public func handle(for kind: EntityKind, named name: String) -> EntityHandle {
        store.withSnapshot { $0.ruleset.handle(for: kind, named: name) }
    }

    /// The document in use with its context, for code that evaluates without the client.
    ///
    /// Nothing that it answers is logged.
    ///
    /// Use ``scope(for:)`` to get answers for a user. A snapshot keeps its document in memory.
    public var unloggedSnapshot: Snapshot { store.current }

    // MARK: - Gates

    /// Checks whether a user passes a gate, as ``EvaluationScope/checkGate(_:logsExposure:)-(String,_)``.
    public func checkGate(_ name: String, for user: User, logsExposure: Bool = true) -> Bool {
        store.withSnapshot { exposures.checkGate(name, for: user, nil, in: $0, logsExposure: logsExposure) }
    }

    /// Checks whether a user passes a gate, as ``EvaluationScope/checkGate(_:logsExposure:)-(EntityHandle,_)``.
    public func checkGate(_ gate: EntityHandle, for user: User, logsExposure: Bool = true) -> Bool {
        store.withSnapshot { exposures.checkGate(gate, for: user, nil, in: $0, logsExposure: logsExposure) }
    }

    /// Evaluates a gate with its details, as ``EvaluationScope/gate(_:logsExposure:)``.
    public func gate(_ name: String, for user: User, logsExposure: Bool = true) -> GateEvaluation {
        store.withSnapshot { exposures.gate(name, for: user, nil, in: $0, logsExposure: logsExposure) }
    }

    // MARK: - Values

    /// Evaluates a dynamic config, as ``EvaluationScope/dynamicConfig(_:logsExposure:)``.
    public func dynamicConfig(_ name: String, for user: User, logsExposure: Bool = true) -> DynamicConfigEvaluation {
        store.withSnapshot { exposures.dynamicConfig(name, for: user, nil, in: $0, logsExposure: logsExposure) }
    }

    /// Evaluates an experiment or an autotune, as ``EvaluationScope/experiment(_:logsExposure:)``.
    public func experiment(_ name: String, for user: User, logsExposure: Bool = true) -> ExperimentEvaluation {
        store.withSnapshot { exposures.experiment(name, for: user, nil, in: $0, logsExposure: logsExposure) }
    }

    /// Evaluates a layer, as ``EvaluationScope/layer(_:logsExposure:)``.
    public func layer(_ name: String, for user: User, logsExposure: Bool = true) -> Layer {
        scope(for: user).layer(name, logsExposure: logsExposure)
    }

    /// Returns a parameter store, as ``EvaluationScope/parameterStore(_:logsExposure:)``.
    public func parameterStore(_ name: String, for user: User, logsExposure: Bool = true) -> ParameterStore {
        scope(for: user).parameterStore(name, logsExposure: logsExposure)
    }

    // MARK: - Sticky assignments

    /// Loads the sticky assignments of a user, as ``EvaluationScope/stickyValues(idType:)``.
    public func stickyValues(for user: User, idType: String) async -> [String: StickyValue]? {
        await sticky?.values(for: user, idType: idType)
    }

    /// Evaluates an experiment with a sticky assignment, as ``EvaluationScope/experiment(_:sticky:logsExposure:)``.
    public func experiment(
        _ name: String, for user: User, sticky: StickyOptions, logsExposure: Bool = true
    ) -> ExperimentEvaluation {
        scope(for: user).experiment(name, sticky: sticky, logsExposure: logsExposure)
    }

    /// Evaluates a layer with a sticky assignment, as ``EvaluationScope/layer(_:sticky:logsExposure:)``.
    public func layer(_ name: String, for user: User, sticky: StickyOptions, logsExposure: Bool = true) -> Layer {
        scope(for: user).layer(name, sticky: sticky, logsExposure: logsExposure)
    }

    // MARK: - Without exposures

    /// Ranks the groups of an autotune for a user, as ``EvaluationScope/rankedGroups(ofAutotune:)``.
    public func rankedGroups(ofAutotune autotune: String, for user: User) -> [RankedGroup] {
        scope(for: user).rankedGroups(ofAutotune: autotune)
    }

    /// Explains an answer, as ``EvaluationScope/explain(_:_:)``.
    public func explain(_ kind: EntityKind, _ name: String, for user: User) -> Explanation {
        scope(for: user).explain(kind, name)
    }

    /// Writes the client-initialize response for a user, as ``EvaluationScope/clientInitializeResponse(options:)``.
    public func clientInitializeResponse(
        for user: User, options: ClientResponseOptions = ClientResponseOptions()
    ) -> [UInt8] {
        scope(for: user).clientInitializeResponse(options: options)
    }
}
