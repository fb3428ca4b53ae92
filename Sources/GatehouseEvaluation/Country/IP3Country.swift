// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
