// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOConcurrencyHelpers

/// The background work of a client, as one task that ends when it is cancelled.
enum ClientWork {
    static func run(_ core: ClientCore, events: EventPipeline?, sticky: StickyAssignments?) async {
        let options = core.options
        let destinations = core.destinations
        let usesHTTP = destinations.usesHTTP || (options.file == nil && options.network != nil)
        let transport = usesHTTP ? Transport(options.network ?? NetworkOptions(), time: options.time) : nil
        if let events, let transport, let url = destinations.collectorURL {
            let keyBox = core.keyBox
            events.use(
                HTTPEventSink(
                    transport, url: url, timeout: events.options.timeout, identity: core.identity, time: options.time,
                    key: { keyBox.withLockedValue { $0 } }))
        }
        core.logBeginning(transport)
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
            if var lists = options.idLists, let transport, let url = destinations.manifestURL {
                lists.manifestURL = url
                let lists = lists
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

extension ClientCore {
    /// Logs where documents come from, where events go, and what may be a mistake in the options.
    fileprivate func logBeginning(_ transport: Transport?) {
        warnOfTrimmedKey()
        if destinations.documents == nil, !hasBootstrap, options.cacheDirectory == nil {
            logger.warning(
                "the client has no source of documents, neither a network nor a file, storage or bootstrap: everything is unknown"
            )
        }
        func shown(_ url: String?) -> Logger.MetadataValue { "\(key.redacted(url.map(Destinations.shown) ?? "none"))" }
        var metadata: Logger.Metadata = [
            "documents": shown(destinations.documents ?? (hasBootstrap ? "bootstrap" : nil)),
            "events": "\(key.redacted(destinations.events ?? "none"))", "idLists": shown(destinations.manifestURL),
        ]
        if options.file == nil, let network = options.network {
            metadata["pollingInterval"] = "\(network.pollingInterval)"
        }
        let urls = [
            options.file == nil ? options.network?.specsURL : nil, destinations.collectorURL, destinations.manifestURL,
        ]
        let proxies = Set(urls.compactMap { url in url.flatMap { try? transport?.proxy(for: $0)?.description } })
        if !proxies.isEmpty { metadata["proxies"] = "\(proxies.sorted().joined(separator: ", "))" }
        logger.info("the client starts", metadata: metadata)
    }

    /// Logs that the key wasn't clean, since the same key may fail elsewhere.
    func warnOfTrimmedKey() {
        guard key.wasTrimmed else { return }
        logger.warning("white space or a byte order mark around the SDK key was dropped")
    }
}
