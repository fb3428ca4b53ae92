// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A Unicode property both sides know, in the spelling PCRE2 takes.
struct PatternProperty: Sendable {
    /// The text between the braces of `\p{…}`.
    let name: String
    /// What to match instead where case is ignored; `nil` if that changes nothing.
    var closedUnderCase: String? { PatternPropertyNames.closedUnderCase(name) }

    /// Resolves the name between the braces of `\p{…}`; `nil` if there is no such property.
    init?(_ text: String) {
        let parts = Self.split(text)
        let value = Self.normalized(parts.value)
        guard let key = parts.key else {
            self.init(lone: value)
            return
        }
        switch Self.normalized(key) {
        case "gc", "generalcategory": self.init(category: value)
        case "sc", "script": self.init(script: value, extensions: false)
        case "scx", "scriptextensions": self.init(script: value, extensions: true)
        default: return nil
        }
    }

    private init(name: String) {
        self.name = name
    }

    private init?(lone value: String) {
        if PatternPropertyNames.binary.contains(value) {
            self.init(name: PatternPropertyNames.binaryAliases[value] ?? value)
        } else if PatternPropertyNames.categories[value] != nil {
            self.init(category: value)
        } else {
            self.init(script: value, extensions: false)
        }
    }

    private init?(category value: String) {
        guard let known = PatternPropertyNames.categories[value] else { return nil }
        self.init(name: known)
    }

    private init?(script value: String, extensions: Bool) {
        // PCRE2 decides whether the script exists; only characters that can't end the escape may reach it.
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
        self.init(name: (extensions ? "scx:" : "sc:") + value)
    }

    /// Splits at `!=`, `:` or `=`, in this order of preference.
    ///
    /// The reference reads `!=` but then forgets the negation, so it means the same as `=`.
    private static func split(_ text: String) -> (key: String?, value: String) {
        let bytes = Array(text.utf8)
        func parts(at index: Int, skipping count: Int) -> (key: String?, value: String) {
            let key = String(decoding: bytes[..<index], as: UTF8.self)
            return (key, String(decoding: bytes[(index + count)...], as: UTF8.self))
        }
        for index in bytes.indices.dropLast() where bytes[index] == 0x21 && bytes[index + 1] == 0x3D {
            return parts(at: index, skipping: 2)
        }
        if let index = bytes.firstIndex(of: 0x3A) ?? bytes.firstIndex(of: 0x3D) {
            return parts(at: index, skipping: 1)
        }
        return (nil, text)
    }

    /// Loose matching of names: case, blanks, `-`, `_` and a leading `is` don't count.
    static func normalized(_ text: String) -> String {
        var bytes = Array(text.utf8)
        let hasPrefix = bytes.count >= 2 && bytes[0] | 0x20 == 0x69 && bytes[1] | 0x20 == 0x73
        if hasPrefix { bytes.removeFirst(2) }
        let kept = bytes.lazy.filter { $0 < 0x80 && $0 != 0x20 && $0 != 0x5F && $0 != 0x2D }
            .map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let result = String(decoding: Array(kept), as: UTF8.self)
        // "isc" is a name of its own, not "c" with a prefix.
        return hasPrefix && result == "c" ? "isc" : result
    }
}
