// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension GatehouseClient {
    // MARK: - Events of the program

    /// Logs an event of the program, as ``EvaluationScope/log(event:value:metadata:)``.
    public func log(event: String, value: Value = .null, metadata: Object? = nil, for user: User) {
        store.withSnapshot { exposures.log(event: event, value: value, metadata: metadata, for: user, in: $0) }
    }

    /// Logs an event that contains a user's attributes and nothing else.
    ///
    /// - Parameter user: The user.
    public func identify(_ user: User) {
        log(event: Event.identifyName, for: user)
    }

    // MARK: - Delivery

    /// Delivers all events that were logged before, and waits until the sink has accepted or refused each batch once.
    ///
    /// Also works with a client that isn't started, if ``EventOptions/sink`` is set.
    ///
    /// - Returns: The ledger after that. ``EventLedger/pending`` is the number of events that are left.
    @discardableResult
    public func flush() async -> EventLedger {
        await events?.flush()
        return eventLedger
    }

    /// The ledger of this client's events.
    ///
    /// It accounts for each of them at any time.
    public var eventLedger: EventLedger { events?.ledger ?? EventLedger() }

    /// The ledger of the events of this client and of earlier clients that used the same part of the spool.
    ///
    /// Without a spool it equals ``eventLedger``.
    public var totalEventLedger: EventLedger { events?.totalLedger ?? EventLedger() }

    /// The answers of all getters, logged or not, from now on until the client is shut down.
    ///
    /// For programs that feed analytics of their own. Each call makes a sequence of its own. A slow reader misses all but the
    /// newest 1024 answers. While there is a reader, each getter evaluates with details; without one this costs nothing.
    public var evaluations: AsyncStream<ObservedEvaluation> { exposures.listeners.listen() }
}
