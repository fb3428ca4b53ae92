// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// The forms that write things once have to say the same as the first one, whose responses are the reference's.
///
/// The reference's Python package writes only that, so there are no answers of its own for the others.
@Suite("Forms of client-initialize responses")
struct ResponseFormatTests {
    @Test(
        "The other forms say what the first one says, in their words", arguments: ConformanceSet.generated,
        [NameHash.none, .djb2])
    func forms(_ set: ConformanceSet, _ hash: NameHash) throws {
        let ruleset = try set.ruleset()
        let context = try set.context()
        for user in try set.users().prefix(4) {
            var responses: [ClientResponseOptions.Format: Object] = [:]
            for format in ClientResponseOptions.Format.allCases {
                var options = ClientResponseOptions()
                options.nameHash = hash
                options.format = format
                let bytes = ruleset.clientInitializeResponse(for: user, in: context, options: options)
                responses[format] = try #require(Value(json: bytes)?.object)
            }
            let first = try #require(responses[.v1])
            try checkMapped(first, try #require(responses[.v2]))
            try checkShort(first, try #require(responses[.initV2]), isHashed: hash != .none)
        }
    }

    private static let sections = ["feature_gates", "dynamic_configs", "layer_configs"]

    // MARK: - v2

    private func checkMapped(_ first: Object, _ mapped: Object) throws {
        let exposures = try #require(mapped["exposures"]?.object)
        for section in Self.sections {
            let entities = try #require(first[section]?.object)
            let others = try #require(mapped[section]?.object)
            #expect(entities.count == others.count)
            for (name, entity) in entities {
                var expected = try #require(entity.object)
                var actual = try #require(others[name]?.object)
                expected["group"] = nil
                expected["parameter_rule_ids"] = nil
                for member in ["secondary_exposures", "undelegated_secondary_exposures"] where actual[member] != nil {
                    actual[member] = try resolved(actual[member], in: exposures)
                }
                #expect(JSON.areEqual(.object(expected), .object(actual)), "\(name)")
            }
        }
        var (expected, actual) = (first, mapped)
        if expected["has_updates"]?.bool == false { expected["pa_hash"] = nil }
        actual["exposures"] = nil
        checkRest(expected, actual)
    }

    private func checkRest(_ first: Object, _ other: Object) {
        var (expected, actual) = (first, other)
        for section in Self.sections {
            expected[section] = nil
            actual[section] = nil
        }
        #expect(JSON.areEqual(.object(expected), .object(actual)))
    }

    /// The exposures that a list refers to.
    private func resolved(_ keys: Value?, in exposures: Object) throws -> Value {
        .array(
            try (keys?.array ?? []).map { key in
                try #require(key.string.flatMap { exposures[$0] })
            })
    }

    // MARK: - init-v2

    private func checkShort(_ first: Object, _ short: Object, isHashed: Bool) throws {
        let exposures = try #require(short["exposures"]?.object)
        let values = try #require(short["values"]?.object)
        for section in Self.sections {
            let entities = try #require(first[section]?.object)
            let others = try #require(short[section]?.object)
            #expect(entities.count == others.count)
            for (name, entity) in entities {
                var expected = try #require(entity.object)
                var actual = try #require(others[name]?.object)
                expected = abbreviated(expected, isGate: section == "feature_gates")
                if actual["i"] == nil { actual["i"] = "" }
                if actual["ep"]?.array?.isEmpty == true { actual["ep"] = nil }
                if section != "feature_gates" {
                    actual["v"] = try #require(actual["v"]?.string.flatMap { values[$0] })
                }
                for member in ["s", "us"] where actual[member] != nil {
                    actual[member] = try resolved(actual[member], in: exposures)
                }
                // Autotunes have neither a flag for passing nor a state; their exposures keep names and repetitions.
                if expected["p"] == nil, expected["ea"] == nil, section == "dynamic_configs" {
                    #expect((expected["s"] == nil) == (actual["s"] == nil))
                    expected["s"] = nil
                    actual["s"] = nil
                }
                #expect(JSON.areEqual(.object(expected), .object(actual)), "\(name): \(actual), not \(expected)")
            }
        }
        var (expected, actual) = (first, short)
        #expect(actual["response_format"]?.string == "init-v2")
        if expected["has_updates"]?.bool == false { expected["pa_hash"] = nil }
        for member in ["exposures", "values", "response_format"] { actual[member] = nil }
        checkRest(expected, actual)
    }

    private static let abbreviations = [
        ("rule_id", "r"), ("id_type", "i"), ("value", "v"), ("secondary_exposures", "s"), ("passed", "p"),
        ("group_name", "gn"), ("is_experiment_active", "ea"), ("is_user_in_experiment", "ue"),
        ("allocated_experiment_name", "ae"), ("explicit_parameters", "ep"),
        ("undelegated_secondary_exposures", "us"),
    ]

    private func abbreviated(_ entity: Object, isGate: Bool) -> Object {
        let isLayer = entity["undelegated_secondary_exposures"] != nil
        var short = Object()
        for (name, abbreviation) in Self.abbreviations { short[abbreviation] = entity[name] }
        if short["r"]?.string == "default" { short["r"] = nil }
        for member in ["s", "us"] where short[member]?.array?.isEmpty == true { short[member] = nil }
        if short["i"] == nil { short["i"] = "" }
        if isGate, short["v"]?.bool == false { short["v"] = nil }
        if !isLayer { short["ep"] = nil }
        // Without a list the first form has an empty one.
        if short["ep"]?.array?.isEmpty == true { short["ep"] = nil }
        return short
    }
}
