// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing
import Workload

@Suite("Hostile documents and ID lists")
struct HostileDocumentTests {
    private func result(_ document: HostileDocument) throws -> GateEvaluation {
        let project = try LoadedProject(document.bytes)
        return project.ruleset.gate(HostileDocument.gate, for: document.user, in: project.context)
    }

    @Test("the graph of double references reaches its last gate, and has more exposures than are kept")
    func doubleReferences() throws {
        let result = try result(.doubleReferences)
        #expect(result.value)
        #expect(result.secondaryExposures.count == 1_000)
    }

    @Test("the chain is deeper than gates may nest")
    func chain() throws {
        #expect(try result(.chain).reason == .tooDeep)
    }

    @Test("the patterns match nobody")
    func patterns() throws {
        let result = try result(.patterns)
        #expect(result.reason == .recognized)
        #expect(!result.value)
    }

    @Test("a list has as many members as was asked for, its known one among them")
    func list() {
        let list = IDList(content: IDListContent.bytes(memberCount: 10_000))
        #expect(list.count == 10_000)
        #expect(list.contains(IDListContent.member))
        #expect(!list.contains("a-stranger"))
    }
}
