// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Documents with one gate, `on` or `off` for everybody, each with a time and a checksum.
enum Documents {
    static func document(time: UInt64, checksum: String? = nil, isOn: Bool = true) -> String {
        """
        {"dynamic_configs":{},"layer_configs":{},"layers":{},"experiment_to_layer":{},"has_updates":true,"time":\(time),\
        "checksum":"\(checksum ?? String(time))","condition_map":{"everyone":{"type":"public","targetValue":null,\
        "operator":null,"field":null,"additionalValues":{},"idType":"userID"}},"feature_gates":{"a_gate":{\
        "type":"feature_gate","salt":"salt","enabled":true,"defaultValue":false,"entity":"feature_gate",\
        "idType":"userID","version":1,"rules":[{"name":"r","passPercentage":\(isOn ? 100 : 0),"conditions":["everyone"],\
        "returnValue":true,"id":"rule-\(time)","salt":"s","idType":"userID"}]}}}
        """
    }
}

extension Documents {
    /// A document with a gate `in_<list>` for each list, on for those who are in it.
    static func segments(_ lists: String...) -> String {
        let conditions = lists.map { list in
            """
            "\(list)":{"type":"unit_id","targetValue":"\(list)","operator":"in_segment_list","field":null,\
            "additionalValues":{},"idType":"userID"}
            """
        }
        let gates = lists.map { list in
            """
            "in_\(list)":{"type":"feature_gate","salt":"salt","enabled":true,"defaultValue":false,\
            "entity":"feature_gate","idType":"userID","version":1,"rules":[{"name":"r","passPercentage":100,\
            "conditions":["\(list)"],"returnValue":true,"id":"rule","salt":"s","idType":"userID"}]}
            """
        }
        return """
            {"dynamic_configs":{},"layer_configs":{},"layers":{},"experiment_to_layer":{},"has_updates":true,"time":1,\
            "checksum":"1","condition_map":{\(conditions.joined(separator: ","))},\
            "feature_gates":{\(gates.joined(separator: ","))}}
            """
    }
}

extension Documents {
    /// A document with an active experiment whose one group is named after the document's time.
    static func experiment(time: UInt64) -> String {
        """
        {"feature_gates":{},"layer_configs":{},"layers":{},"experiment_to_layer":{},"has_updates":true,"time":\(time),\
        "checksum":"\(time)","condition_map":{"everyone":{"type":"public","targetValue":null,"operator":null,\
        "field":null,"additionalValues":{},"idType":"userID"}},"dynamic_configs":{"an_experiment":{\
        "type":"dynamic_config","salt":"salt","enabled":true,"defaultValue":{},"entity":"experiment","isActive":true,\
        "hasSharedParams":false,"idType":"userID","version":1,"rules":[{"name":"r","groupName":"group \(time)",\
        "passPercentage":100,"conditions":["everyone"],"returnValue":{"n":\(time)},"id":"rule-\(time)","salt":"s",\
        "idType":"userID","isExperimentGroup":true}]}}}
        """
    }
}
