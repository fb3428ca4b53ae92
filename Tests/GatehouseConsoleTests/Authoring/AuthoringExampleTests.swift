// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import GatehouseSpec
import NIOHTTP1
import Testing
import TestSupport

/// The sample project, authored request by request.
struct AuthoringExampleTests {
    @Test("The sample project, authored from nothing, is served as the sample documents and gives their answers")
    func sample() async throws {
        let expected = try #require(JSONText.value(try Fixture.bytes("sample/sample-expected.json"))["results"].array)
        #expect(expected.count == 1521)
        try await TestConsole.run { console in
            try await AuthoringExampleTests.author(console)
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            for format in [DocumentFormat.v1, .v2] {
                let version = format == .v1 ? "v1" : "v2"
                let body = try await console.get("/\(version)/download_config_specs/\(key).json", key: nil).body
                let ruleset = try Ruleset(document: body)
                for row in expected { SpecConversionTests.compare(row, ruleset, version) }
                let sample = JSONText.value(try TestSpecs.sample(format))
                let served = JSONText.value(body)
                for section in ["feature_gates", "dynamic_configs", "layer_configs"] {
                    let (left, right) = (named(served, section), named(sample, section))
                    #expect(Set(left.keys) == Set(right.keys), "\(version) \(section)")
                    for (name, spec) in right {
                        #expect(left[name]?.jsonText == spec.jsonText, "\(version) \(section) \(name)")
                    }
                }
                #expect(served["experiment_to_layer"] == sample["experiment_to_layer"])
                #expect(served["layers"] == sample["layers"])
                #expect(served["condition_map"] == sample["condition_map"])
            }
        }
    }

    static func author(_ console: TestConsole) async throws {
        let requests = try #require(JSONText.value(try Fixture.bytes("sample/sample-requests.json")).array)
        for request in requests {
            let response = try await console.send(
                .RAW(value: request["method"].string ?? ""), request["path"].string ?? "", json: request["body"])
            #expect(response.status / 100 == 2, "\(request["path"].jsonText) \(response.text)")
        }
    }

    /// Specs by name, without what says how often they were changed, their members in one order.
    private func named(_ document: Value, _ section: String) -> [String: Value] {
        var specs: [String: Value] = [:]
        for (name, spec) in document[section].object ?? [:] { specs[name] = sorted(spec, isSpec: true) }
        for spec in document[section].array ?? [] { specs[spec["name"].string ?? ""] = sorted(spec, isSpec: true) }
        return specs
    }

    private func sorted(_ value: Value, isSpec: Bool = false) -> Value {
        if let array = value.array { return .array(array.map { sorted($0) }) }
        guard let object = value.object else { return value }
        let members = object.filter { !isSpec || $0.name != "version" }.sorted { $0.name < $1.name }
        return .object(Object(members.map { ($0.name, sorted($0.value)) }))
    }
}
