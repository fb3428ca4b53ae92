// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A client's part in its fleet: what it shares through a storage, and whether it downloads for the others.
struct Fleet: Sendable {
    /// Which process downloads.
    enum Role: Sendable, Equatable {
        /// This process, for the whole fleet.
        case poller
        /// Another process, which left a note of the version in the storage.
        case follower(note: String)
        /// Each process for itself.
        case independent
    }

    let options: StorageOptions
    let leaseDuration: Duration
    let time: any TimeSource
    private let owner = UUID().uuidString

    init(_ options: StorageOptions, pollingInterval: Duration, time: any TimeSource) {
        self.options = options
        leaseDuration = pollingInterval * 3 / 2
        self.time = time
    }

    private var leases: (any LeaseStorage)? {
        options.electsOnePoller ? options.storage as? any LeaseStorage : nil
    }

    /// Asks to download for all, or to go on doing so.
    ///
    /// - Parameters:
    ///   - key: The SDK key.
    ///   - note: The version in the storage, for the other processes.
    /// - Returns: Which process downloads.
    /// - Throws: ``SyncError`` of the part `storage` when the storage can't tell.
    func role(for key: SDKKey, note: String) async throws(SyncError) -> Role {
        guard let leases else { return .independent }
        let lease = lease(of: key, note: note)
        let answer = try await ask("take the lease of") { try await leases.acquire(lease) }
        return switch answer {
        case .held: .poller
        case .taken(let note): .follower(note: note)
        }
    }

    /// Leaves downloading to another process.
    func release(_ key: SDKKey) async throws(SyncError) {
        guard let leases else { return }
        let lease = lease(of: key, note: "")
        try await ask("release the lease of") { try await leases.release(lease) }
    }

    /// The document in the storage, `nil` for none.
    func read(_ key: SDKKey) async throws(SyncError) -> [UInt8]? {
        let (storage, storageKey) = (options.storage, StorageKey.specs(of: key, schema: options.keySchema))
        return try await ask("read") { try await storage.read(storageKey) }
    }

    /// Puts a document into the storage.
    func write(_ bytes: [UInt8], _ key: SDKKey) async throws(SyncError) {
        let (storage, storageKey) = (options.storage, StorageKey.specs(of: key, schema: options.keySchema))
        try await ask("write") { try await storage.write(bytes, for: storageKey) }
    }

    private func lease(of key: SDKKey, note: String) -> Lease {
        Lease(key: StorageKey.lease(of: key), owner: owner, duration: leaseDuration, note: note)
    }

    private func ask<R: Sendable>(
        _ action: String, _ body: @escaping @Sendable () async throws -> R
    ) async throws(SyncError) -> R {
        do {
            return try await withDeadline(in: options.timeout, on: time, body)
        } catch is DeadlineExceeded {
            throw SyncError(
                .storage, .timeout, "cannot \(action) the storage: no answer within \(options.timeout)",
                at: time.wallTime())
        } catch is CancellationError {
            throw SyncError(.storage, .stopped, "cannot \(action) the storage: cancelled", at: time.wallTime())
        } catch {
            throw SyncError(.storage, .unreachable, "cannot \(action) the storage: \(error)", at: time.wallTime())
        }
    }
}
