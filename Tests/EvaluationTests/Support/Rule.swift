// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// A rule of a document in the making: by default it lets everybody pass.
struct Rule: Sendable {
    var id: String
    var conditions: [Condition]
    var percentage: Value
    var returns: Value
    var group: String?
    var isGroup: Bool?
    var delegate: String?
    var salt: String?
    var idType: String
    var samplingRate: Int64?

    init(
        _ id: String, _ conditions: Condition..., percentage: Value = 100, returns: Value = true, group: String? = nil,
        isGroup: Bool? = nil, delegate: String? = nil, salt: String? = nil, idType: String = "userID",
        samplingRate: Int64? = nil
    ) {
        self.id = id
        self.conditions = conditions
        self.percentage = percentage
        self.returns = returns
        self.group = group
        self.isGroup = isGroup
        self.delegate = delegate
        self.salt = salt
        self.idType = idType
        self.samplingRate = samplingRate
    }
}
