// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Batches on disk, each in a checked file, and the ledger beside them.
///
/// A process has a part of the directory to itself, held by a lock that ends with the process. A file for each batch, rather
/// than one for many: it is there as a whole or not at all, and goes when its batch has been delivered.
final class EventSpool: Sendable {
    private struct Content: Sendable {
        /// Missing until the spool is open.
        var folder: String?
        var lock: HeldFile?
        var number = 0
        /// The files' names by batch.
        var names: [String: String] = [:]
        /// Delivered, but maybe not removed.
        var acknowledged: Set<String> = []
    }

    private final class HeldFile: Sendable {
        let file: OpenFile

        init(_ file: consuming OpenFile) {
            self.file = file
        }
    }

    private static let parts = 64

    private let options: SpoolOptions
    private let content = NIOLockedValueBox(Content())

    init(_ options: SpoolOptions) {
        self.options = options
    }

    // MARK: - Opening

    /// Takes a part of the directory that no other process has, and moves the batches of other such parts into it.
    ///
    /// - Returns: The batches, the oldest first, and the ledger of the processes before.
    /// - Throws: ``FileError`` when the directory can't be used.
    func open() throws -> (batches: [DeliveryStateMachine.Batch], ledger: EventLedger) {
        var own: (folder: String, lock: HeldFile)?
        var folders: [(folder: String, lock: HeldFile)] = []
        for part in 0..<EventSpool.parts {
            let folder = "\(options.directory)/\(part)"
            if own != nil, !FileManager.default.fileExists(atPath: folder) { continue }
            let lock = HeldFile(try OpenFile.toWrite("\(folder)/lock"))
            guard try lock.file.tryLock() else { continue }
            if own == nil { own = (folder, lock) } else { folders.append((folder, lock)) }
        }
        guard let own else {
            throw FileError(options.directory, .busy, "is in use by \(EventSpool.parts) other processes")
        }
        var ledger = EventLedger()
        var entries: [DeliveryStateMachine.Batch] = []
        var names: [String: String] = [:]
        var number = 0
        for part in [own] + folders {
            let saved = SavedLedger.read(part.folder)
            var found: [(name: String, entry: DeliveryStateMachine.Batch)] = []
            for name in try FileManager.default.contentsOfDirectory(atPath: part.folder).sorted() {
                guard let entry = EventSpool.entry(name, in: part.folder) else { continue }
                if saved.acknowledged.contains(entry.id) {
                    try OpenFile.remove("\(part.folder)/\(name)")
                } else {
                    found.append((name, entry))
                }
            }
            ledger = saved.ledger(found: found.reduce(0) { $0 + $1.entry.count }).added(to: ledger)
            for (name, entry) in found {
                number += 1
                let kept = EventSpool.name(number, entry.count, entry.id)
                try OpenFile.move("\(part.folder)/\(name)", to: "\(own.folder)/adopted-\(kept)")
                names[entry.id] = "adopted-\(kept)"
                entries.append(entry)
            }
            if part.folder != own.folder { try SavedLedger.remove(part.folder) }
        }
        for (id, name) in names {
            let kept = String(name.dropFirst("adopted-".count))
            try OpenFile.move("\(own.folder)/\(name)", to: "\(own.folder)/\(kept)")
            names[id] = kept
        }
        try SavedLedger(ledger, acknowledged: []).write(own.folder)
        content.withLockedValue { content in
            content.folder = own.folder
            content.lock = own.lock
            content.names = names
            content.number = number
        }
        return (entries, ledger)
    }

    /// Leaves the part to other processes.
    func close() {
        content.withLockedValue { $0 = Content() }
    }

    // MARK: - Batches

    // The number keeps the order, the count is known without reading.
    private static func name(_ number: Int, _ count: Int, _ id: String) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + "\(digits)-\(count)-\(id).batch"
    }

    private static func entry(_ name: String, in folder: String) -> DeliveryStateMachine.Batch? {
        guard name.hasSuffix(".batch") else { return nil }
        let bare = name.hasPrefix("adopted-") ? name.dropFirst("adopted-".count) : name[...]
        let parts = bare.dropLast(".batch".count).split(separator: "-", maxSplits: 2)
        // A name with other numbers isn't one that was written here.
        guard parts.count == 3, Int(parts[0]) != nil, let count = Int(parts[1]),
            (1...EventBatch.maximumCount).contains(count), let file = try? OpenFile.toRead("\(folder)/\(name)"),
            let byteCount = try? file.count()
        else { return nil }
        return DeliveryStateMachine.Batch(id: String(parts[2]), count: count, byteCount: byteCount, isOnDisk: true)
    }

    /// Writes a batch.
    ///
    /// - Returns: Whether it is on the disk; not before ``open()``.
    func write(_ batch: EventBatch) throws -> Bool {
        let place: (folder: String, name: String)? = content.withLockedValue { content in
            guard let folder = content.folder else { return nil }
            content.number += 1
            let name = EventSpool.name(content.number, batch.count, batch.id)
            content.names[batch.id] = name
            return (folder, name)
        }
        guard let place else { return false }
        let trigger = UInt8(EventBatch.Trigger.allCases.firstIndex(of: batch.trigger) ?? 0)
        do {
            try CheckedFile(path: "\(place.folder)/\(place.name)").write(
                [trigger] + (batch.compressed().compressedBody ?? []))
        } catch {
            content.withLockedValue { $0.names[batch.id] = nil }
            throw error
        }
        return true
    }

    /// Reads a batch, `nil` when it is damaged.
    func read(_ id: String, count: Int) -> EventBatch? {
        guard let path = path(id), let bytes = try? CheckedFile(path: path).read(), let first = bytes.first,
            EventBatch.Trigger.allCases.indices.contains(Int(first))
        else { return nil }
        return EventBatch(
            id: id, count: count, trigger: EventBatch.Trigger.allCases[Int(first)],
            compressedBody: Array(bytes.dropFirst()))
    }

    /// Makes the next ``save(_:)`` say that a batch is delivered.
    func acknowledge(_ id: String) {
        content.withLockedValue { _ = $0.acknowledged.insert(id) }
    }

    /// Removes a batch.
    func remove(_ id: String) {
        if let path = path(id) { try? OpenFile.remove(path) }
        content.withLockedValue { content in
            content.names[id] = nil
            content.acknowledged.remove(id)
        }
    }

    private func path(_ id: String) -> String? {
        content.withLockedValue { content in
            guard let folder = content.folder, let name = content.names[id] else { return nil }
            return "\(folder)/\(name)"
        }
    }

    // MARK: - Ledger

    /// Saves what became of all events.
    func save(_ ledger: EventLedger) throws {
        let (folder, acknowledged) = content.withLockedValue { ($0.folder, $0.acknowledged) }
        if let folder { try SavedLedger(ledger, acknowledged: acknowledged).write(folder) }
    }
}
