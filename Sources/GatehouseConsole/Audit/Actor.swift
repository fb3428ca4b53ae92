// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Who changes something.
struct Actor: Sendable {
    /// The ID of the console key that was used, `nil` for the process itself.
    let id: String?
    let name: String

    /// The process that the console runs in.
    static let process = Actor(id: nil, name: "gatehouse")

    init(_ key: Key) {
        id = key.id
        name = "CONSOLE API (\(key.mask))"
    }

    private init(id: String?, name: String) {
        self.id = id
        self.name = name
    }
}
