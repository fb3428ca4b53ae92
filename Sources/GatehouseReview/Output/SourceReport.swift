// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A scan as text.
public struct SourceReport: Sendable {
    private let scan: SourceScan
    private let file: String

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - scan: The scan.
    ///   - file: The document's file, which annotations of unmentioned entities name.
    public init(_ scan: SourceScan, file: String) {
        self.scan = scan
        self.file = file
    }

    /// The findings in one line.
    public var summary: String {
        "\(scan.unmentioned.count) not mentioned, \(scan.unknownMentions.count) unknown, \(scan.fileCount) files"
    }

    /// The report.
    ///
    /// - Parameter format: How to write it.
    /// - Returns: Lines, each with a line feed; no lines without findings in the formats `text` and `github`.
    public func text(_ format: ReviewFormat) -> String {
        let unused = scan.unmentioned
        switch format {
        case .text:
            let lines =
                unused.map { "\(file): \($0): no source mentions it" }
                + scan.unknownMentions.map { "\($0.file):\($0.line): the document has no \($0.kind) \"\($0.name)\"" }
            return lines.map { SafeText.oneLine($0) + "\n" }.joined()
        case .json:
            let value: Value = [
                "unmentioned": .array(unused.map { ["kind": .string($0.kind), "name": .string($0.name)] }),
                "unknown": .array(
                    scan.unknownMentions.map {
                        [
                            "kind": .string($0.kind), "name": .string($0.name), "file": .string($0.file),
                            "line": .integer(Int64($0.line)),
                        ]
                    }),
                "files": .integer(Int64(scan.fileCount)),
            ]
            return value.description + "\n"
        case .markdown:
            func safe(_ text: String) -> String { SafeText.markdown(text) }
            var lines = ["### Flags in sources: \(summary)", ""]
            lines += unused.map { "- \(safe("\($0)")): no source mentions it" }
            lines += scan.unknownMentions.map {
                "- \(safe("\($0.file):\($0.line)")): the document has no \($0.kind) \(safe($0.name))"
            }
            return lines.map { $0 + "\n" }.joined()
        case .github:
            let notices = unused.map {
                Annotation(level: .notice, file: file, title: "\($0)", message: "no source mentions it").text
            }
            let errors = scan.unknownMentions.map { mention in
                Annotation(
                    level: .error, file: mention.file, line: mention.line, title: mention.kind,
                    message: "the document has no \(mention.kind) \"\(mention.name)\""
                ).text
            }
            return (errors + notices).joined()
        }
    }
}
