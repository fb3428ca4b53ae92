// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A parameter store as decoded (Evaluation §1.7).
struct DecodedParameterStore {
    struct Parameter {
        var name: JSONString
        var refType: JSONString
        var type: JSONString
        var source: ParameterStoreRow.Source
        var entity: JSONString?
        var parameter: JSONString?
        var value = Text.missing
        var failValue = Text.missing
    }

    var name: JSONString
    var parameters: [Parameter] = []
    var targetAppIDs: [JSONString]?
    var version: UInt32?
}

private enum StoreMember {
    case parameters, targetAppIDs, version

    static let table = MemberTable<StoreMember>(
        required: [("parameters", .parameters)], optional: [("targetAppIDs", .targetAppIDs), ("version", .version)])
}

private enum ParameterMember {
    case refType, paramType, value, passValue, failValue, gateName, configName, paramName, experimentName, layerName

    static let table = MemberTable<ParameterMember>(
        required: [("ref_type", .refType), ("param_type", .paramType)],
        repeatable: [
            ("value", .value), ("pass_value", .passValue), ("fail_value", .failValue), ("gate_name", .gateName),
            ("config_name", .configName), ("param_name", .paramName), ("experiment_name", .experimentName),
            ("layer_name", .layerName),
        ])
}

extension DocumentReader {
    /// Decodes the parameter stores by name; a fault in one of them spoils the document.
    mutating func parameterStores() throws(DecodingFailure) -> [DecodedParameterStore] {
        if try isNull() { return [] }
        var result: [DecodedParameterStore] = []
        try members { (reader, name) throws(DecodingFailure) in
            var store = DecodedParameterStore(name: name)
            try reader.members(of: StoreMember.table) { (reader, member) throws(DecodingFailure) in
                switch member {
                case .parameters:
                    try reader.members { (reader, name) throws(DecodingFailure) in
                        store.parameters.append(try reader.parameter(named: name))
                    }
                case .targetAppIDs: store.targetAppIDs = try reader.optionalStrings()
                case .version: store.version = try reader.optionalVersion()
                }
            }
            result.append(store)
        }
        return result
    }

    /// Decodes a parameter, whose source follows from its members and not from its `ref_type`.
    private mutating func parameter(
        named name: JSONString
    ) throws(DecodingFailure) -> DecodedParameterStore.Parameter {
        let start = position
        // The reference buffers a parameter with all its members, so that those it doesn't know have to be readable too.
        let members = try readable { (reader) throws(DecodingFailure) in try reader.parameterMembers() }
        func parameter(
            _ source: ParameterStoreRow.Source, of entity: JSONString? = nil, named parameter: JSONString? = nil,
            _ value: Text = .missing, otherwise failValue: Text = .missing
        ) -> DecodedParameterStore.Parameter {
            DecodedParameterStore.Parameter(
                name: name, refType: members.refType, type: members.type, source: source, entity: entity,
                parameter: parameter, value: value, failValue: failValue)
        }
        if let value = members.value { return parameter(.static, value) }
        if let gate = members.gate, let pass = members.passValue, let fail = members.failValue {
            return parameter(.gate, of: gate, pass, otherwise: fail)
        }
        if let name = members.parameter {
            if let config = members.config { return parameter(.dynamicConfig, of: config, named: name) }
            if let experiment = members.experiment { return parameter(.experiment, of: experiment, named: name) }
            if let layer = members.layer { return parameter(.layer, of: layer, named: name) }
        }
        throw failure(
            """
            expected "value", or "gate_name" with "pass_value" and "fail_value", or "param_name" with "config_name", \
            "experiment_name" or "layer_name"
            """, at: start)
    }

    /// The members of a parameter; of those that only some sources have, the last one counts, and only if it is of the
    /// right type.
    private struct ParameterMembers {
        var refType = JSONString.empty
        var type = JSONString.empty
        var value: Text?
        var passValue: Text?
        var failValue: Text?
        var gate: JSONString?
        var config: JSONString?
        var parameter: JSONString?
        var experiment: JSONString?
        var layer: JSONString?
    }

    private mutating func parameterMembers() throws(DecodingFailure) -> ParameterMembers {
        var result = ParameterMembers()
        try members(of: ParameterMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .refType: result.refType = try reader.string()
            case .paramType: result.type = try reader.string()
            case .value: result.value = try reader.skipped()
            case .passValue: result.passValue = try reader.skipped()
            case .failValue: result.failValue = try reader.skipped()
            case .gateName: result.gate = try reader.stringIfAny() ?? result.gate
            case .configName: result.config = try reader.stringIfAny() ?? result.config
            case .paramName: result.parameter = try reader.stringIfAny() ?? result.parameter
            case .experimentName: result.experiment = try reader.stringIfAny() ?? result.experiment
            case .layerName: result.layer = try reader.stringIfAny() ?? result.layer
            }
        }
        return result
    }

    /// A string, or `nil` for a value of another kind, which is skipped.
    private mutating func stringIfAny() throws(DecodingFailure) -> JSONString? {
        if try kind() == .string { return try string() }
        try skip()
        return nil
    }
}
