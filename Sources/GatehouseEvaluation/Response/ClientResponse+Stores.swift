// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Parameter stores (Evaluation §21.5).
extension ClientResponse {
    mutating func writeParameterStores() {
        for index in program.pointee.parameterStoreRows.indices {
            let store = program.pointee.parameterStoreRows[index]
            guard options.parameterStores?.contains(store.pointee.name) ?? true,
                app.sees(store.pointee.targetAppIDs)
            else { continue }
            beginMember()
            let start = writer.bytes.count
            names.write(parameterStore: index, into: &writer)
            writer.raw(":{")
            for parameter in store.pointee.parameters { write(parameter) }
            writer.raw("}")
            note(from: start)
        }
    }

    private mutating func write(_ parameter: ParameterStoreRow.Parameter) {
        beginMember()
        writer.string(parameter.name)
        writer.raw(":{\"name\":")
        writer.string(parameter.name)
        writer.raw(",\"ref_type\":")
        writer.string(parameter.refType)
        writer.raw(",\"param_type\":")
        writer.string(parameter.type)
        switch parameter.source {
        case .static:
            writer.raw(",\"value\":")
            writer.compact(parameter.value)
        case .gate:
            writer.raw(",\"gate_name\":")
            names.write(gate: parameter.entity, into: &writer)
            writer.raw(",\"pass_value\":")
            writer.compact(parameter.value)
            writer.raw(",\"fail_value\":")
            writer.compact(parameter.failValue)
        case .dynamicConfig:
            writer.raw(",\"config_name\":")
            names.write(config: parameter.entity, into: &writer)
        case .experiment:
            writer.raw(",\"experiment_name\":")
            names.write(config: parameter.entity, into: &writer)
        case .layer:
            writer.raw(",\"layer_name\":")
            names.write(name: parameter.entity, into: &writer)
        }
        if !parameter.parameter.isMissing {
            writer.raw(",\"param_name\":")
            writer.string(parameter.parameter)
        }
        writer.raw("}")
    }
}
