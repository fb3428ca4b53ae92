// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseCLI
import Testing

@Suite struct NameSuggestionsTests {
    private static let names = [
        "new_checkout", "new_checkout_2", "old_checkout", "pricing", "shop", "Shop", "é", "shop",
    ]

    @Test(arguments: [
        ("new_chekcout", ["new_checkout", "new_checkout_2", "old_checkout"]),
        ("PRICING", ["pricing"]),
        ("shpo", ["Shop", "shop"]),
        ("checkout", ["new_checkout", "old_checkout", "new_checkout_2"]),
        ("zebra", []),
        ("", []),
        (String(repeating: "x", count: 1000), []),
    ])
    func areTheClosestFirst(name: String, expected: [String]) {
        #expect(NameSuggestions.closest(to: name, among: Self.names) == expected)
    }
}
