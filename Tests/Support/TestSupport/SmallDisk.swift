// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A disk that is full soon, gone with its last reference.
final class SmallDisk: Sendable {
    /// Only root may mount one, and not everywhere.
    static let isPossible = (try? SmallDisk(kibibytes: 16)) != nil
    static let whyNot: Comment = "a small disk can't be mounted here"

    private let folder: TemporaryFolder
    private let kibibytes: Int

    init(kibibytes: Int) throws {
        folder = try TemporaryFolder()
        self.kibibytes = kibibytes
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard SmallDisk.run("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    deinit {
        _ = SmallDisk.run("umount", "-l", path)
    }

    var path: String { folder.path("disk") }

    /// The path of a file on the disk.
    func path(_ name: String) -> String { folder.path("disk/\(name)") }

    /// Leaves so much room.
    func fill(exceptKibibytes rest: Int) throws {
        let path = path("ballast")
        guard FileManager.default.createFile(atPath: path, contents: Data(count: (kibibytes - rest) << 10)) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Makes room again.
    func clear() throws {
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
