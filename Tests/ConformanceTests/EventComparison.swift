// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseEvaluation

/// Events of two engines for the same user and calls, compared as JSON.
///
/// Left out is what no two processes share: the time of an event, when the document was received, and what chance decides where
/// one of several exposures is sampled.
struct EventComparison {
    private(set) var pairCount = 0
    /// How many of the pairs tell that they were sampled.
    private(set) var sampledPairCount = 0
    private(set) var differences: [String] = []
    private(set) var counts: [String: Int] = [:]

    /// Compares what was logged for one user.
    mutating func compare(_ own: [Value], with expected: [Value], user: Int) {
        var others: [String: [Value]] = [:]
        for event in expected.compactMap(EventComparison.normalized) {
            others[EventComparison.key(of: event), default: []].append(event)
        }
        for event in own.compactMap(EventComparison.normalized) {
            let key = EventComparison.key(of: event)
            guard var list = others[key], !list.isEmpty else {
                add("only ours", "user \(user): \(key) \(EventComparison.text(event))")
                continue
            }
            let other = list.removeFirst()
            others[key] = list
            pairCount += 1
            guard case .object(let left) = event, case .object(let right) = other else { continue }
            if left["statsigMetadata"]?.object?["samplingMode"] != nil { sampledPairCount += 1 }
            for name in Set(left.map(\.name) + right.map(\.name)) {
                let values = (left[name] ?? "missing", right[name] ?? "missing")
                if JSON.areEqual(values.0, values.1) { continue }
                add(
                    "different \(name)",
                    "user \(user): \(key) \(name)\n  \(EventComparison.text(values.0))\n  instead of "
                        + EventComparison.text(values.1))
            }
        }
        for (key, list) in others { for _ in list { add("only theirs", "user \(user): \(key)") } }
    }

    private mutating func add(_ kind: String, _ text: String) {
        counts[kind, default: 0] += 1
        differences.append("\(kind), \(text)")
    }

    var summary: String {
        "\(pairCount) pairs, \(sampledPairCount) of them sampled, \(differences.count) differences \(counts)\n"
            + differences.prefix(12).joined(separator: "\n")
    }

    /// What says by which call an event was logged.
    private static func key(of event: Value) -> String {
        let members = event.object ?? [:]
        let metadata = members["metadata"]?.object ?? [:]
        let parts = [
            members["eventName"], metadata["gate"], metadata["config"], metadata["parameterName"],
            metadata["isManualExposure"],
        ]
        return parts.map { $0?.string ?? "-" }.joined(separator: " ")
    }

    private static func normalized(_ event: Value) -> Value? {
        guard var members = event.object, let name = members["eventName"]?.string else { return nil }
        // The reference's own diagnostics, which Gatehouse doesn't send.
        guard name != "statsig::diagnostics" else { return nil }
        members["time"] = members["time"]?.integer == nil ? "no time" : nil
        if var metadata = members["metadata"]?.object {
            if metadata["receivedAt"]?.string.flatMap(Int.init) != nil { metadata["receivedAt"] = "then" }
            // JSON in a string, whose members have no order.
            if let checks = metadata["checks"]?.string, let counts = Value(json: Array(checks.utf8)) {
                metadata["checks"] = counts
            }
            members["metadata"] = .object(metadata)
        }
        if var sampling = members["statsigMetadata"]?.object, let rate = sampling["samplingRate"]?.integer, rate > 1 {
            sampling["shadowLogged"] = sampling["shadowLogged"]?.string.map { _ in "by chance" }
            members["statsigMetadata"] = .object(sampling)
        }
        return .object(members)
    }

    private static func text(_ value: Value) -> String {
        String(decoding: value.jsonBytes.prefix(500), as: UTF8.self)
    }
}
