// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension GatehouseClient {
    /// The answers in force that win over the document's.
    public var overrides: LocalOverrides { core.publication.current.overrides }

    /// Changes the answers that win over the document's; they hold when this returns, in all threads.
    ///
    ///     client.updateOverrides { $0.setGate("new_checkout", to: true, for: "tester-1") }
    ///
    /// - Parameter change: Changes them; other changes wait meanwhile, getters don't.
    public func updateOverrides(_ change: (inout LocalOverrides) -> Void) {
        core.publication.update { change(&$0.overrides) }
    }
}
