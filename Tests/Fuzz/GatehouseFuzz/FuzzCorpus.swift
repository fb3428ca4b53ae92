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
        // Not through Foundation's Process, whose leak would be all that the address sanitizer has to tell.
        let quoted = url.path.replacing("'", with: "'\\''")
        guard let pipe = popen("gzip -dc '\(quoted)'", "r") else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return pclose(pipe) == 0 ? bytes : nil
    }
}
