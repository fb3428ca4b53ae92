// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

/// Lines of list files.
enum ListLine {
    /// A line that adds an id.
    static func add(_ id: String) -> String { "+\(hash(id))\n" }

    /// Lines that add ids.
    static func add(_ ids: String...) -> String { ids.map { "+\(hash($0))\n" }.joined() }

    /// A line that removes an id.
    static func remove(_ id: String) -> String { "-\(hash(id))\n" }

    /// The eight characters of an id.
    static func hash(_ id: String) -> String {
        let bits = IDHash(hashing: Array(id.utf8).span).bits
        return String(decoding: characters(of: bits), as: UTF8.self)
    }

    /// The eight characters of 48 bits.
    static func characters(of bits: UInt64) -> [UInt8] {
        (0..<8).map { alphabet[Int(bits >> (42 - 6 * $0) & 63)] }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}

extension IDLists {
    /// Which of some ids a list has; `nil` for a list that isn't there.
    func members(of name: String, among ids: [String]) -> Set<String>? {
        self[name].map { list in Set(ids.filter { list.contains($0) }) }
    }
}
