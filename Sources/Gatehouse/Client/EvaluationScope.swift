// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// The answers for one user from one version of the document, logged as exposures.
///
/// ``GatehouseClient/scope(for:)`` makes a scope. Make one for each request:
///
///     let flags = client.scope(for: User(userID: "a-user"))
///     if flags.checkGate("new_home") {
///         let color = flags.layer("shop")["color", default: "grey"]
///         let price = flags.dynamicConfig("pricing")["price", default: 9.99]
///     }
///
/// All answers of a scope come from the document, the ID lists and the overrides that the client used when it made the
/// scope. They fit together even if the client replaces its document in the meantime. Each getter logs the answer that it
/// returns as an exposure, unless the caller passes `logsExposure: false`. Such an answer can be logged later, with
/// ``log(_:)-(GateEvaluation)``, ``log(_:)-(DynamicConfigEvaluation)``, ``log(_:)-(ExperimentEvaluation)`` or
/// ``log(_:parameter:)``: they log the value of that answer and don't evaluate again.
///
/// A scope is a value. It may be copied, and used from any thread and from several threads at once. Getters never wait.
/// A scope works before the client is started and after it is shut down, but logs nothing after the shutdown.
///
/// A scope, and a ``Layer`` or a ``ParameterStore`` that it returned, keeps its document in memory and doesn't get fresher.
/// Drop it at the end of the request. The gauge `gatehouse_snapshots_retained` shows the number of replaced documents that
/// are still in memory.
public struct EvaluationScope: Sendable {
    /// The user whom all answers are for.
    public let user: User
    /// Computed once, since each getter needs them.
    private let hashes: UserHashes?
    let snapshot: Snapshot
    private let origin: Origin

    /// What a scope has from its client, and its overrides.
    ///
    /// One object, so that a scope retains one. All scopes of a client without overrides of their own share it.
    final class Origin: Sendable {
        let exposures: ExposureLog
        /// `nil` for a client without a storage of sticky assignments.
        let sticky: StickyAssignments?
        /// The overrides of the scope, `nil` for a scope without overrides of its own.
        fileprivate let overrides: LocalOverrides?

        init(_ exposures: ExposureLog, _ sticky: StickyAssignments?, overrides: LocalOverrides? = nil) {
            self.exposures = exposures
            self.sticky = sticky
            self.overrides = overrides
        }
    }

    init(user: consuming User, snapshot: consuming Snapshot, origin: Origin) {
        hashes = origin.exposures.hashes(of: user)
        self.user = user
        self.snapshot = snapshot
        self.origin = origin
    }

    private var exposures: ExposureLog {
        @inline(__always) get { origin.exposures }
    }

    /// The time of the last change of the project according to the document, in ms since 1970; 0 without a document.
    public var documentTime: UInt64 { snapshot.ruleset.metadata.time }

    /// The entity that an OpenFeature flag is, in the document of the scope.
    package func flag(named name: String) -> (kind: FlagKind, hasRules: Bool)? { snapshot.ruleset.flag(named: name) }

    /// A scope of the same document and user whose answers are overridden.
    ///
    ///     let flags = client.scope(for: user).overriding { $0.setGate("new_home", to: true) }
    ///
    /// These overrides win over those of ``GatehouseClient/updateOverrides(_:)``. Exposures that the new scope logs contain the
    /// overridden answers. Neither this scope nor the client changes.
    ///
    /// - Parameter change: Changes the overrides of this scope. It has none unless this function made the scope.
    /// - Returns: The scope with the overrides.
    public func overriding(_ change: (inout LocalOverrides) -> Void) -> EvaluationScope {
        let context = snapshot.context
        // Overrides of a test's task win over all others.
        let taskOverrides = if let own = origin.overrides { own.scope } else { context.overrides.scope }
        var inner = origin.overrides ?? LocalOverrides()
        change(&inner)
        inner.scope = taskOverrides
        var overrides = context.overrides
        overrides.scope = { [inner] in inner }
        let changed = Snapshot(
            ruleset: snapshot.ruleset,
            context: EvaluationContext(
                clock: context.clock, random: context.random, environment: context.environment,
                globalCustomFields: context.globalCustomFields, idLists: context.idLists,
                countryLookup: context.countryLookup, overrides: overrides),
            provenance: snapshot.provenance)
        return EvaluationScope(
            user: user, snapshot: changed, origin: Origin(exposures, origin.sticky, overrides: inner))
    }

    // MARK: - Gates

