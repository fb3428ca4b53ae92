// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A download that failed, and when it makes sense to try again.
struct DownloadFailure: Error, Sendable, Equatable {
    enum Retry: Sendable, Equatable {
        /// It may heal in a moment.
        case soon
        /// It won't heal by asking again.
        case nextInterval
        /// The server says when.
        case after(Duration)
    }

    let error: SyncError
    let retry: Retry
}
