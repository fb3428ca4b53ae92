// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Hashes of contents.
enum Digest {
    /// The SHA-256 digest in hexadecimal.
    static func hexadecimal(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = sha256(bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// 64 bits of the digest as a decimal number, the form of checksums in documents.
    static func number(of bytes: [UInt8]) -> String {
        String(SHA256.prefix64(bytes.span))
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] { SHA256.digest(bytes.span) }
}

/// Random IDs that can't be guessed and don't repeat.
enum RandomID {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    /// 22 letters and digits.
    static func make() -> String {
        String((0..<22).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}

/// An ID that is compared by its bytes.
///
/// The engine hashes bytes, so `é` as one scalar and as two are different IDs, although strings call them equal.
struct ExactID: Hashable, Comparable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactID, right: ExactID) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    static func < (left: ExactID, right: ExactID) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(text.utf8.count)
    }
}

extension String {
    /// Whether the text has control characters: the database would end it at a NUL.
    var hasControlCharacters: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
