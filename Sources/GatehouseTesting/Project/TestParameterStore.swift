// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A parameter store of a ``TestProject``.
///
///     TestParameterStore("theme", ["title": .value("Hello"), "dark": .gate("dark_mode", pass: true, fail: false)])
public struct TestParameterStore: Sendable {
    /// The source of a parameter's value.
    public struct Parameter: Sendable {
        let members: Object

        /// The same value for all users.
        ///
        /// - Parameter value: The value.
        /// - Returns: The parameter.
        public static func value(_ value: Value) -> Parameter {
            Parameter(members: ["ref_type": "static", "param_type": type(of: value), "value": value])
        }

        /// A gate's answer.
        ///
        /// - Parameters:
        ///   - name: The gate.
        ///   - pass: The value of users who pass.
        ///   - fail: The value of users who don't.
        /// - Returns: The parameter.
        public static func gate(_ name: String, pass: Value, fail: Value) -> Parameter {
            Parameter(members: [
                "ref_type": "gate", "param_type": type(of: pass), "gate_name": .string(name), "pass_value": pass,
                "fail_value": fail,
            ])
        }

        /// A value of a dynamic config.
        ///
        /// - Parameters:
        ///   - name: The config.
        ///   - parameter: The value's name.
        /// - Returns: The parameter.
        public static func config(_ name: String, _ parameter: String) -> Parameter {
            reference("dynamic_config", "config_name", name, parameter)
        }

        /// A parameter of an experiment.
        ///
        /// - Parameters:
        ///   - name: The experiment.
        ///   - parameter: The parameter's name.
        /// - Returns: The parameter.
        public static func experiment(_ name: String, _ parameter: String) -> Parameter {
            reference("experiment", "experiment_name", name, parameter)
        }

        /// A parameter of a layer.
        ///
        /// - Parameters:
        ///   - name: The layer.
        ///   - parameter: The parameter's name.
        /// - Returns: The parameter.
        public static func layer(_ name: String, _ parameter: String) -> Parameter {
            reference("layer", "layer_name", name, parameter)
        }

        private static func reference(
            _ kind: String, _ member: String, _ name: String, _ parameter: String
        ) -> Parameter {
            Parameter(members: [
                "ref_type": .string(kind), "param_type": "string", member: .string(name),
                "param_name": .string(parameter),
            ])
        }

        // Nothing but a client response repeats it.
        private static func type(of value: Value) -> Value {
            switch value {
            case .bool: "boolean"
            case .integer, .unsigned, .double: "number"
            case .array: "array"
            case .object: "object"
            case .string, .null: "string"
            }
        }
    }

    let name: String
    let parameters: [(name: String, parameter: Parameter)]

    /// Makes a parameter store.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - parameters: Its parameters by name.
    public init(_ name: String, _ parameters: KeyValuePairs<String, Parameter>) {
        self.name = name
        self.parameters = parameters.map { (name: $0.key, parameter: $0.value) }
    }
}
