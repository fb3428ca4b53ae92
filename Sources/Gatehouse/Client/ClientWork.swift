// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// The background work of a client, as one task that ends when it is cancelled.
enum ClientWork {
    static func run(_ core: ClientCore, events: EventPipeline?, sticky: StickyAssignments?) async {
        let options = core.options
        let transport = options.network.map { Transport($0, time: options.time) }
        if let events, let transport, let network = options.network {
            let keyBox = core.keyBox
            events.use(
                HTTPEventSink(
                    transport, url: events.collectorURL(network), timeout: events.options.timeout,
                    identity: core.identity, time: options.time, key: { keyBox.withLockedValue { $0 } }))
        }
        await withDiscardingTaskGroup { group in
            group.addTask {
                if let path = options.file {
                    var watch = FileWatch(core, path: path)
                    await watch.run()
                } else {
                    var sync = DocumentSync(core, transport: transport)
                    await sync.run()
                }
            }
            if let lists = options.idLists, let transport {
                group.addTask { await IDListLoop(core, options: lists, transport: transport).run() }
            } else {
                core.startedIDLists.keep(())
            }
            if let sticky { group.addTask { await sticky.run() } }
            if let events { group.addTask { await events.run() } }
        }
        if let events { await Task { await events.finish() }.value }
        await transport?.close()
        await options.storage?.storage.close()
        core.started.keep(())
        core.startedIDLists.keep(())
        core.updates.finish()
        core.board.update { $0.phase = .stopped }
        core.board.plan(nil)
    }
}
