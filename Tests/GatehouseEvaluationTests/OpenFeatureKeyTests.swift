// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite("Keys of OpenFeature flags")
struct OpenFeatureKeyTests {
    /// The entities and parameters that are asked for, in order.
    private func tried(_ key: String) -> [String] {
        var tried: [String] = []
        let found: Bool? = OpenFeatureKey.firstParameter(of: key) { entity, parameter in
            tried.append("\(entity)|\(parameter)")
            return nil
        }
        #expect(found == nil)
        return tried
    }

    @Test("The longest name of an entity is tried first")
    func order() {
        #expect(tried("shop") == [])
        #expect(tried("a.b/c") == ["a.b|c", "a|b/c"])
        #expect(tried(".") == ["|"])
        #expect(OpenFeatureKey.firstParameter(of: "a.b.c") { $0 == "a" ? $1 : nil } == "b.c")
    }

    @Test("A key of nothing but dots costs no more than a long name")
    func bound() {
        let tried = tried(String(repeating: ".", count: 60_000))
        #expect(tried.count == 32)
        #expect(tried.allSatisfy { $0.utf8.count == 60_000 })
    }
}
