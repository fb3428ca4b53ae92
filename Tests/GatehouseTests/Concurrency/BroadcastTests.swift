// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("Listening to updates")
struct BroadcastTests {
    private func update(_ time: UInt64) -> DocumentUpdate {
        DocumentUpdate(origin: .network, documentTime: time, receivedAt: 0, previousDocumentTime: nil, issues: [])
    }

    @Test("Everybody gets everything from then on, and the end")
    func all() async {
        let streams = Broadcast<DocumentUpdate>(bufferCount: 16)
        let first = streams.listen()
        streams.send(update(1))
        let second = streams.listen()
        streams.send(update(2))
        streams.finish()
        #expect(await first.map(\.documentTime).reduce(into: []) { $0.append($1) } == [1, 2])
        #expect(await second.map(\.documentTime).reduce(into: []) { $0.append($1) } == [2])
    }

    @Test("A listener that lags behind gets the newest sixteen")
    func lag() async {
        let streams = Broadcast<DocumentUpdate>(bufferCount: 16)
        let stream = streams.listen()
        for time in 1...100 as ClosedRange<UInt64> { streams.send(update(time)) }
        streams.finish()
        #expect(await stream.map(\.documentTime).reduce(into: []) { $0.append($1) } == Array(85...100))
    }

    @Test("After the end there is nothing to listen to")
    func late() async {
        let streams = Broadcast<DocumentUpdate>(bufferCount: 16)
        streams.finish()
        var iterator = streams.listen().makeAsyncIterator()
        #expect(await iterator.next() == nil)
        streams.send(update(1))
        streams.finish()
    }

    @Test("Many listen, leave and are told at once, and all of them end")
    func races() async {
        let streams = Broadcast<DocumentUpdate>(bufferCount: 16)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let listener = Task {
                        for await update in streams.listen() where update.documentTime >= 3 { break }
                    }
                    if number % 3 == 0 { listener.cancel() }
                    await listener.value
                }
            }
            group.addTask {
                for time in 1...50 as ClosedRange<UInt64> {
                    streams.send(update(time))
                    await Task.yield()
                }
                streams.finish()
            }
        }
    }
}
