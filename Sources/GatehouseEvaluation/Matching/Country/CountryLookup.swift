// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A two-letter country code such as `US`.
///
/// The code is stored as written: no letter case is changed, and no list of assigned codes is consulted.
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

/// A source of countries for IPv4 addresses.
///
/// The engine calls a lookup from whichever thread evaluates, possibly from many at once, and waits for the answer: a
/// conforming type must be safe to call concurrently and should not block.
public protocol CountryLookup: Sendable {
    /// Returns the country of an IPv4 address, or nil when it is unknown.
    ///
    /// - Parameter address: The address as a number, most significant octet first: 10.0.0.1 is `0x0A00_0001`.
    /// - Returns: The ISO 3166-1 alpha-2 code, or nil when the lookup knows no country for the address.
    func country(ofIPv4 address: UInt32) -> CountryCode?
}

/// The country lookup that is built into the package.
///
/// It answers from a table embedded in the library, the same data that the reference SDK embeds: nothing is loaded,
/// decoded or allocated, a value has no state, and any number of threads may use it at once. A lookup takes well under
/// a microsecond.
public struct IP3Country: CountryLookup {
    /// Creates a lookup at no cost.
    public init() {}

    /// Returns the country of an IPv4 address, or nil when the table has none for it.
    ///
    /// - Parameter address: The address as a number, most significant octet first: 10.0.0.1 is `0x0A00_0001`.
    /// - Returns: The ISO 3166-1 alpha-2 code, or nil for addresses without a country, such as private ones.
    public func country(ofIPv4 address: UInt32) -> CountryCode? {
        guard let table = CountryTable(), let number = table.codeNumber(ofIPv4: address) else { return nil }
        return table.code(number)
    }
}
