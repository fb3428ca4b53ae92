// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseTesting
import Testing

/// Lets a test or a suite say which answers it wants: `@Test(.overridden { $0.setGate("new_home", to: true) })`.
struct Overridden: TestTrait, SuiteTrait, TestScoping {
    let change: @Sendable (inout LocalOverrides) -> Void

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withOverrides(change) {
            try await function()
        }
    }
}

extension Trait where Self == Overridden {
    static func overridden(_ change: @escaping @Sendable (inout LocalOverrides) -> Void) -> Overridden {
        Overridden(change: change)
    }
}
