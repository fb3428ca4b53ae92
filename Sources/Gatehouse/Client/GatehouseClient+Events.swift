// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension GatehouseClient {
    // MARK: - Events of the program

    /// Logs an event.
    ///
    ///     client.log(event: "purchase", value: 9.99, metadata: ["item": "book"], for: user)
    ///
    /// It takes its turn with the exposures, but is never deduplicated or sampled. Neither waits nor fails.
    ///
    /// - Parameters:
    ///   - event: The event's name.
    ///   - value: A string or a number; anything else counts as none.
    ///   - metadata: What else there is to tell.
    ///   - user: Whose event it is.
    public func log(event: String, value: Value = .null, metadata: Object? = nil, for user: User) {
        exposures.log(
            CustomEvent(
                name: event, value: value, metadata: metadata, user: user, snapshot: store.current,
                time: core.time.wallTime()))
    }

    /// Logs that a user exists, with what is known of them.
    ///
    /// - Parameter user: The user.
    public func identify(_ user: User) {
        log(event: Event.identifyName, for: user)
    }

    // MARK: - Exposures by hand

    /// Logs that a user has been shown a gate's answer, for checks without exposure.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    public func logGateExposure(_ name: String, for user: User) {
        store.withSnapshot { snapshot in
            let gate = snapshot.gate(name, for: user)
            exposures.log(gate, .gate, value: gate.value, for: user, in: snapshot, way: .manual)
        }
    }

    /// Logs that a user has been shown a dynamic config.
    ///
    /// - Parameters:
    ///   - name: The config.
    ///   - user: The user.
    public func logDynamicConfigExposure(_ name: String, for user: User) {
        store.withSnapshot { snapshot in
            let config = snapshot.dynamicConfig(name, for: user)
            exposures.log(
                config, .dynamicConfig, value: config.evaluation.passed, for: user, in: snapshot, way: .manual)
        }
    }

    /// Logs that a user has been shown an experiment.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    public func logExperimentExposure(_ name: String, for user: User) {
        store.withSnapshot { snapshot in
            let experiment = snapshot.experiment(name, for: user)
            exposures.log(
                experiment, .experiment, value: experiment.isUserInExperiment, for: user, in: snapshot,
                way: .manual)
        }
    }

    /// Logs that a user has been shown a layer's parameter.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - parameter: The parameter.
    ///   - user: The user.
    public func logLayerExposure(_ name: String, parameter: String, for user: User) {
        store.withSnapshot { snapshot in
            exposures.log(
                parameter, of: snapshot.layer(name, for: user), for: user, in: snapshot, way: .manual)
        }
    }

    // MARK: - Delivery

    /// Delivers all events that were logged before, and waits until the sink has taken or refused each batch once.
    ///
    /// Works with a client that hasn't been started too, if ``EventOptions/sink`` is set.
    ///
    /// - Returns: The ledger after that; ``EventLedger/pending`` tells how much is left.
    @discardableResult
    public func flush() async -> EventLedger {
        await events?.flush()
        return eventLedger
    }

    /// What became of all events of this client: all are accounted for, at any time.
    public var eventLedger: EventLedger { events?.ledger ?? EventLedger() }

    /// What became of all events of this client, and of those before it that used the same part of the spool.
    ///
    /// Without a spool the same as ``eventLedger``.
    public var totalEventLedger: EventLedger { events?.totalLedger ?? EventLedger() }

    /// What the getters answer from now on, until the client is shut down, whether it is logged or not.
    ///
    /// For apps that feed their own analytics. Each call has its own sequence. One that lags behind misses all but the
    /// newest 1024. As long as nobody listens it costs next to nothing.
    public var evaluations: AsyncStream<ObservedEvaluation> { exposures.listeners.listen() }
}
