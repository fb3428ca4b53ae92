// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The last known good document of a key on disk.
struct SpecCache: Sendable {
    private let directory: String
    private let time: any TimeSource

    init(directory: String, time: any TimeSource) {
        self.directory = directory
        self.time = time
    }

    /// The document, and how long ago a source confirmed it.
    func read(_ key: SDKKey) throws(SyncError) -> (bytes: [UInt8], age: Duration)? {
        let file = file(of: key)
        do {
            guard let bytes = try file.read() else { return nil }
            // The clock may have been moved back since.
            let age = max(0, time.wallTime() - (try file.modificationTime() ?? 0))
            return (bytes, .milliseconds(age))
        } catch {
            throw SyncError(.cache, .unreadable, "\(error)", at: time.wallTime())
        }
    }

    /// Keeps a document in place of the one before.
    func write(_ bytes: [UInt8], _ key: SDKKey) async throws(SyncError) {
        let now = time.wallTime()
        try await change {
            try file(of: key).write(bytes)
            try file(of: key).touch(at: now)
        }
    }

    /// Notes that the document kept was confirmed now.
    func confirm(_ key: SDKKey) async throws(SyncError) {
        let now = time.wallTime()
        try await change { try file(of: key).touch(at: now) }
    }

    private func change(_ body: @escaping @Sendable () throws -> Void) async throws(SyncError) {
        do {
            try await offloaded(body)
        } catch {
            throw SyncError(.cache, .unwritable, "\(error)", at: time.wallTime())
        }
    }

    private func file(of key: SDKKey) -> CheckedFile {
        let name = key.hash.filter { $0.isLetter || $0.isNumber }.prefix(24)
        return CheckedFile(path: "\(directory)/specs-\(name).gatehouse")
    }
}
