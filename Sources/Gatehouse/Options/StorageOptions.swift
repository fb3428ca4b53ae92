// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a client shares downloads with the rest of its fleet.
public struct StorageOptions: Sendable {
    /// The place they share.
    public var storage: any SpecStorage
    /// How keys of the storage name the SDK key.
    public var keySchema: StorageKey.Schema
    /// How long a read or a write may take, 1 s unless told.
    public var timeout: Duration
    /// Whether one process downloads for all, where the storage can tell which; it can when it is a ``LeaseStorage``.
    public var electsOnePoller: Bool

    /// Makes options.
    ///
    /// - Parameters:
    ///   - storage: The place the processes share.
    ///   - keySchema: How keys of the storage name the SDK key.
    ///   - timeout: How long a read or a write may take.
    ///   - electsOnePoller: Whether one process downloads for all.
    public init(
        _ storage: any SpecStorage, keySchema: StorageKey.Schema = .hash, timeout: Duration = .seconds(1),
        electsOnePoller: Bool = true
    ) {
        self.storage = storage
        self.keySchema = keySchema
        self.timeout = timeout
        self.electsOnePoller = electsOnePoller
    }
}
