// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A layer: parameters that its experiments set, each for the users in its buckets.
struct Layer: TypedResource {
    struct Parameter: Record {
        struct Members: Sendable {
            let name = Member<String>("name", default: "")
            let type = Member<ParameterType>("type", default: .object)
            let defaultValue = Member<Value>("defaultValue", default: .null)
            /// For users whom a holdout holds out, `nil` for the default.
            let holdoutValue = Member<Value?>("holdoutValue")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    struct Members: Sendable {
        let parameters = Member<[Parameter]>("parameters", default: [])
    }
    static let type = ResourceType.layers
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    /// The parameters' values when no experiment sets them.
    var defaults: Object { Object(self.parameters.map { ($0.name, $0.defaultValue) }) }

    /// The parameters' values for held-out users.
    var heldOut: Object { Object(self.parameters.map { ($0.name, $0.holdoutValue ?? $0.defaultValue) }) }
}

/// The kind of a parameter's values.
enum ParameterType: String, CaseIterable, JSONRepresentable {
    case string, number, boolean, object, array

    /// The kind of a value.
    init(of value: Value) {
        switch value {
        case .bool: self = .boolean
        case .string: self = .string
        case .array: self = .array
        case .object, .null: self = .object
        case .integer, .unsigned, .double: self = .number
        }
    }

    /// The JSON schema of values of the kind.
    var schema: Value { ["type": json] }
}
