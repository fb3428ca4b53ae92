// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The functions of the C library's mathematics that the module uses, none of which touches global state.
enum CMath {
    static func exp(_ x: Double) -> Double {
        #if canImport(Darwin)
            Darwin.exp(x)
        #elseif canImport(Musl)
            Musl.exp(x)
        #else
            Glibc.exp(x)
        #endif
    }

    static func log(_ x: Double) -> Double {
        #if canImport(Darwin)
            Darwin.log(x)
        #elseif canImport(Musl)
            Musl.log(x)
        #else
            Glibc.log(x)
        #endif
    }

    static func log1p(_ x: Double) -> Double {
        #if canImport(Darwin)
            Darwin.log1p(x)
        #elseif canImport(Musl)
            Musl.log1p(x)
        #else
            Glibc.log1p(x)
        #endif
    }

    static func pow(_ x: Double, _ y: Double) -> Double {
        #if canImport(Darwin)
            Darwin.pow(x, y)
        #elseif canImport(Musl)
            Musl.pow(x, y)
        #else
            Glibc.pow(x, y)
        #endif
    }

    /// The complementary error function.
    static func erfc(_ x: Double) -> Double {
        #if canImport(Darwin)
            Darwin.erfc(x)
        #elseif canImport(Musl)
            Musl.erfc(x)
        #else
            Glibc.erfc(x)
        #endif
    }

    /// The gamma function Γ.
    ///
    /// `lgamma` is avoided: it writes the global `signgam`.
    static func gamma(_ x: Double) -> Double {
        #if canImport(Darwin)
            Darwin.tgamma(x)
        #elseif canImport(Musl)
            Musl.tgamma(x)
        #else
            Glibc.tgamma(x)
        #endif
    }
}
