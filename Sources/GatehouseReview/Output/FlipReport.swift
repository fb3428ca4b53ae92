// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// The explanation of an answer, with the changes that give another one, as text.
public struct FlipReport: Sendable {
    private let explanation: Explanation
    private let search: FlipSearch?
    private let file: String

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - explanation: The steps of the evaluation.
    ///   - search: The search for changes, `nil` if there was none.
    ///   - file: The document's file, which annotations name.
    public init(_ explanation: Explanation, _ search: FlipSearch?, file: String) {
        self.explanation = explanation
        self.search = search
        self.file = file
    }

    /// The report.
    ///
    /// - Parameter format: How to write it.
    /// - Returns: Lines, each with a line feed.
    public func text(_ format: ReviewFormat) -> String {
        let steps = explanation.text.split(separator: "\n").map { SafeText.oneLine(String($0)) }
        switch format {
        case .text: return (steps + flipLines).map { SafeText.oneLine($0) + "\n" }.joined()
        case .json: return json.description + "\n"
        case .markdown:
            // Four spaces make code, in which nothing is markup.
            let lines =
                steps.map { "    \($0)" } + (flipLines.isEmpty ? [] : [""])
                + flipLines.map { SafeText.markdown($0) + "  " }
            return lines.map { $0 + "\n" }.joined()
        case .github:
            return (steps.suffix(1) + flipLines).map {
                Annotation(level: .notice, file: file, title: explanation.name, message: $0).text
            }.joined()
        }
    }

    private var flipLines: [String] {
        guard let search else { return [] }
        let end = search.isExhaustive ? "" : " (not all values were tried: \(search.evaluationCount) evaluations)"
        guard let count = search.flips.first?.count else {
            return ["no changes of up to \(FlipSearch.maximumChanges) attributes give another answer\(end)"]
        }
        let heading = count == 1 ? "another answer with 1 change:" : "another answer with \(count) changes:"
        return [heading + end] + search.flips.map { "  " + $0.map(\.description).joined(separator: ", ") }
    }

    private var json: Value {
        var object: Object = ["explanation": Value(canonical: explanation.json)]
        if let search {
            object["flips"] = .array(
                search.flips.map { changes in
                    .array(
                        changes.map { change in
                            [
                                "attribute": .string(change.attribute.description), "before": change.before ?? .null,
                                "after": change.after ?? .null,
                            ]
                        })
                })
            object["is_exhaustive"] = .bool(search.isExhaustive)
            object["evaluations"] = .integer(Int64(search.evaluationCount))
        }
        return .object(object)
    }
}

extension Value {
    /// The value of an explanation's JSON.
    fileprivate init(canonical json: String) {
        self = Value(json: Array(json.utf8)) ?? .string(json)
    }
}
