// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A two-letter country code such as `US`.
///
/// The code is kept as written: no letter case is changed, and no list of assigned codes is consulted.
public struct CountryCode: Sendable, Hashable, CustomStringConvertible {
    private let first: UInt8
    private let second: UInt8

    /// Creates a code from its text; nil unless the text is exactly two ASCII letters or digits.
    public init?(_ text: String) {
        var bytes = text.utf8.makeIterator()
        guard let first = bytes.next(), let second = bytes.next(), bytes.next() == nil else { return nil }
        self.init(first, second)
    }

    /// Creates a code from its two bytes; nil unless both are ASCII letters or digits.
    init?(_ first: UInt8, _ second: UInt8) {
        guard Self.isAlphanumeric(first), Self.isAlphanumeric(second) else { return nil }
        self.first = first
        self.second = second
    }

    /// The two characters of the code.
    public var description: String {
        String(unsafeUninitializedCapacity: 2) { buffer in
            _ = buffer.initialize(from: [first, second])
            return 2
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