    /// Checks whether the user passes a gate, and logs the exposure.
    ///
    /// This is the fastest getter. It allocates no memory, unless it logs an exposure that wasn't logged before.
    ///
    /// - Parameters:
    ///   - name: The gate's name.
    ///   - logsExposure: Whether to log the answer as an exposure.
    /// - Returns: The gate's value, `false` for an unknown gate.
    public func checkGate(_ name: String, logsExposure: Bool = true) -> Bool {
        exposures.checkGate(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    /// Checks whether the user passes the gate of a handle, and logs the exposure.
    ///
    /// - Parameters:
    ///   - gate: A handle of ``GatehouseClient/handle(for:named:)``, of any version of the document.
    ///   - logsExposure: Whether to log the answer as an exposure.
    /// - Returns: The gate's value, `false` for an unknown gate or a handle of another kind.
    public func checkGate(_ gate: EntityHandle, logsExposure: Bool = true) -> Bool {
        exposures.checkGate(gate, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    /// Evaluates a gate with its details, and logs the exposure.
    ///
    /// - Parameters:
    ///   - name: The gate's name.
    ///   - logsExposure: Whether to log the answer as an exposure.
    /// - Returns: The gate's value, and how it came about.
    public func gate(_ name: String, logsExposure: Bool = true) -> GateEvaluation {
        exposures.gate(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    // MARK: - Values

    /// Evaluates a dynamic config, and logs the exposure.
    ///
    ///     let price = flags.dynamicConfig("pricing")["price", default: 9.99]
    ///
    /// - Parameters:
    ///   - name: The config's name.
    ///   - logsExposure: Whether to log the answer as an exposure.
    /// - Returns: The config's value, empty for an unknown config.
    public func dynamicConfig(_ name: String, logsExposure: Bool = true) -> DynamicConfigEvaluation {
        exposures.dynamicConfig(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    /// Evaluates an experiment or an autotune, and logs the exposure.
    ///
    /// - Parameters:
    ///   - name: The experiment's name.
    ///   - logsExposure: Whether to log the answer as an exposure.
    /// - Returns: The value and the group, empty for an unknown experiment.
    public func experiment(_ name: String, logsExposure: Bool = true) -> ExperimentEvaluation {
        exposures.experiment(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    /// Evaluates a layer.
    ///
    /// Reading a parameter of the result logs the exposure of that parameter.
    ///
    /// - Parameters:
    ///   - name: The layer's name.
    ///   - logsExposure: Whether to log the parameters that are read as exposures.
    /// - Returns: The layer's parameters, empty for an unknown layer.
    public func layer(_ name: String, logsExposure: Bool = true) -> Layer {
        guard !exposures.isObserved else { return observedLayer(name, logsExposure) }
        return layer(snapshot.layer(name, for: user), logsExposure: logsExposure, persistedTime: nil)
    }

    @inline(never)
    private func observedLayer(_ name: String, _ logsExposure: Bool) -> Layer {
        let result = exposures.observe(.layer, name, for: user) { snapshot.layer(name, for: user) }
        return layer(result, logsExposure: logsExposure, persistedTime: nil)
    }

    private func layer(_ result: LayerEvaluation, logsExposure: Bool, persistedTime: Int64?) -> Layer {
        if !logsExposure { exposures.countNonExposedCheck(result.name) }
        return Layer(
            result, user, snapshot, exposures.isIdle ? nil : exposures, logsExposure: logsExposure,
            persistedTime: persistedTime)
    }

    /// Returns a parameter store.
    ///
    /// Reading a parameter of it evaluates that parameter and logs the exposure.
    ///
    /// - Parameters:
    ///   - name: The store's name.
    ///   - logsExposure: Whether to log the parameters that are read as exposures.
    /// - Returns: The store, empty for an unknown name.
    public func parameterStore(_ name: String, logsExposure: Bool = true) -> ParameterStore {
        ParameterStore(
            snapshot.parameterStore(name, for: user), user, snapshot, exposures.isIdle ? nil : exposures,
            logsExposure: logsExposure)
    }

    // MARK: - Sticky assignments

    /// Loads the sticky assignments of the user from ``ClientOptions/stickyStorage`` (Evaluation §18).
    ///
    ///     let sticky = StickyOptions(values: await flags.stickyValues(idType: "userID"))
    ///     let experiment = flags.experiment("onboarding", sticky: sticky)
    ///
    /// - Parameter idType: The ID type of the experiments that will be evaluated.
    /// - Returns: The assignments by experiment or layer. `nil` if the user has no such ID, if the client has no storage, or
    ///   if the storage failed, which ``GatehouseClient/status`` tells. Don't evaluate with sticky options then, since that
    ///   would delete the assignments.
    public func stickyValues(idType: String) async -> [String: StickyValue]? {
        await origin.sticky?.values(for: user, idType: idType)
    }

    /// Evaluates an experiment with the user's sticky assignment, and logs the exposure.
    ///
    /// The client writes a changed assignment to the storage in the background.
    ///
    /// - Parameters:
    ///   - name: The experiment's name.
    ///   - options: The assignments that ``stickyValues(idType:)`` returned, and how to use them.
    ///   - logsExposure: Whether to log the answer as an exposure.
    /// - Returns: The value and the group. Without a storage, the same as ``experiment(_:logsExposure:)``.
    public func experiment(
        _ name: String, sticky options: StickyOptions, logsExposure: Bool = true
    ) -> ExperimentEvaluation {
        guard let sticky = origin.sticky else { return experiment(name, logsExposure: logsExposure) }
        var action = StickyAction.unchanged
        let result = exposures.observe(.experiment, name, for: user) {
            let (result, change) = snapshot.ruleset.experiment(name, for: user, in: snapshot.context, sticky: options)
            action = change
            return result
        }
        exposures.see(
            result, .experiment, value: result.evaluation.passed, for: user, hashes, in: snapshot,
            logsExposure: logsExposure,
            persistedTime: options.values?[name]?.time)
        sticky.add(action, for: name)
        return result
    }

    /// Evaluates a layer with the user's sticky assignment.
    ///
    /// Reading a parameter of the result logs the exposure.
    ///
    /// The client writes a changed assignment to the storage in the background.
    ///
    /// - Parameters:
    ///   - name: The layer's name.
    ///   - options: The assignments that ``stickyValues(idType:)`` returned, and how to use them.
    ///   - logsExposure: Whether to log the parameters that are read as exposures.
    /// - Returns: The layer's parameters. Without a storage, the same as ``layer(_:logsExposure:)``.
    public func layer(_ name: String, sticky options: StickyOptions, logsExposure: Bool = true) -> Layer {
        guard let sticky = origin.sticky else { return layer(name, logsExposure: logsExposure) }
        var action = StickyAction.unchanged
        let result = exposures.observe(.layer, name, for: user) {
            let (result, change) = snapshot.ruleset.layer(name, for: user, in: snapshot.context, sticky: options)
            action = change
            return result
        }
        sticky.add(action, for: name)
        return layer(result, logsExposure: logsExposure, persistedTime: options.values?[name]?.time)
    }
}

// MARK: - Logging by hand

extension EvaluationScope {
    /// Logs an answer of this scope as an exposure, marked as logged by hand.
    ///
    ///     let gate = flags.gate("new_home", logsExposure: false)
    ///     …
    ///     flags.log(gate)  // when the user is shown the answer
    ///
    /// The exposure contains the value and the rule of `gate`; nothing is evaluated again.
    ///
    /// - Parameter gate: A result of this scope.
    public func log(_ gate: GateEvaluation) {
        exposures.log(gate, .gate, value: gate.value, for: user, hashes, in: snapshot, way: .manual)
    }

    /// Logs an answer of this scope as an exposure, marked as logged by hand.
    ///
    /// - Parameter config: A result of this scope.
    public func log(_ config: DynamicConfigEvaluation) {
        exposures.log(
            config, .dynamicConfig, value: config.evaluation.passed, for: user, hashes, in: snapshot, way: .manual)
    }

    /// Logs an answer of this scope as an exposure, marked as logged by hand.
    ///
    /// - Parameter experiment: A result of this scope.
    public func log(_ experiment: ExperimentEvaluation) {
        exposures.log(
            experiment, .experiment, value: experiment.isUserInExperiment, for: user, hashes, in: snapshot,
            way: .manual)
    }

    /// Logs a layer's parameter as an exposure, marked as logged by hand.
    ///
    /// - Parameters:
    ///   - layer: A result of this scope.
    ///   - parameter: The name of the parameter that the user is shown.
    public func log(_ layer: Layer, parameter: String) {
        exposures.log(parameter, of: layer.result, for: user, in: snapshot, way: .manual)
    }

    /// Logs an event of the program for the user.
    ///
    ///     flags.log(event: "purchase", value: 9.99, metadata: ["item": "book"])
    ///
    /// The client delivers the event in the order of the exposures. It neither deduplicates nor samples it.
    ///
    /// - Parameters:
    ///   - event: The event's name.
    ///   - value: A string or a number. Any other value is logged as none.
    ///   - metadata: Further values of the event, `nil` for none.
    public func log(event: String, value: Value = .null, metadata: Object? = nil) {
        exposures.log(event: event, value: value, metadata: metadata, for: user, in: snapshot)
    }
}

// MARK: - Without exposures

extension EvaluationScope {
    /// Ranks the groups of an autotune for the user by what the autotune has learnt.
    ///
    /// Logs no exposure.
    ///
    /// - Parameter autotune: The autotune's name.
    /// - Returns: The groups, the best first.
    public func rankedGroups(ofAutotune autotune: String) -> [RankedGroup] {
        snapshot.rankedGroups(ofAutotune: autotune, for: user)
    }

    /// Explains an answer: the rules and conditions that an evaluation goes through.
    ///
    /// Logs no exposure.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity.
    ///   - name: The entity's name.
    /// - Returns: The steps of the evaluation, and its result.
    public func explain(_ kind: EntityKind, _ name: String) -> Explanation {
        snapshot.ruleset.explain(kind, name, for: user, in: snapshot.context)
    }

    /// Writes the client-initialize response for the user, from which a web or mobile SDK boots (Evaluation §21).
    ///
    /// Logs no exposure: the SDK that gets the response logs what it shows. Overrides hold for the response of a scope that
    /// ``overriding(_:)`` made, and of any scope if `includesLocalOverrides` is set.
    ///
    /// - Parameter options: Format, name hash, filters and so on.
    /// - Returns: One JSON object in UTF-8.
    public func clientInitializeResponse(options: ClientResponseOptions = ClientResponseOptions()) -> [UInt8] {
        var options = options
        if origin.overrides != nil { options.includesLocalOverrides = true }
        return snapshot.ruleset.clientInitializeResponse(for: user, in: snapshot.context, options: options)
    }
}
