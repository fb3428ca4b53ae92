// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Texts about keys that may be shown and logged.
enum KeyMask {
    private static let shownCount = 5

    /// A secret's prefix and first five characters, with stars for the rest.
    ///
    /// Anything that doesn't begin like a secret is stars altogether.
    static func mask(_ secret: String) -> String {
        guard let prefix = KeyType.allCases.map(\.secretPrefix).first(where: { secret.hasPrefix($0) }) else {
            return "*****"
        }
        let shown = secret.dropFirst(prefix.count).prefix(shownCount)
        // Of a text as short as this the stars would hide nothing.
        guard secret.count >= prefix.count + 2 * shownCount else { return prefix + "*****" }
        return prefix + shown.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } + "*****"
    }

    /// A text with everything in it masked that could be a secret.
    static func redact(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            if let prefix = KeyType.allCases.map(\.secretPrefix).first(where: { rest.hasPrefix($0) }) {
                let end = rest.dropFirst(prefix.count).firstIndex { !($0.isLetter || $0.isNumber) } ?? rest.endIndex
                result += mask(String(rest[..<end]))
                rest = rest[end...]
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
