// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What is wrong with a file.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of what can be wrong.
    public enum Problem: Sendable, Equatable {
        /// Its bytes aren't those that were written.
        case damaged
        /// Others are at it for too long.
        case busy
        /// There are more bytes than such a file may have.
        case tooLong
        /// The system refuses, with this number of `errno`.
        case system(Int32)
    }

    /// Which file.
    public let path: String
    /// What kind of problem it is.
    public let problem: Problem
    /// What is wrong, for people.
    public let message: String

    init(_ path: String, _ problem: Problem, _ message: String) {
        self.path = path
        self.problem = problem
        self.message = message
    }

    /// The error that the last call of the system left in `errno`.
    init(_ path: String, cannot action: String) {
        let code = errno
        self.init(path, .system(code), "cannot be \(action): \(String(cString: strerror(code)))")
    }

    /// The file and what is wrong with it.
    public var description: String { "\(path) \(message)" }
}
