// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse
internal import GatehouseEvaluation

/// An exposure that a client of a test has logged.
public struct RecordedExposure: Sendable, Equatable {
    /// The kinds of exposures.
    public enum Kind: Sendable, Hashable {
        /// A gate's answer.
        case gate
        /// A dynamic config or an experiment.
        case config
        /// A layer's parameter.
        case layer
    }

    /// The kind of exposure.
    public let kind: Kind
    /// The name of the gate, config, experiment or layer.
    public let name: String
    /// The layer's parameter, `nil` for other kinds.
    public let parameter: String?
    /// The gate's value, `nil` for other kinds.
    public let gateValue: Bool?
    /// The rule that decided; in a ``TestExperiment`` the name of the group, and `override` for an override.
    public let ruleID: String
    /// The user's ID, `nil` if the user has none.
    public let userID: String?
    /// The whole event.
    public let event: Event

    /// Reads an event.
    ///
    /// - Parameter event: The event. The result is `nil` if it isn't an exposure.
    init?(_ event: Event) {
        let kind: (kind: Kind, member: String)
        switch event.name {
        case Event.gateExposureName: kind = (.gate, "gate")
        case Event.configExposureName: kind = (.config, "config")
        case Event.layerExposureName: kind = (.layer, "config")
        default: return nil
        }
        self.kind = kind.kind
        name = event.metadata?[kind.member]?.string ?? ""
        parameter = event.metadata?["parameterName"]?.string
        gateValue = event.metadata?["gateValue"]?.string.map { $0 == "true" }
        ruleID = event.metadata?["ruleID"]?.string ?? ""
        userID = event.user["userID"]?.string
        self.event = event
    }
}

extension GatehouseClient {
    /// The exposures that the client has logged so far, in order.
    ///
    ///     #expect(await client.recordedExposures().map(\.name) == ["new_checkout", "button"])
    ///
    /// Works for clients of ``offline(options:_:)``, unless their options have a sink. As in production, a client doesn't log the
    /// same exposure of a user again.
    ///
    /// - Returns: The exposures, none for a client that doesn't record.
    public func recordedExposures() async -> [RecordedExposure] {
        await recordedEvents().compactMap { RecordedExposure($0) }
    }

    /// The events that the client has logged so far, in order: exposures and the program's own.
    ///
    /// - Returns: The events, none for a client that doesn't record.
    public func recordedEvents() async -> [Event] {
        guard let sink = eventSink as? RecordingEventSink else { return [] }
        await flush()
        return sink.events
    }
}
