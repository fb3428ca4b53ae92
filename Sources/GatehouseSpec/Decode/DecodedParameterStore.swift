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
    case parameters, targetAppIDs, version, checksum

    static let table = MemberTable<StoreMember>(
        required: [("parameters", .parameters)],
        optional: [("targetAppIDs", .targetAppIDs), ("version", .version), ("checksum", .checksum)])
}

private enum ParameterMember {
    case refType, paramType, name
    case value, passValue, failValue, gateName, configName, paramName, experimentName, layerName

    static let table = MemberTable<ParameterMember>(
        required: [("ref_type", .refType), ("param_type", .paramType)], optional: [("name", .name)],
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
                case .checksum: _ = try reader.optionalString()
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
        if let value = members.value.content { return parameter(.static, value) }
        if let gate = members.gate.content, let pass = members.passValue.content, let fail = members.failValue.content {
            return parameter(.gate, of: gate, pass, otherwise: fail)
        }
        if let name = members.parameter.content {
            if let config = members.config.content { return parameter(.dynamicConfig, of: config, named: name) }
            if let experiment = members.experiment.content {
                return parameter(.experiment, of: experiment, named: name)
            }
            if let layer = members.layer.content { return parameter(.layer, of: layer, named: name) }
        }
        throw failure(
            """
            expected "value", or "gate_name" with "pass_value" and "fail_value", or "param_name" with "config_name", \
            "experiment_name" or "layer_name"
            """, at: start)
    }

    /// A member that only some sources have: it counts if it is there once and of the right type.
    private enum SourceMember<Content> {
        case absent
        case once(Content)
        case spoilt

        /// - Parameter found: `nil` for a value of the wrong type.
        mutating func add(_ found: Content?) {
            if case .absent = self, let found { self = .once(found) } else { self = .spoilt }
        }

        var content: Content? {
            if case .once(let content) = self { content } else { nil }
        }
    }

    private struct ParameterMembers {
        var refType = JSONString.empty
        var type = JSONString.empty
        var value = SourceMember<Text>.absent
        var passValue = SourceMember<Text>.absent
        var failValue = SourceMember<Text>.absent
        var gate = SourceMember<JSONString>.absent
        var config = SourceMember<JSONString>.absent
        var parameter = SourceMember<JSONString>.absent
        var experiment = SourceMember<JSONString>.absent
        var layer = SourceMember<JSONString>.absent
    }

    private mutating func parameterMembers() throws(DecodingFailure) -> ParameterMembers {
        var result = ParameterMembers()
        try members(of: ParameterMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .refType: result.refType = try reader.string()
            case .paramType: result.type = try reader.string()
            case .name: _ = try reader.optionalString()
            case .value: result.value.add(try reader.skipped())
            case .passValue: result.passValue.add(try reader.skipped())
            case .failValue: result.failValue.add(try reader.skipped())
            case .gateName: result.gate.add(try reader.stringIfAny())
            case .configName: result.config.add(try reader.stringIfAny())
            case .paramName: result.parameter.add(try reader.stringIfAny())
            case .experimentName: result.experiment.add(try reader.stringIfAny())
            case .layerName: result.layer.add(try reader.stringIfAny())
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
