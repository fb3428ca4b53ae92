// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Small files with secrets, which only their owner may read.
package enum PrivateFile {
    private static let maximumBytes = 4096

    /// Reads a file.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its bytes, `nil` if it doesn't exist.
    /// - Throws: ``StorageError`` when it can't be read, is too large, or others than its owner have permissions on it.
    package static func read(_ path: String) throws(StorageError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw StorageError(path: path, reason: lastError)
        }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageError(path: path, reason: lastError) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StorageError(path: path, reason: "isn't a file") }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw StorageError(
                path: path, reason: "has the mode \(mode), so others may read the secret in it: chmod 600 \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let read = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress.map { $0 + count }, room)
            }
            if read < 0 {
                if errno == EINTR { continue }
                throw StorageError(path: path, reason: lastError)
            }
            if read == 0 { return Array(bytes[..<count]) }
            count += read
        }
        throw StorageError(path: path, reason: "is larger than \(maximumBytes) bytes")
    }

    /// Creates a file that only its owner may read.
    ///
    /// - Parameters:
    ///   - path: The file, which mustn't exist.
    ///   - bytes: Its content.
    /// - Throws: ``StorageError`` when it can't be written; no part of it stays then.
    package static func create(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(path: path, reason: lastError) }
        var written = 0
        var failure: String?
        while written < bytes.count, failure == nil {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count >= 0 { written += count } else if errno != EINTR { failure = lastError }
        }
        if failure == nil, fsync(descriptor) != 0 { failure = lastError }
        if close(descriptor) != 0, failure == nil { failure = lastError }
        guard let failure else { return }
        _ = unlink(path)
        throw StorageError(path: path, reason: failure)
    }

    /// Whether there is a file or a folder.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static var lastError: String { String(cString: strerror(errno)) }
}
