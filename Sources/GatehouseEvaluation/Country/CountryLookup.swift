// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
