// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A step from a value to one inside of it; rendered only when something is wrong.
enum PathStep {
    case member(JSONString)
    case literal(StaticString)
    case index(Int)

    static func render(_ steps: [PathStep]) -> String {
        var result = ""
        for step in steps {
            switch step {
            case .index(let index): result += "[\(index)]"
            case .literal(let name): result += result.isEmpty ? "\(name)" : ".\(name)"
            case .member(let name):
                let text = name.string
                let shown = text.count > 60 ? text.prefix(59) + "…" : text[...]
                result += result.isEmpty ? "\(shown)" : ".\(shown)"
            }
        }
        return result
    }
}
