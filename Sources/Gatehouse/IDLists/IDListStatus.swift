// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The state of a client's ID lists.
public struct IDListStatus: Sendable, Equatable, Encodable {
    /// How many lists there are, those that can't be renewed at the moment included.
    public internal(set) var listCount = 0
    /// How many ids the lists hold together.
    public internal(set) var memberCount = 0
    /// The memory that the lists take together, in bytes.
    public internal(set) var memoryByteCount = 0
    /// When all lists were last found up to date: ms since 1970; `nil` if they never were.
    public internal(set) var lastSuccess: Int64?
    /// The last thing that failed, even if it works again.
    public internal(set) var lastError: SyncError?
    /// How many lists couldn't be renewed the last time; they stay as they were.
    public internal(set) var failingListCount = 0
    /// The names of those lists, the first ten in alphabetical order.
    public internal(set) var failingLists: [String] = []

    /// How many names ``failingLists`` has at most.
    static let maximumFailingLists = 10
}
