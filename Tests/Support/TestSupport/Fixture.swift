// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files of the repository's `fixtures` folder, read in place.
public enum Fixture {
    /// Why a fixture can't be read.
    public struct Failure: Error, CustomStringConvertible {
        /// The file and what is wrong with it.
        public let description: String
    }

    private static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "fixtures")

    /// The absolute path of a fixture, for commands that read it themselves.
    ///
    /// - Parameter name: The path inside of the folder, for example `sample/sample-dcs-v2.json`.
    /// - Returns: The path.
    public static func path(_ name: String) -> String {
        directory.appending(path: name).path
    }

    /// The names of the files and folders in a folder, in order; none when there is no such folder.
    ///
    /// - Parameter name: The path inside of the folder, for example `conformance`.
    /// - Returns: The names, in order.
    public static func names(in name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? []).sorted()
    }

    /// A fixture's bytes, decompressed when its name ends with `.gz`.
    ///
    /// - Parameter name: The path inside of the folder, for example `conformance/syn_core_1/spec.json.gz`.
    /// - Throws: ``Failure`` when there is no such file or it isn't what its name says.
    /// - Returns: The bytes.
    public static func bytes(_ name: String) throws -> [UInt8] {
        let url = directory.appending(path: name)
        guard name.hasSuffix(".gz") else {
            guard let data = try? Data(contentsOf: url) else {
                throw Failure(description: "\(url.path): not readable")
            }
            return Array(data)
        }
        return try decompressed(url)
    }

    /// A fixture's lines, empty ones left out.
    ///
    /// - Parameter name: The path inside of the folder, for example `conformance/syn_core_1/users.jsonl.gz`.
    /// - Throws: ``Failure`` when there is no such file or it isn't what its name says.
    /// - Returns: The lines, without their ends.
    public static func lines(_ name: String) throws -> [[UInt8]] {
        try bytes(name).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    private static func decompressed(_ url: URL) throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", url.path]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(url.path): not readable by gzip") }
        return Array(data)
    }
}
