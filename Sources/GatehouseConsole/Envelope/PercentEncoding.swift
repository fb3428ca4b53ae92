// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding of path segments and query values.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Encodes everything but letters, digits and `-._~`.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let character = Unicode.Scalar(byte)
            let isPlain =
                character.isASCII && (character.properties.isAlphabetic || (0x30...0x39).contains(byte))
                || "-._~".unicodeScalars.contains(character)
            if isPlain {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
