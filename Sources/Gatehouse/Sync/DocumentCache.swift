// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The last known good document of a key on disk.
struct DocumentCache: Sendable {
    private let directory: String
    private let time: any TimeSource

    init(directory: String, time: any TimeSource) {
        self.directory = directory
        self.time = time
    }

    /// The document, and how long ago a source confirmed it; the age isn't known when the file is dated in the future.
    func read(_ key: SDKKey) throws(SyncError) -> SyncStateMachine.Found? {
        let file = file(of: key)
        do {
            guard let bytes = try file.read() else { return nil }
            let (age, overflows) = time.wallTime().subtractingReportingOverflow(try file.modificationTime() ?? 0)
            guard !overflows, age > -DocumentCache.toleranceMilliseconds else {
                return SyncStateMachine.Found(bytes: bytes)
            }
            return SyncStateMachine.Found(bytes: bytes, age: .milliseconds(max(0, age)))
        } catch {
            throw SyncError(.cache, .unreadable, "\(error)", at: time.wallTime())
        }
    }

    /// By how much the clocks of two machines that share a directory may differ.
    private static let toleranceMilliseconds: Int64 = 1_000

    /// Replaces the document.
    func write(_ bytes: [UInt8], _ key: SDKKey) async throws(SyncError) {
        let now = time.wallTime()
        try await change {
            try file(of: key).write(bytes)
            try file(of: key).touch(at: now)
        }
    }

    /// Notes that the document was confirmed now.
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
