// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization

/// Keeps a data file to one process.
///
/// Keys are served from memory: what another process changed in the file would go unseen, a revocation above all.
final class DataFileLock: Sendable {
    struct Taken: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path): another console uses it" }
    }

    private let descriptor: Mutex<Int32>

    /// Takes a data file, by a file of its own beside it.
    ///
    /// - Parameter path: The data file; there has to be a folder for it.
    init(path: String) throws {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = close(descriptor)
            throw Taken(path: path)
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Lets others have the file.
    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { _ = close(descriptor) }
            descriptor = -1
        }
    }
}
