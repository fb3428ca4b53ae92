// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseStatistics

/// A simulation as text.
public struct SimulationReport: Sendable {
    private let simulation: Simulation
    private let file: String

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - simulation: The simulation.
    ///   - file: The document's file, which annotations name.
    public init(_ simulation: Simulation, file: String) {
        self.simulation = simulation
        self.file = file
    }

    private static let shownOutcomes = 10

    /// The deviations in one line each.
    public var deviationLines: [String] {
        simulation.deviations.map { entity, ratio in "\(entity): \(SimulationReport.line(ratio))" }
    }

    /// The report.
    ///
    /// - Parameter format: How to write it; the format `github` has only what deviates and users without units.
    /// - Returns: Lines, each with a line feed.
    public func text(_ format: ReviewFormat) -> String {
        switch format {
        case .text: plainText
        case .json: json.description + "\n"
        case .markdown: markdown
        case .github:
            (missingLines.map { Annotation(level: .notice, file: file, title: "units", message: $0).text }
                + deviationLines.map {
                    Annotation(level: .warning, file: file, title: "distribution", message: $0).text
                })
                .joined()
        }
    }

    private var missingLines: [String] {
        simulation.usersWithoutUnit.map { type, count in
            let share = Proportion(count, of: simulation.users).share.percentOfOne
            return "\(count) of \(simulation.users) users (\(share)) have no \(type), so they share one bucket"
        }
    }

    private static func line(_ ratio: Simulation.Ratio) -> String {
        let total = ratio.parts.reduce(0) { $0 + $1.units }
        let parts = ratio.parts.map { part in
            "\(part.name) \(Proportion(part.units, of: total).share.percentOfOne) of \(part.share.percentOfOne)"
        }
        let list = parts.prefix(shownOutcomes).joined(separator: ", ")
        let rest = parts.count > shownOutcomes ? ", … and \(parts.count - shownOutcomes) more" : ""
        return "\(ratio.subject) by \(ratio.idType), \(total) units: \(list)\(rest)\(test(ratio))"
    }

    private static func test(_ ratio: Simulation.Ratio) -> String {
        guard let test = ratio.test else { return "" }
        if test.verdict == .waiting { return " (too few units for a test)" }
        return " (χ² \(test.statistic.shortNumber), p \(test.pValue.shortNumber))"
    }

    private func outcomes(_ distribution: Simulation.Distribution) -> String {
        let parts = distribution.outcomes.prefix(SimulationReport.shownOutcomes).map { outcome in
            "\(outcome.name) \(Proportion(outcome.count, of: simulation.users).share.percentOfOne)"
        }
        let rest = distribution.outcomes.count - SimulationReport.shownOutcomes
        return parts.joined(separator: ", ") + (rest > 0 ? ", … and \(rest) more" : "")
    }

    private var plainText: String {
        var lines = ["\(simulation.users) users"] + missingLines
        for distribution in simulation.distributions {
            lines.append("\(distribution.entity): \(outcomes(distribution))")
            lines += distribution.ratios.map { "  \(SimulationReport.line($0))" }
        }
        let deviations = deviationLines
        if !deviations.isEmpty { lines += ["deviates from what was promised:"] + deviations.map { "  \($0)" } }
        return lines.map { SafeText.oneLine($0) + "\n" }.joined()
    }

    private var json: Value {
        let entities = simulation.distributions.map { distribution -> Value in
            [
                "kind": .string(distribution.entity.kind), "name": .string(distribution.entity.name),
                "outcomes": .array(
                    distribution.outcomes.map { ["name": .string($0.name), "count": .integer(Int64($0.count))] }),
                "ratios": .array(distribution.ratios.map { json($0) }),
            ]
        }
        return [
            "users": .integer(Int64(simulation.users)),
            "without_unit": .array(
                simulation.usersWithoutUnit.map { ["id_type": .string($0.idType), "count": .integer(Int64($0.count))] }),
            "entities": .array(entities), "deviations": .array(deviationLines.map { .string($0) }),
        ]
    }

    private func json(_ ratio: Simulation.Ratio) -> Value {
        var object: Object = [
            "subject": .string(ratio.subject), "id_type": .string(ratio.idType),
            "parts": .array(
                ratio.parts.map {
                    ["name": .string($0.name), "units": .integer(Int64($0.units)), "promised": .double($0.share)]
                }),
        ]
        if let test = ratio.test {
            object["statistic"] = .double(test.statistic)
            object["p_value"] = .double(test.pValue)
            object["verdict"] = .string(test.verdict.rawValue)
        }
        return .object(object)
    }

    private var markdown: String {
        func safe(_ text: String) -> String { SafeText.markdown(text) }
        var lines = ["### Simulation of \(simulation.users) users", ""]
        lines += missingLines.map { "- \(safe($0))" }
        let deviations = deviationLines
        if deviations.isEmpty {
            lines.append("All shares are as promised.")
        } else {
            lines += ["Deviates from what was promised:", ""] + deviations.map { "- \(safe($0))" }
        }
        lines += ["", "| entity | users get |", "|---|---|"]
        for distribution in simulation.distributions {
            lines.append("| \(safe("\(distribution.entity)")) | \(safe(outcomes(distribution))) |")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension Double {
    /// The number with about four digits.
    fileprivate var shortNumber: String {
        guard isFinite, self != 0 else { return "\(self)" }
        if magnitude < 1e-4 || magnitude >= 1e15 { return "\(self)" }
        return "\((self * 10_000).rounded() / 10_000)"
    }
}
