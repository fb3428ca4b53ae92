// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The content of ID list files.
public enum IDListContent {
    /// An id that every content contains.
    public static let member = "a-member"

    /// A list file: lines of `+` and the first eight characters of the Base64 of a SHA-256 digest.
    ///
    /// Only the first line is the hash of a text, that of ``member``; the others are random.
    ///
    /// - Parameter memberCount: How many members the list has, from 1 on.
    /// - Returns: The bytes of the list file.
    public static func bytes(memberCount: Int) -> [UInt8] {
        var random = RandomNumbers(seed: 1_000_000)
        var result: [UInt8] = []
        result.reserveCapacity(memberCount * 10)
        result += "+O0r8RWGO\n".utf8
        for _ in 1..<memberCount {
            var bits = random.next()
            result.append(UInt8(ascii: "+"))
            for _ in 0..<8 {
                result.append(alphabet[Int(bits & 63)])
                bits >>= 6
            }
            result.append(UInt8(ascii: "\n"))
        }
        return result
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
