// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The difference of two documents, and who changes, as text.
public struct DifferenceReport: Sendable {
    private let difference: DocumentDifference
    private let radius: BlastRadius?
    private let isSample: Bool
    private let file: String

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - difference: How the documents differ.
    ///   - radius: Who changes, `nil` if no user was counted.
    ///   - isSample: Whether the users are a sample, so that shares have intervals.
    ///   - file: The new document's file, which annotations name.
    public init(_ difference: DocumentDifference, _ radius: BlastRadius? = nil, isSample: Bool = false, file: String) {
        self.difference = difference
        self.radius = radius
        self.isSample = isSample
        self.file = file
    }

    /// The report.
    ///
    /// - Parameter format: How to write it.
    /// - Returns: Lines, each with a line feed; no lines if nothing differs in the formats `text` and `github`.
    public func text(_ format: ReviewFormat) -> String {
        switch format {
        case .text: plainText
        case .json: json.description + "\n"
        case .markdown: markdown
        case .github: annotations.map(\.text).joined()
        }
    }

    /// The differences in one line, for example `1 entity added, 2 changed, risks: loss, reshuffle`.
    public var summary: String {
        let states = EntityDifference.State.allCases.compactMap { state -> String? in
            let count = difference.entities.count { $0.state == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        var parts = states.isEmpty ? [] : ["entities: \(states.joined(separator: ", "))"]
        if !difference.document.isEmpty { parts.append("document: \(difference.document.count) changed") }
        let risks = difference.risks
        if !risks.isEmpty { parts.append("risks: \(risks.map(\.rawValue).joined(separator: ", "))") }
        return parts.isEmpty ? "no difference" : parts.joined(separator: "; ")
    }

    private func share(_ count: Int, of total: Int) -> String {
        let proportion = Proportion(count, of: total)
        var text = "\(count) of \(total) users (\(proportion.share.percentOfOne)"
        if isSample {
            let interval = proportion.interval
            text += ", 95 % interval \(interval.lower.percentOfOne) to \(interval.upper.percentOfOne)"
        }
        return text + ")"
    }

    private func impactLines(_ impact: BlastRadius.Impact, _ radius: BlastRadius) -> [String] {
        var lines = ["\(share(impact.moved, of: radius.users)) get another value"]
        if impact.lost > 0 { lines.append("\(share(impact.lost, of: radius.users)) lose what they have") }
        if impact.exposures > 0 { lines.append("\(share(impact.exposures, of: radius.users)) have another exposure") }
        if impact.allocations > 0 {
            lines.append("\(share(impact.allocations, of: radius.users)) are allocated to another experiment")
        }
        return lines
    }

    private func riskMark(_ risk: Risk?) -> String { risk.map { " [\($0.rawValue): \($0.note)]" } ?? "" }

    // MARK: - Text

    private var plainText: String {
        var lines: [String] = []
        for change in difference.document { lines.append("document: \(change)\(riskMark(change.risk))") }
        for entity in difference.entities {
            let risk = entity.state == .removed ? riskMark(.removal) : ""
            lines.append("\(entity.entity): \(entity.state.rawValue)\(risk)")
            for change in entity.changes { lines.append("  \(change)\(riskMark(change.risk))") }
        }
        if !difference.isEmpty { lines.append(summary) }
        if let radius {
            lines.append("\(share(radius.moved, of: radius.users)) get another value of an entity")
            for impact in radius.impacts { appendText(impact, radius, to: &lines) }
        }
        return lines.map { SafeText.oneLine($0) + "\n" }.joined()
    }

    private static let shownTransitions = 10

    private func appendText(_ impact: BlastRadius.Impact, _ radius: BlastRadius, to lines: inout [String]) {
        lines.append("\(impact.entity)")
        lines += impactLines(impact, radius).map { "  \($0)" }
        let transitions = impact.transitions
        for transition in transitions.prefix(DifferenceReport.shownTransitions) {
            lines.append("  \(transition.before) → \(transition.after): \(transition.count)")
            for example in transition.examples { lines.append("    \(example.user)") }
        }
        let rest = transitions.count - DifferenceReport.shownTransitions
        if rest > 0 { lines.append("  … and \(rest) more kinds of changes") }
        guard let example = transitions.first?.examples.first else { return }
        let (before, after) = radius.explanations(impact, for: example.user)
        for (title, text) in [("before", before), ("after", after)] where !text.isEmpty {
            lines.append("    \(title), for the first of them:")
            lines += text.split(separator: "\n").map { "      \($0)" }
        }
    }

    // MARK: - JSON

    private var json: Value {
        var report: Object = [
            "document": .array(difference.document.map(\.json)),
            "entities": .array(
                difference.entities.map { entity in
                    [
                        "kind": .string(entity.entity.kind), "name": .string(entity.entity.name),
                        "state": .string(entity.state.rawValue),
                        "risks": .array(entity.risks.map { .string($0.rawValue) }),
                        "changes": .array(entity.changes.map(\.json)),
                    ]
                }),
            "risks": .array(difference.risks.map { .string($0.rawValue) }),
        ]
        if let radius { report["users"] = json(radius) }
        return .object(report)
    }

    private func json(_ radius: BlastRadius) -> Value {
        let impacts = radius.impacts.map { impact -> Value in
            var object: Object = [
                "kind": .string(impact.entity.kind), "name": .string(impact.entity.name),
                "moved": json(impact.moved, of: radius.users), "lost": json(impact.lost, of: radius.users),
                "exposures": json(impact.exposures, of: radius.users),
                "allocations": json(impact.allocations, of: radius.users),
            ]
            object["transitions"] = .array(
                impact.transitions.map { transition in
                    [
                        "before": .string(transition.before), "after": .string(transition.after),
                        "count": .integer(Int64(transition.count)),
                        "examples": .array(transition.examples.map { json($0, impact, radius) }),
                    ]
                })
            return .object(object)
        }
        return [
            "total": .integer(Int64(radius.users)), "sampled": .bool(isSample),
            "moved": json(radius.moved, of: radius.users),
            "entities": .array(impacts),
        ]
    }

    private func json(_ example: BlastRadius.Example, _ impact: BlastRadius.Impact, _ radius: BlastRadius) -> Value {
        let (before, after) = radius.explanations(impact, for: example.user)
        return [
            "index": .integer(Int64(example.index)), "user": .string(example.user.description),
            "before": .string(before), "after": .string(after),
        ]
    }

    private func json(_ count: Int, of total: Int) -> Value {
        let proportion = Proportion(count, of: total)
        var object: Object = ["count": .integer(Int64(count)), "share": .double(proportion.share)]
        if isSample {
            object["interval"] = [.double(proportion.interval.lower), .double(proportion.interval.upper)]
        }
        return .object(object)
    }

    // MARK: - Markdown

    private var markdown: String {
        func safe(_ text: String) -> String { SafeText.markdown(text) }
        if difference.isEmpty { return "### Flags: no difference\n" }
        var lines = ["### Flags: \(safe(summary))", ""]
        for change in difference.document { lines.append("- document: \(safe("\(change)\(riskMark(change.risk))"))") }
        for entity in difference.entities {
            let risk = entity.state == .removed ? riskMark(.removal) : ""
            lines.append("- **\(safe("\(entity.entity)"))**: \(entity.state.rawValue)\(safe(risk))")
            for change in entity.changes { lines.append("  - \(safe("\(change)\(riskMark(change.risk))"))") }
        }
        guard let radius else { return lines.map { $0 + "\n" }.joined() }
        lines += [
            "", "#### Who changes", "",
            "\(safe(share(radius.moved, of: radius.users))) get another value of an entity.", "",
        ]
        guard !radius.impacts.isEmpty else { return lines.map { $0 + "\n" }.joined() }
        lines += ["| entity | from | to | users |", "|---|---|---|---|"]
        for impact in radius.impacts {
            let name = safe("\(impact.entity)")
            lines.append("| **\(name)** | | | \(safe(impactLines(impact, radius).joined(separator: "; "))) |")
            for transition in impact.transitions.prefix(DifferenceReport.shownTransitions) {
                lines.append(
                    "| \(name) | \(safe(transition.before)) | \(safe(transition.after)) | \(transition.count) |")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - Annotations

    private var annotations: [Annotation] {
        func level(_ risk: Risk?) -> Annotation.Level { risk == nil ? .notice : .warning }
        var annotations = difference.document.map {
            Annotation(level: level($0.risk), file: file, title: "document", message: "\($0)\(riskMark($0.risk))")
        }
        for entity in difference.entities {
            let title = "\(entity.entity)"
            if entity.changes.isEmpty {
                let risk = entity.state == .removed ? Risk.removal : nil
                annotations.append(
                    Annotation(
                        level: level(risk), file: file, title: title,
                        message: "\(entity.state.rawValue)\(riskMark(risk))"))
            }
            annotations += entity.changes.map {
                Annotation(level: level($0.risk), file: file, title: title, message: "\($0)\(riskMark($0.risk))")
            }
        }
        guard let radius else { return annotations }
        for impact in radius.impacts {
            annotations.append(
                Annotation(
                    level: impact.lost > 0 ? .warning : .notice, file: file, title: "\(impact.entity)",
                    message: impactLines(impact, radius).joined(separator: "; ")))
        }
        return annotations
    }
}

extension Change {
    fileprivate var json: Value {
        var object: Object = ["code": .string(code.rawValue)]
        if let place { object["place"] = .string(place) }
        object["before"] = before.map { .string($0) } ?? .null
        object["after"] = after.map { .string($0) } ?? .null
        if let risk { object["risk"] = .string(risk.rawValue) }
        return .object(object)
    }
}
