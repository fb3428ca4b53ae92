// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// As the JSON object that it is; see ``Value`` for what becomes of its values.
///
/// Coders don't keep the order of members. Read ones are in alphabetical order.
extension Object: Codable {
    /// Reads an object.
    ///
    /// - Parameter decoder: Where it is.
    /// - Throws: `DecodingError` when it isn't an object of JSON.
    public init(from decoder: any Decoder) throws {
        try CodingDepth.check(decoder.codingPath)
        let container = try decoder.singleValueContainer()
        // As dictionary, since that is what key strategies leave alone.
        let members = try container.decode([String: Value].self)
        self.init(distinct: members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
    }

    /// Writes the object.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: `EncodingError` when the coder can't write it.
    public func encode(to encoder: any Encoder) throws {
        try CodingDepth.check(encoder.codingPath, of: self)
        var container = encoder.singleValueContainer()
        // Names that Swift calls equal though their bytes differ can't both be told to a coder.
        try container.encode(Dictionary(map { ($0.name, $0.value) }) { $1 })
    }
}
