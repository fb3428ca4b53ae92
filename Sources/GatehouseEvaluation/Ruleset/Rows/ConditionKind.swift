// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where a condition takes its value from (Evaluation §6).
package enum ConditionKind: UInt8, BitwiseCopyable {
    case `public`
    case passGate, failGate
    case userField, userAgent, ipCountry
    case environmentField
    case currentTime
    case userBucket
    case unitID
    case targetApp
    case experimentGroup
    /// A type or an operator this engine, like the reference, doesn't know.
    case unsupported
}
