// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A file as the system sees it, closed with its owner.
struct OpenFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    private init(_ path: String, _ descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens a regular file to read it, `nil` when there is none.
    static func toRead(_ path: String) throws(FileError) -> OpenFile? {
        // Without O_NONBLOCK a named pipe would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 && errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw FileError(path, cannot: "opened") }
        let file = OpenFile(path, descriptor)
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw FileError(path, .damaged, "isn't a regular file")
        }
        return file
    }

    /// Opens a file to lock or write it; it and its directory are made, for the owner only, when they are missing.
    static func toWrite(_ path: String) throws(FileError) -> OpenFile {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        var descriptor = open(path, flags, 0o600)
        if descriptor < 0 && errno == ENOENT {
            try makeDirectory(directory(of: path))
            descriptor = open(path, flags, 0o600)
        }
        guard descriptor >= 0 else { throw FileError(path, cannot: "opened for writing") }
        return OpenFile(path, descriptor)
    }

    /// The standard output, which stays open when the file is closed.
    static func standardOutput() throws(FileError) -> OpenFile {
        let descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw FileError("the standard output", cannot: "opened") }
        return OpenFile("the standard output", descriptor)
    }

    /// Opens a file next to `path` that no other process writes, to be renamed to `path` in the end.
    ///
    /// Names are numbered. The process that writes one holds a lock on it, which ends with the process at the latest, so a file left
    /// behind is used again.
    static func toReplace(_ path: String) throws(FileError) -> OpenFile {
        for number in 0..<64 {
            let file = try toWrite("\(path).\(number).tmp")
            // Its last owner may have renamed it meanwhile: then it is no longer the file of that name.
            if try file.tryLock(), file.isStillNamed { return file }
        }
        throw FileError(path, .busy, "cannot be written: 64 others are writing it")
    }

    // MARK: Content

    /// The length in bytes.
    func count() throws(FileError) -> Int { Int(try status().st_size) }

    /// Reads what comes next: `count` bytes, or fewer at the end of the file.
    func read(_ count: Int) throws(FileError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let step = systemRead(descriptor, base + filled, count - filled)
                if step > 0 {
                    filled += step
                } else if step == 0 {
                    break
                } else if errno != EINTR {
                    code = errno
                    break
                }
            }
        }
        guard code == 0 else {
            errno = code
            throw FileError(path, cannot: "read")
        }
        return bytes
    }

    /// Writes bytes after those before.
    func write(_ bytes: [UInt8]) throws(FileError) {
        let isWritten = bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let step = systemWrite(descriptor, rest.baseAddress, rest.count)
                if step < 0 && errno != EINTR { return false }
                rest = .init(rebasing: rest.dropFirst(max(step, 0)))
            }
            return true
        }
        guard isWritten else { throw FileError(path, cannot: "written") }
    }

    /// Goes to the end, so that what is written is appended.
    func seekToEnd() throws(FileError) {
        guard lseek(descriptor, 0, SEEK_END) >= 0 else { throw FileError(path, cannot: "appended to") }
    }

    /// Removes what comes after so many bytes.
    func shorten(to count: Int) throws(FileError) {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw FileError(path, cannot: "shortened") }
    }

    /// Waits until the bytes are on the disk.
    func synchronize() throws(FileError) {
        guard fsync(descriptor) == 0 else { throw FileError(path, cannot: "written to the disk") }
    }

    // MARK: Lock

    /// Locks the file until it is closed, unless another opening of it is locked.
    func tryLock() throws(FileError) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw FileError(path, cannot: "locked") }
        }
        return true
    }

    /// Locks the file until it is closed, as soon as no other opening of it is locked.
    func lock(within patience: Duration) throws(FileError) {
        let start = ContinuousClock.now
        while try !tryLock() {
            guard ContinuousClock.now - start < patience else {
                throw FileError(path, .busy, "has been locked for \(patience) by others")
            }
            usleep(2_000)
        }
    }

    private var isStillNamed: Bool {
        var (named, own) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && lstat(path, &named) == 0
            && named.st_ino == own.st_ino && named.st_dev == own.st_dev
    }

    // MARK: Name and time

    func rename(to target: String) throws(FileError) {
        guard systemRename(path, target) == 0 else { throw FileError(target, cannot: "replaced") }
    }

    func remove() {
        unlink(path)
    }

    /// The time of the last change in ms since 1970.
    func modificationTime() throws(FileError) -> Int64 {
        #if canImport(Darwin)
            let time = try status().st_mtimespec
        #else
            let time = try status().st_mtim
        #endif
        return OpenFile.milliseconds(time)
    }

    /// What changes when a file is edited or replaced.
    struct Stamp: Sendable, Equatable {
        var device: UInt64
        var number: UInt64
        var byteCount: Int
        /// The time of the last change of the content, in ms since 1970.
        var milliseconds: Int64
        /// Its part below a second, and that of the last change of the content or the file's other properties.
        var nanoseconds: Int
        var statusNanoseconds: Int
        var statusSeconds: Int
    }

    /// What the file is now.
    func stamp() throws(FileError) -> Stamp {
        let status = try status()
        #if canImport(Darwin)
            let (changed, touched) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (changed, touched) = (status.st_mtim, status.st_ctim)
        #endif
        return Stamp(
            device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(truncatingIfNeeded: status.st_ino),
            byteCount: Int(status.st_size), milliseconds: OpenFile.milliseconds(changed),
            nanoseconds: Int(changed.tv_nsec), statusNanoseconds: Int(touched.tv_nsec),
            statusSeconds: Int(touched.tv_sec))
    }

    /// A time of the file system, which may be any number, in ms since 1970.
    private static func milliseconds(_ time: timespec) -> Int64 {
        let (milliseconds, overflows) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000)
        return overflows ? (time.tv_sec < 0 ? .min : .max) : milliseconds &+ Int64(time.tv_nsec) / 1_000_000
    }

    private func status() throws(FileError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path, cannot: "looked at") }
        return status
    }

    // MARK: Without opening

    static func touch(_ path: String, at wallTime: Int64?) throws(FileError) {
        let result =
            if let wallTime {
                utimensat(
                    AT_FDCWD, path,
                    [timespec](
                        repeating: timespec(
                            tv_sec: Int(wallTime / 1_000), tv_nsec: Int(max(0, wallTime) % 1_000) * 1_000_000),
                        count: 2),
                    0)
            } else {
                utimensat(AT_FDCWD, path, nil, 0)
            }
        guard result == 0 else { throw FileError(path, cannot: "touched") }
    }

    /// Removes a file if there is one.
    static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError(path, cannot: "removed") }
    }

    /// Gives a file another name, in the place of what has it.
    static func move(_ path: String, to target: String) throws(FileError) {
        guard systemRename(path, target) == 0 else { throw FileError(target, cannot: "replaced") }
    }

    /// Makes a directory, and those above it, where they are missing.
    static func makeDirectory(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let parent = directory(of: path)
        guard errno == ENOENT, parent != path else { throw FileError(path, cannot: "made") }
        try makeDirectory(parent)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError(path, cannot: "made") }
    }

    private static func directory(of path: String) -> String {
        let trimmed = path.reversed().drop { $0 == "/" }
        let parent = trimmed.drop { $0 != "/" }.drop { $0 == "/" }
        if !parent.isEmpty { return String(parent.reversed()) }
        return path.hasPrefix("/") ? "/" : "."
    }
}

// Methods of the same names hide these.
private let systemRead = read
private let systemWrite = write
private let systemRename = rename

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
        /// There is no such file.
        case missing
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
