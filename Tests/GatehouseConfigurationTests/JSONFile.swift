// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation

/// JSON in a file, read as services do.
enum JSONFile {
    static func provider(_ json: String) async throws -> FileProvider<JSONSnapshot> {
        let file = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString).json")
        try Data(json.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let path = InMemoryProvider(values: ["filePath": ConfigValue(.string(file.path), isSecret: false)])
        return try await FileProvider<JSONSnapshot>(config: ConfigReader(provider: path))
    }

    static func reader(_ json: String) async throws -> ConfigReader {
        ConfigReader(provider: try await provider(json)).scoped(to: "gatehouse")
    }
}
