// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A secondary exposure that is logged by itself (Evaluation §23.5).
struct SecondaryEvent: Sendable {
    var exposure: SecondaryExposure
    var user: User
    var snapshot: Snapshot
    /// ms since 1970.
    var time: Int64
    var sampling: Exposure.Sampling?
}
