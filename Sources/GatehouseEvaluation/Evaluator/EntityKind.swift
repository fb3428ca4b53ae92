// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What is asked for.
///
/// Dynamic configs and experiments share their names.
public enum EntityKind: String, Sendable, CaseIterable {
    /// A feature gate, segment or holdout.
    case gate
    /// A dynamic config.
    case dynamicConfig = "dynamic_config"
    /// An experiment or autotune.
    case experiment
    /// A layer.
    case layer
}

/// Whether an evaluation came to a result.
package enum Recognition: UInt8, BitwiseCopyable {
    case recognized
    /// There is nothing by that name.
    case unrecognized
    /// Gates, delegates or mappings nest deeper than ``Limits`` allow, for example in a circle.
    case tooDeep
}

/// Restricts an evaluation to one class of rules, to check whether a sticky value still holds (Evaluation §18.4).
package enum RuleFilter: UInt8, BitwiseCopyable {
    case none, targetingOnly, overridesOnly

    @inline(__always)
    func admits(_ rule: RuleRow) -> Bool {
        switch self {
        case .none: true
        case .targetingOnly: rule.ruleClass == .targeting
        case .overridesOnly: rule.ruleClass == .override
        }
    }
}
