// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The findings of ``DocumentLint`` as text.
public struct LintReport: Sendable {
    private let findings: [LintFinding]
    private let file: String

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - findings: The findings.
    ///   - file: The document's file.
    public init(_ findings: [LintFinding], file: String) {
        self.findings = findings
        self.file = file
    }

    /// The number of findings by severity, for example `1 error, 2 warnings`.
    public var summary: String {
        let parts = LintFinding.Severity.allCases.compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            return count > 0 ? "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")" : nil
        }
        return parts.isEmpty ? "no findings" : parts.joined(separator: ", ")
    }

    /// The report.
    ///
    /// - Parameter format: How to write it.
    /// - Returns: Lines, each with a line feed; no lines without findings in the formats `text` and `github`.
    public func text(_ format: ReviewFormat) -> String {
        switch format {
        case .text:
            return findings.map { finding in
                SafeText.oneLine(
                    "\(file): \(finding.severity.rawValue): \(finding.location): \(finding.message); \(finding.cure)"
                        + " [\(finding.code.rawValue)]") + "\n"
            }.joined()
        case .json:
            let values = findings.map { finding -> Value in
                [
                    "code": .string(finding.code.rawValue), "severity": .string(finding.severity.rawValue),
                    "location": .string(finding.location), "message": .string(finding.message),
                    "cure": .string(finding.cure),
                ]
            }
            return Value.object(["findings": .array(values)]).description + "\n"
        case .markdown:
            if findings.isEmpty { return "### Lint: no findings\n" }
            let rows = findings.map { finding in
                "| \(finding.severity.rawValue) | \(SafeText.markdown(finding.location)) "
                    + "| \(SafeText.markdown(finding.message)) | \(SafeText.markdown(finding.cure)) "
                    + "| `\(finding.code.rawValue)` |\n"
            }
            return "### Lint: \(summary)\n\n| | where | what | cure | code |\n|---|---|---|---|---|\n" + rows.joined()
        case .github:
            return findings.map { finding in
                let level: Annotation.Level =
                    switch finding.severity {
                    case .error: .error
                    case .warning: .warning
                    case .note: .notice
                    }
                return Annotation(
                    level: level, file: file, title: finding.code.rawValue,
                    message: "\(finding.location): \(finding.message); \(finding.cure)"
                ).text
            }.joined()
        }
    }
}
