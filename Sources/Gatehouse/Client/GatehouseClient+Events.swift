// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension GatehouseClient {
    // MARK: - Events of the program

    /// Logs an event of the program, as ``EvaluationScope/log(event:value:metadata:)``.
    public func log(event: String, value: Value = .null, metadata: Object? = nil, for user: User) {
        store.withSnapshot { exposures.log(event: event, value: value, metadata: metadata, for: user, in: $0) }
    }

    /// Logs that a user exists, with what is known of them.
    ///
    /// - Parameter user: The user.
    public func identify(_ user: User) {
        log(event: Event.identifyName, for: user)
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
