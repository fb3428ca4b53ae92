// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where and how much a client keeps of events that aren't delivered yet.
///
/// Batches are written before they are sent and removed when they have been. A later start of any client with the same
/// directory sends what is left. Processes may share a directory: each takes a part of it.
public struct SpoolOptions: Sendable {
    /// The directory, made for the owner only when it is missing.
    ///
    /// Its files hold events, and so what users are known by, though never their private attributes.
    public var directory: String
    /// The most bytes of one client's batches on disk, 256 MiB unless told.
    ///
    /// Beyond that the oldest batch is dropped.
    public var maximumBytes: Int

    /// Makes options.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - maximumBytes: The most bytes on disk.
    public init(directory: String, maximumBytes: Int = 256 << 20) {
        self.directory = directory
        self.maximumBytes = maximumBytes
    }
}
