// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import Logging
internal import ServiceLifecycle
internal import Synchronization

/// The ID lists that are served: one for each file of a folder, with the file's name, and one for each long segment.
///
/// Files are read again when they change.
final class IDListFolder: Service {
    private static let interval = Duration.milliseconds(500)

    private struct State {
        var lists: [String: ServedIDList] = [:]
        var stamps: [String: FileStamp] = [:]
        var evaluated = IDLists()
        /// The segments that are too long for documents, by name.
        var authored: [String: AuthoredIDList] = [:]

        /// All lists by name.
        ///
        /// A long segment replaces a file with the same name.
        var all: [String: ServedIDList] { lists.merging(authored.mapValues(\.served)) { $1 } }

        mutating func settle() {
            evaluated = IDLists()
            for list in all.values { evaluated[list.name] = list.list }
        }
    }

    private let path: String?
    private let logger: Logger
    private let clock: @Sendable () -> Int64
    private let state = Mutex(State())

    /// Reads a folder.
    ///
    /// - Parameters:
    ///   - path: The folder, `nil` for no lists.
    ///   - logger: Where changes are logged.
    ///   - clock: The time in ms since 1970.
    /// - Throws: ``DocumentImportError`` if the folder can't be read.
    init(path: String?, logger: Logger, clock: @escaping @Sendable () -> Int64) throws(DocumentImportError) {
        self.path = path
        self.logger = logger
        self.clock = clock
        guard let path else { return }
        guard (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil else {
            throw DocumentImportError(description: "\(path): isn't a folder that can be read")
        }
        reload()
    }

    /// The lists, by name.
    var lists: [ServedIDList] { state.withLock { $0.all.values.sorted { $0.name < $1.name } } }

    /// The list with a file ID, `nil` if it isn't served any more.
    func list(fileID: String) -> ServedIDList? {
        state.withLock { $0.all.values.first { $0.fileID == fileID } }
    }

    /// The lists for evaluations.
    var evaluated: IDLists { state.withLock { $0.evaluated } }

    /// Watches the folder until the service group shuts down.
    func run() async throws {
        // The sleep ends with a cancellation when the service group shuts down.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.path == nil ? .seconds(3600) : IDListFolder.interval)
                self.reload()
            }
        }
    }

    private func reload() {
        guard let path, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
        let old = state.withLock { $0 }
        var (lists, stamps): ([String: ServedIDList], [String: FileStamp]) = ([:], [:])
        for name in names.sorted() where !name.hasPrefix(".") {
            let file = "\(path)/\(name)"
            let stamp = FileStamp(file)
            if let list = old.lists[name], old.stamps[name] == stamp {
                lists[name] = list
            } else if let content = FileManager.default.contents(atPath: file) {
                lists[name] = ServedIDList(
                    name: name, content: Array(content), replacing: old.lists[name], at: clock())
            } else {
                continue
            }
            stamps[name] = stamp
        }
        guard stamps != old.stamps else { return }
        let (read, seen) = (lists, stamps)
        state.withLock { state in
            (state.lists, state.stamps) = (read, seen)
            state.settle()
        }
        logger.info("ID lists read", metadata: ["count": "\(read.count)"])
    }

    /// Replaces the lists of segments by those of the given segments, which are too long for documents.
    func author(_ segments: [Segment]) {
        let now = clock()
        state.withLock { state in
            let known = state.authored
            guard segments.count != known.count || segments.contains(where: { known[$0.id]?.revision != $0.revision })
            else { return }
            state.authored = Dictionary(
                segments.map { segment in
                    if let list = known[segment.id], list.revision == segment.revision { return (segment.id, list) }
                    return (segment.id, AuthoredIDList(segment, replacing: known[segment.id], at: now))
                }, uniquingKeysWith: { $1 })
            state.settle()
        }
    }
}
