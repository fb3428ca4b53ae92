// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The system calls of the command.
enum System {
    static let standardInput: Int32 = 0
    static let standardOutput: Int32 = 1
    static let standardError: Int32 = 2

    static func exit(_ code: Int32) -> Never {
        Foundation.exit(code)
    }

    /// The text of the error of the last system call.
    static var lastError: String { String(cString: strerror(errno)) }

    /// Opens a file for reading.
    ///
    /// - Returns: The descriptor, `nil` after a failure.
    static func open(_ path: String) -> Int32? {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        return descriptor < 0 ? nil : descriptor
    }

    static func close(_ descriptor: Int32) {
        _ = Foundation.close(descriptor)
    }

    /// Reads some bytes.
    ///
    /// - Returns: The number of bytes, 0 at the end, `nil` after a failure.
    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while true {
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { return nil }
        }
    }

    /// Writes all bytes.
    ///
    /// - Throws: ``CommandFailure/brokenPipe`` when the reader has closed the pipe, ``CommandFailure/input(_:)`` otherwise.
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws(CommandFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno == EPIPE {
                throw .brokenPipe
            } else if errno != EINTR {
                throw .input("standard output: \(lastError)")
            }
        }
    }

    /// The size of a regular file in bytes, `nil` for pipes and devices.
    static func byteCount(of descriptor: Int32) -> Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// The names of the entries of a folder, sorted.
    static func entries(ofFolder path: String) throws(CommandFailure) -> [String] {
        guard let folder = opendir(path) else { throw .input("\(path): \(lastError)") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The place of a file for messages, whatever folder the command runs in.
    static func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether a path is a folder itself, and not a link to one.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Lets the process open as many files as the system allows it, up to a number.
    static func raiseOpenFileLimit(to count: UInt64) {
        var files = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &files) == 0, files.rlim_cur < count else { return }
        files.rlim_cur = min(files.rlim_max, rlim_t(count))
        _ = setrlimit(resource, &files)
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The width of the terminal that a descriptor is connected to, in columns; `nil` without a terminal.
    static func columnCount(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    static func environmentVariable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
