// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport

/// Small documents, each with a time and a checksum.
enum Documents {
    /// A document with a gate that is `on` or `off` for everyone.
    static func document(time: UInt64, checksum: String? = nil, isOn: Bool = true) -> String {
        var document = DocumentBuilder(time: time)
        if let checksum { document.members["checksum"] = .string(checksum) }
        document.gate("a_gate", .init("rule-\(time)", .everyone, percentage: isOn ? 100 : 0), version: 1)
        return document.text
    }

    /// A document with a gate `in_<list>` for each list, which passes the users in it.
    static func segments(_ lists: String...) -> String {
        var document = DocumentBuilder(time: 1)
        for list in lists {
            document.gate(
                "in_\(list)", .init("rule", .unit("userID", "in_segment_list", .string(list))), version: 1)
        }
        return document.text
    }

    /// A document with an active experiment whose one group is named after the document's time.
    static func experiment(time: UInt64) -> String {
        var document = DocumentBuilder(time: time)
        document.experiment(
            "an_experiment",
            .init(
                "rule-\(time)", .everyone, returns: ["n": .integer(Int64(time))], group: "group \(time)", isGroup: true),
            members: ["isActive": true, "hasSharedParams": false, "version": 1])
        return document.text
    }
}
