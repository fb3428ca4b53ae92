// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Testing

/// A disk that is full soon, gone with its last reference.
public final class SmallDisk: Sendable {
    /// Only root may mount one, and not everywhere.
    public static let isPossible = (try? SmallDisk(kibibytes: 16)) != nil
    /// Why a test is skipped without one.
    public static let whyNot: Comment = "a small disk can't be mounted here"

    /// The path of the disk.
    public let path: String
    private let kibibytes: Int

    /// Mounts a disk.
    ///
    /// - Parameter kibibytes: Its size.
    /// - Throws: An error if it can't be mounted.
    public init(kibibytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "gatehouse-disk-\(UUID().uuidString)").path
        self.kibibytes = kibibytes
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard SmallDisk.run("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    deinit {
        _ = SmallDisk.run("umount", "-l", path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file on the disk.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Leaves so much room of an empty disk.
    public func fill(exceptKibibytes rest: Int) throws {
        let path = path("ballast")
        guard FileManager.default.createFile(atPath: path, contents: Data(count: (kibibytes - rest) << 10)) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Leaves no room, whatever is on the disk.
    public func fill() throws {
        guard let file = fopen(path("ballast"), "w") else { throw CocoaError(.fileWriteUnknown) }
        defer { fclose(file) }
        setvbuf(file, nil, _IONBF, 0)
        let piece = [UInt8](repeating: 1, count: 4096)
        while fwrite(piece, 1, piece.count, file) == piece.count {}
    }

    /// Makes room again.
    public func clear() throws {
        try FileManager.default.removeItem(atPath: path("ballast"))
    }

    private static func run(_ command: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
