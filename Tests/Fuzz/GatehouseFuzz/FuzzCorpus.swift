// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The documents and users that mutations start from.
struct FuzzCorpus {
    private(set) var documents: [[UInt8]] = []
    private(set) var users: [[UInt8]] = []

    /// The number of users read from one file, whose users resemble each other.
    private static let usersPerFile = 40

    /// - Parameter directory: A directory with further files, searched recursively.
    init(directory: String?) {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")
        read(fixtures)
        if let directory { read(URL(filePath: directory)) }
    }

    private mutating func read(_ directory: URL) {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        // In a fixed order, so that an iteration can be replayed.
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
        // Foundation's Process leaks, which the address sanitizer would report.
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
