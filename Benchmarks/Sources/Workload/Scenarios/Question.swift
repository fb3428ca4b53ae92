// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// One way to ask for one entity.
struct Question: Sendable {
    let entity: NamedEntity
    /// Whether a gate is only checked, without the details of a result.
    var isCheck = false

    /// What is measured of every kind, as cheaply as an application would ask for it.
    static let all: [Question] =
        NamedEntity.gates.map { Question(entity: $0, isCheck: true) }
        + [NamedEntity.config, .experiment, .layer].map { Question(entity: $0) }

    /// Results with their details, of the gates.
    static let detailed: [Question] = NamedEntity.gates.map { Question(entity: $0) }

    /// The name of the scenario.
    var name: String {
        isCheck ? entity.rawValue.replacingPrefix("gate_", with: "check_") : entity.rawValue
    }

    var summary: String {
        isCheck ? "checkGate of \(entity.rawValue)" : "the whole result of \(entity.rawValue)"
    }

    /// Asks for each of several users in turn, `count` times altogether; says how often the answer was yes.
    ///
    /// The kinds have loops of their own, so that no choice between them is measured.
    func ask(_ project: LoadedProject, count: Int, _ user: (Int) -> User) -> Int {
        let ruleset = project.ruleset
        let context = project.context
        let name = entity.rawValue
        var yes = 0
        switch entity {
        case .config:
            for turn in 0..<count where ruleset.dynamicConfig(name, for: user(turn), in: context).version == 4 {
                yes += 1
            }
        case .experiment, .layerExperiment:
            for turn in 0..<count where ruleset.experiment(name, for: user(turn), in: context).isUserInExperiment {
                yes += 1
            }
        case .layer:
            for turn in 0..<count where ruleset.layer(name, for: user(turn), in: context).isUserInExperiment {
                yes += 1
            }
        default:
            if isCheck {
                for turn in 0..<count where ruleset.checkGate(name, for: user(turn), in: context) { yes += 1 }
            } else {
                for turn in 0..<count where ruleset.gate(name, for: user(turn), in: context).value { yes += 1 }
            }
        }
        return yes
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
