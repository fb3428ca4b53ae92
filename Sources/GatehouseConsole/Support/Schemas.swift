// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The JSON schemas that the API's description is made of.
enum Schemas {
    static let string: Value = ["type": "string"]
    static let object: Value = ["type": "object"]

    static func text(longest: Int) -> Value { ["type": "string", "maxLength": .integer(Int64(longest))] }

    static func integer(_ range: ClosedRange<Int>) -> Value {
        [
            "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ]
    }

    static func words<T: CaseIterable & RawRepresentable>(of type: T.Type) -> Value where T.RawValue == String {
        ["type": "string", "enum": .array(T.allCases.map { .string($0.rawValue) })]
    }

    static func array(_ items: Value, most: Int? = nil) -> Value {
        var object: Object = ["type": "array", "items": items]
        object["maxItems"] = most.map { .integer(Int64($0)) }
        return .object(object)
    }

    static func object(_ properties: Object, required: [String] = []) -> Value {
        var object: Object = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { object["required"] = .array(required.map(Value.string)) }
        return .object(object)
    }

    /// Either what a schema says or `null`.
    static func nullable(_ schema: Value) -> Value { ["anyOf": [schema, ["type": "null"]]] }
}

/// A schema that requests are checked against, prepared once for many requests.
struct RequestSchema: Sendable {
    let value: Value
    /// The members that may be `null`.
    private let nullable: Set<String>

    init(_ value: Value) {
        self.value = value
        let properties = value.object?["properties"]?.object ?? [:]
        nullable = Set(
            properties.filter { SchemaCheck.errors(.null, $0.value, at: $0.name).isEmpty }.map(\.name))
    }

    /// The body without the members that are `null` where that has no meaning: clients write it for what they leave out.
    func withoutNulls(_ body: Object) -> Object {
        guard body.contains(where: { $0.value == .null && !nullable.contains($0.name) }) else { return body }
        return Object(distinct: body.filter { $0.value != .null || nullable.contains($0.name) })
    }
}
