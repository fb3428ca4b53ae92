// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How many changes a project may make through the Console API in a time.
public struct RateLimits: Sendable {
    /// A number of requests in a time.
    public struct Window: Sendable {
        /// How many requests.
        public var count: Int
        /// In how many seconds.
        public var seconds: Int

        /// Makes a window.
        ///
        /// - Parameters:
        ///   - count: How many requests.
        ///   - seconds: In how many seconds.
        public init(_ count: Int, perSeconds seconds: Int) {
            self.count = count
            self.seconds = seconds
        }
    }

    /// All of them hold.
    public var windows: [Window]

    /// Makes limits that all hold; none if there are no windows.
    ///
    /// - Parameter windows: The windows.
    public init(_ windows: [Window]) {
        self.windows = windows
    }

    /// What the Console API documents: 100 changes in 10 s and 900 in 15 minutes.
    public static let standard = RateLimits([Window(100, perSeconds: 10), Window(900, perSeconds: 900)])
    /// No limit.
    public static let none = RateLimits([])
}
