// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// Types that conform to `ParameterValue` as well are read as such, which needs no decoder.
extension ParameterReading {
    /// A parameter decoded as a type, `nil` when it is missing or doesn't fit.
    ///
    ///     struct Address: Decodable { var street: String; var city: String }
    ///     let address = config["address", as: Address.self]
    ///
    /// Each read decodes anew, which takes microseconds to milliseconds: read a large value once and keep it.
    @_disfavoredOverload
    public subscript<T: Decodable>(name: String, as type: T.Type) -> T? {
        read(name, as: type) { $0.decoded(as: type) }
    }

    /// A parameter decoded as the type of the default.
    ///
    /// Each read decodes anew, which takes microseconds to milliseconds: read a large value once and keep it.
    @_disfavoredOverload
    public subscript<T: Decodable>(name: String, default fallback: T) -> T {
        read(name, as: T.self) { $0.decoded(as: T.self) } ?? fallback
    }
}

extension Value {
    fileprivate func decoded<T: Decodable>(as type: T.Type) -> T? {
        try? JSONDecoder().decode(type, from: Data(jsonBytes))
    }
}
