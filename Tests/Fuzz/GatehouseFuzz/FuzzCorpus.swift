// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The documents and users that mutations start from.
struct FuzzCorpus {
    private(set) var documents: [[UInt8]] = []
    private(set) var users: [[UInt8]] = []

    /// How many users of a file are taken; they resemble each other.
    private static let usersPerFile = 40

    /// - Parameter directory: A directory with further files, searched to the bottom.
    init(directory: String?) {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")
        read(fixtures)
        if let directory { read(URL(filePath: directory)) }
    }

    private mutating func read(_ directory: URL) {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        // In a fixed order, so that an iteration finds the same files again.
        let urls = (files?.allObjects ?? []).compactMap { $0 as? URL }.sorted { $0.path < $1.path }
        for url in urls {
            let name = url.lastPathComponent
            if name == "spec.json.gz" || (name.hasPrefix("sample-dcs") && name.hasSuffix(".json")) {
                if let bytes = FuzzCorpus.content(of: url) { documents.append(bytes) }
            } else if name == "users.jsonl.gz" || name == "users.jsonl" {
                let lines = (FuzzCorpus.content(of: url) ?? []).split(separator: UInt8(ascii: "\n"))
                users += lines.prefix(FuzzCorpus.usersPerFile).map(Array.init)
            }
        }
    }

    private static func content(of url: URL) -> [UInt8]? {
        guard url.pathExtension == "gz" else { return (try? Data(contentsOf: url)).map(Array.init) }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", url.path]
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? Array(data) : nil
    }
}
