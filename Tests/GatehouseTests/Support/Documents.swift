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
