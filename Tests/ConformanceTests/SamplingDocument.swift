// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

/// A change of a set's document that makes clients sample exposures.
struct SamplingDocument: Sendable, CustomTestStringConvertible {
    /// The project's mode.
    let mode: String
    /// The sampling rates that rules get in turn; `nil` for none.
    let rates: [Int64?]
    /// The rate of exposures that no rule decided, `nil` for none.
    let specialRate: Int64?
    /// The number of clients of a thousand that log secondary exposures as exposures of their own.
    var secondaryShare: Int64?

    var testDescription: String {
        "\(mode) \(rates.map { $0.map(String.init) ?? "-" }) \(specialRate ?? -1) \(secondaryShare ?? 0)"
    }

    /// The document of a set with these rates, with deduplication times longer than a test, and with every ninth spec
    /// forwarding all exposures.
    func bytes(of set: ConformanceSet) throws -> [UInt8] {
        var document = try #require(Value(json: set.file("spec.json.gz"))?.object)
        var configs = document["sdk_configs"]?.object ?? [:]
        configs["sampling_mode"] = .string(mode)
        configs["special_case_sampling_rate"] = specialRate.map { .integer($0) }
        configs["sec_expo_number"] = secondaryShare.map { .integer($0) }
        configs["exposure_dedupe_ttl_ms"] = .integer(3_600_000)
        configs["exposure_spec_sampling_ttl_ms"] = .integer(3_600_000)
        document["sdk_configs"] = .object(configs)
        var count = 0
        for part in ["feature_gates", "dynamic_configs", "layer_configs"] {
            guard var specs = document[part]?.object else { continue }
            for name in specs.map(\.name) {
                guard var spec = specs[name]?.object else { continue }
                count += 1
                spec["forwardAllExposures"] = count % 9 == 0 ? .bool(true) : nil
                spec["rules"] = .array(
                    (spec["rules"]?.array ?? []).map { rule in
                        guard var members = rule.object else { return rule }
                        count += 1
                        members["samplingRate"] = rates[count % rates.count].map { .integer($0) }
                        return .object(members)
                    })
                specs[name] = .object(spec)
            }
            document[part] = .object(specs)
        }
        return Value.object(document).jsonBytes
    }
}
