// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct EvaluateJSONTests {
    @Test func writesAnObjectForOneUser() async throws {
        let result = try await TestDocument.tool().evaluate(
            "--user", #"{"custom":{"plan":"pro"}}"#, "store/list", "new_checkout", "colour", "odd", "--format", "json")
        #expect(
            result.output == """
                {
                  "gate": {
                    "new_checkout": {"value":true,"rule_id":"rule-pro","id_type":"userID","reason":"File:Recognized",\
                "sx":[]},
                    "odd": {"value":false,"rule_id":"","id_type":"userID","reason":"File:Unsupported","sx":[]}
                  },
                  "experiment": {
                    "colour": {"value":{"colour":"blue"},"rule_id":"test","id_type":"userID",\
                "reason":"File:Recognized","group_name":"Test","is_experiment_active":true,"sx":[],"passed":true}
                  },
                  "param_store": {
                    "store/list": {"value":[1.5,[2.5,3],{"a":1.5}]}
                  }
                }

                """)
    }

    @Test(arguments: [(0, []), (1, [false]), (3, [false, true, false])])
    func writesAnArrayForManyUsers(count: Int, values: [Bool]) async throws {
        let users = (0..<count).map { "{\"custom\":{\"plan\":\"\($0 == 1 ? "pro" : "")\"}}\n" }.joined()
        let result = try await TestDocument.tool().evaluate("-", "new_checkout", "--format", "json", input: users)
        #expect(result.status == 0)
        let list = try JSONDecoder().decode([[String: [String: Gate]]].self, from: Data(result.output.utf8))
        #expect(list.map { $0["gate"]?["new_checkout"]?.value } == values)
    }

    @Test(arguments: [[], ["--explain"]])
    func isValidForEverything(arguments: [String]) async throws {
        let result = try await TestDocument.tool().run(
            ["evaluate", "spec.json", "--user", "{}", "--format", "json"] + arguments)
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: [String: Any]]
        #expect(
            object?.mapValues(\.count) == [
                "gate": 6, "dynamic_config": 1, "experiment": 1, "layer": 1, "param_store": 2,
            ])
    }

    private struct Gate: Decodable {
        let value: Bool
    }
}
