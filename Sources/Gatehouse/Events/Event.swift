// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseCompression
public import GatehouseEvaluation

/// An exposure, a custom event or a count, as sinks get it (Evaluation §22).
public struct Event: Sendable, Equatable {
    /// The name, for example ``gateExposureName``.
    public let name: String
    /// The value of a custom event: a string, a number or `null`.
    public let value: Value
    /// What the event tells, by name; `nil` for a custom event without any.
    public let metadata: Object?
    /// How the event was sampled; `nil` for events that aren't sampled, empty for exposures of which all are logged.
    public let statsigMetadata: Object?
    /// The user, without private attributes, with the environment and the custom fields of the client.
    public let user: Object
    /// When it happened: ms since 1970.
    public let time: Int64
    /// The gates that an exposure passed through, in order; `nil` for other events.
    public let secondaryExposures: [SecondaryExposure]?

    /// The name of a gate's exposure.
    public static let gateExposureName = EventName.gateExposure
    /// The name of the exposure of a dynamic config or an experiment.
    public static let configExposureName = EventName.configExposure
    /// The name of the exposure of a layer's parameter.
    public static let layerExposureName = EventName.layerExposure
    /// The name of the event that ``GatehouseClient/identify(_:)`` logs.
    public static let identifyName = "statsig::identify"
    /// The name of the event that counts checks without exposure.
    public static let nonExposedChecksName = "statsig::non_exposed_checks"

    /// Reads an event of a batch, `nil` for JSON that isn't one.
    package init?(_ json: Value) {
        guard let members = json.object, let name = members["eventName"]?.string else { return nil }
        self.name = name
        value = members["value"] ?? .null
        metadata = members["metadata"]?.object
        statsigMetadata = members["statsigMetadata"]?.object
        user = members["user"]?.object ?? [:]
        time = members["time"]?.integer ?? 0
        secondaryExposures = members["secondaryExposures"]?.array.map { rows in
            rows.compactMap(SecondaryExposure.init(json:))
        }
    }
}
