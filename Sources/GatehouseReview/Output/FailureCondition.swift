// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What makes a comparison of two documents fail.
public enum FailureCondition: Sendable, Hashable {
    /// Any difference.
    case change
    /// A change with this risk.
    case risk(Risk)
    /// More than this share of users, 0 to 1, move or lose what they have of one entity.
    case share(lost: Bool, above: Double)

    /// Reads a condition: `change`, the name of a risk, `loss>1%` or `moved>5%`; `nil` for any other text.
    ///
    /// - Parameter text: The text.
    public init?(_ text: String) {
        if text == "change" {
            self = .change
        } else if let risk = Risk(rawValue: text) {
            self = .risk(risk)
        } else {
            let parts = text.split(separator: ">", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "loss" || parts[0] == "moved", parts[1].hasSuffix("%"),
                let percentage = Double(parts[1].dropLast()), (0...100).contains(percentage)
            else { return nil }
            self = .share(lost: parts[0] == "loss", above: percentage / 100)
        }
    }

    /// Whether the condition needs users.
    public var needsUsers: Bool {
        if case .share = self { true } else { false }
    }

    /// Why the condition holds, a line for each reason; none if it doesn't hold.
    ///
    /// - Parameters:
    ///   - difference: How the documents differ.
    ///   - radius: Who changes.
    /// - Returns: The reasons.
    public func reasons(_ difference: DocumentDifference, _ radius: BlastRadius?) -> [String] {
        switch self {
        case .change: return difference.isEmpty ? [] : ["change: the documents differ"]
        case .risk(let risk):
            let document = difference.document.filter { $0.risk == risk }.map { "\(risk.rawValue): document: \($0)" }
            return document
                + difference.entities.filter { $0.risks.contains(risk) }.map { "\(risk.rawValue): \($0.entity)" }
        case .share(let lost, let bound):
            guard let radius else { return [] }
            return radius.impacts.compactMap { impact in
                let share = Proportion(lost ? impact.lost : impact.moved, of: radius.users).share
                guard share > bound else { return nil }
                let what = lost ? "loss" : "moved"
                return "\(what): \(impact.entity): \(share.percentOfOne) of users, more than \(bound.percentOfOne)"
            }
        }
    }
}
