// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
public import GatehouseEvaluation

extension ParameterizedResult {
    /// The whole value as a type of your own.
    ///
    ///     struct Pricing: Decodable { var price: Double; var currency: String }
    ///     let pricing = try client.dynamicConfig("pricing", for: user).decode(as: Pricing.self)
    ///
    /// - Parameter type: A type that can be decoded from the value's JSON.
    /// - Throws: `DecodingError` when the value doesn't fit, as that of an unknown entity, which is empty.
    public func decode<T: Decodable>(as type: T.Type = T.self) throws -> T {
        let json = evaluation.reason == .unrecognized ? "{}" : self.json
        return try JSONDecoder().decode(type, from: Data(json.utf8))
    }
}
