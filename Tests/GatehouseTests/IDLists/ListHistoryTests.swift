// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

/// Random courses of events: lists grow, are cut, replaced, hidden and dropped, manifests lie and servers fail.
@Suite("ID lists, whatever happens")
struct ListHistoryTests {
    /// How lists are read: all at once, or in parts of some bytes.
    static let maxima = [1 << 20, 61]

    @Test("A failing list never harms another, and in the end all are right", arguments: 1...10, maxima)
    func history(seed: Int, maximum: Int) async throws {
        try await ListServer.run(change: { $0.maximumBodyBytes = maximum }) { server, sync in
            var history = ListHistory(seed: UInt64(seed), server: server, serversKnowRanges: maximum < 1_000)
            for round in 1...8 {
                for step in 1...5 {
                    history.step()
                    let report = await sync.synchronize()
                    let failing = Set(report.status.failingLists)
                    #expect(failing.isSubset(of: history.troubled), "round \(round), step \(step)")
                    check(history, report.lists, "round \(round), step \(step)")
                }
                try await withoutManifest(server, sync, &history)
                history.heal()
                let report = await sync.synchronize()
                #expect(report.errors.isEmpty, "round \(round)")
                check(history, report.lists, "round \(round), healed")
                #expect(await !sync.synchronize().hasChanged)
            }
        }
    }

    /// Lets something happen that the client doesn't hear of.
    private func withoutManifest(_ server: ListServer, _ sync: IDListSync, _ history: inout ListHistory) async throws {
        func members() -> [Set<String>?] {
            ["a", "b", "c", "d", "e"].map { sync.lists.members(of: $0, among: ListHistory.ids) }
        }
        let before = members()
        server.answerManifest { $0.cut(after: 10) }
        history.step()
        #expect(await sync.synchronize().errors.count == 1)
        #expect(members() == before)
        server.answerManifest { $0 }
    }

    private func check(_ history: ListHistory, _ lists: IDLists, _ moment: Comment) {
        for name in ["a", "b", "c", "d", "e"] {
            let members = lists.members(of: name, among: ListHistory.ids)
            if !history.troubled.contains(name) {
                #expect(members == history.model[name], "list \(name), \(moment)")
                #expect(lists[name]?.count == history.model[name]?.count, "list \(name), \(moment)")
            } else if let members {
                #expect(history.pastStates[name]?.contains(members) == true, "list \(name), \(moment)")
            }
        }
    }
}
