// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A place where the processes of a fleet share what one of them downloaded (Protocol §5).
///
/// Any number of clients may use the same storage at once. A call that takes longer than ``StorageOptions/timeout`` is given
/// up: its task is cancelled, and the next call may come before it has ended.
public protocol SpecStorage: Sendable {
    /// Reads what is stored under a key.
    ///
    /// - Parameter key: A key of ``StorageKey``: printable ASCII of less than 200 bytes.
    /// - Returns: The bytes as they were written, `nil` when there are none.
    /// - Throws: Any error when the storage can't tell.
    func read(_ key: String) async throws -> [UInt8]?

    /// Stores bytes under a key, in place of those before: readers see the old or the new ones, whole.
    ///
    /// - Parameters:
    ///   - bytes: What to store.
    ///   - key: A key of ``StorageKey``.
    /// - Throws: Any error when the bytes may not have been stored.
    func write(_ bytes: [UInt8], for key: String) async throws

    /// Gives connections back; called when a client shuts down. The storage may be used again afterwards.
    func close() async
}

extension SpecStorage {
    /// Does nothing.
    public func close() async {}
}
