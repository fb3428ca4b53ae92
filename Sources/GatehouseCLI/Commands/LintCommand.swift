// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseReview
import GatehouseSpec

/// `gatehouse lint`: finds what most likely isn't meant.
struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find what most likely isn't meant in a config-spec document.",
        usage: "gatehouse lint <spec> [--ignore <file>] [--strict] [--format text|json|markdown|github]",
        discussion: """
            The command finds what check finds, and what follows from rules together: rules that are never reached, \
            conditions that never hold, circles, empty groups, overlapping or missing buckets, parameters of several \
            types, equal salts, names that differ by case, gates with one value for all users.

            Each line of the --ignore file is the code of a rule, or a code and a pattern for the location, with * and ?:
                duplicate_salt gate "checkout*

            The exit code is 0 without errors (with --strict: without errors and warnings), 1 otherwise or for a bad \
            input, 2 for wrong arguments.
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @Option(help: ArgumentHelp("A file with findings to leave out.", valueName: "file"))
    var ignore: String?

    @Flag(help: "Fail on warnings, too.")
    var strict = false

    @Option(help: "text for reading, json for programs, markdown for comments, github for annotations.")
    var format = ReviewFormat.text

    func run() async throws(CommandFailure) {
        let source = DocumentSource(spec)
        let bytes = try await source.bytes()
        let ignored = try ignoredFindings()
        let findings: [LintFinding]
        do throws(DocumentError) {
            findings = try DocumentLint.findings(in: bytes, ignoring: ignored)
        } catch {
            throw .input("\(source.name): \(error)")
        }
        let report = LintReport(findings, file: source.name)
        try System.write(Array(report.text(format).utf8), to: System.standardOutput)
        let bound = strict ? LintFinding.Severity.warning : .error
        guard !findings.contains(where: { $0.severity <= bound }) else {
            throw .input("\(source.name): \(report.summary)")
        }
    }

    private func ignoredFindings() throws(CommandFailure) -> LintIgnoreList {
        guard let ignore else { return LintIgnoreList() }
        let text = String(decoding: try InputFile(path: ignore).contents(), as: UTF8.self)
        do throws(LintIgnoreList.Failure) {
            return try LintIgnoreList(text)
        } catch {
            throw .input("\(ignore): \(error)")
        }
    }
}
