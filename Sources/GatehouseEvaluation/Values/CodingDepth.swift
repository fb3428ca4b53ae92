// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The bound on nesting of values that coders read and write, which is that of JSON text.
enum CodingDepth {
    /// - Parameter path: Where an array or object starts that is to be read.
    static func check(_ path: [any CodingKey]) throws {
        guard path.count < JSONReader.maximumDepth else {
            throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: message))
        }
    }

    /// - Parameters:
    ///   - path: Where an array or object starts that is to be written.
    ///   - value: The array or object.
    static func check(_ path: [any CodingKey], of value: Any) throws {
        guard path.count < JSONReader.maximumDepth else {
            throw EncodingError.invalidValue(value, EncodingError.Context(codingPath: path, debugDescription: message))
        }
    }

    private static var message: String { "nests deeper than \(JSONReader.maximumDepth) levels" }
}
