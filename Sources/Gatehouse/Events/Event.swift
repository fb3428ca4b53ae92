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
    public static let gateExposureName = "statsig::gate_exposure"
    /// The name of the exposure of a dynamic config or an experiment.
    public static let configExposureName = "statsig::config_exposure"
    /// The name of the exposure of a layer's parameter.
    public static let layerExposureName = "statsig::layer_exposure"
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
            rows.compactMap { row in
                guard let row = row.object else { return nil }
                return SecondaryExposure(
                    gate: row["gate"]?.string ?? "",
                    gateValue: row["gateValue"]?.string.map { $0 == "true" } ?? row["gateValue"]?.bool ?? false,
                    ruleID: row["ruleID"]?.string ?? "")
            }
        }
    }
}

/// Events that are delivered together, compressed.
///
/// A batch is the same for each try, after a restart too.
public struct EventBatch: Sendable {
    /// Why a batch was made.
    public enum Trigger: String, Sendable, Hashable, CaseIterable {
        /// It is full.
        case full = "scheduled:full_batch"
        /// The events waited for ``EventOptions/flushInterval``.
        case interval = "scheduled:max_time"
        /// ``GatehouseClient/flush()`` asked for it.
        case manual = "manual"
        /// The client is being shut down.
        case shutdown = "shutdown"
    }

    // Far more than 2,000 events are; what a damaged spool says is more still.
    private static let bodyByteLimit = 1 << 30

    /// The identifier, by which a receiver can tell that it has got the batch before.
    public let id: String
    /// The number of events.
    public let count: Int
    /// Why the batch was made.
    public let trigger: Trigger
    /// How many tries there were before, of this process.
    public internal(set) var attempt = 0
    /// The whole body of a request to a collector, `{"events":[…],"statsigMetadata":{…}}`, in the gzip format.
    public let compressedBody: [UInt8]

    package init(id: String, count: Int, trigger: Trigger, compressedBody: [UInt8]) {
        self.id = id
        self.count = count
        self.trigger = trigger
        self.compressedBody = compressedBody
    }

    /// The body of a request, in UTF-8.
    ///
    /// - Throws: ``EventSinkError`` when the batch is damaged.
    public func body() throws -> [UInt8] {
        do {
            return try Gzip.decompress(compressedBody, limit: EventBatch.bodyByteLimit)
        } catch {
            throw EventSinkError("the batch can't be decompressed: \(error)", isRetryable: false)
        }
    }

    /// The events, in the order in which they happened on each thread.
    ///
    /// - Throws: ``EventSinkError`` when the batch is damaged.
    public func events() throws -> [Event] {
        try jsonEvents().compactMap(Event.init)
    }

    /// The events as JSON.
    package func jsonEvents() throws -> [Value] {
        let body = try body()
        let value = body.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        guard let events = value?.object?["events"]?.array else {
            throw EventSinkError("the batch isn't JSON", isRetryable: false)
        }
        return events
    }
}
