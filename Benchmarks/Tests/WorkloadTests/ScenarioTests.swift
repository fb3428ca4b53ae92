// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Workload

@Suite("Scenarios")
struct ScenarioTests {
    @Test("names are identifiers and no two are the same")
    func names() {
        let names = Scenario.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(
                name.utf8.allSatisfy {
                    (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
                })
        }
    }

    @Test("what is in the budget can be prepared and run", arguments: Scenario.all.filter(\.isInBudget).map(\.name))
    func runs(name: String) throws {
        let scenario = try #require(Scenario.all.first { $0.name == name })
        let operations = try scenario.prepare()
        _ = try operations(2)
    }

    @Test("a load of a changed document is told from one of the same")
    func reloading() throws {
        func changes(_ name: String) throws -> Int {
            let scenario = try #require(Scenario.all.first { $0.name == name })
            return try scenario.prepare()(4)
        }
        #expect(try changes("reload_same_0_4MB") == 0)
        #expect(try changes("reload_one_0_4MB") == 4)
    }
}
