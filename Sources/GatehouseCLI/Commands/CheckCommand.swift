// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation
import GatehouseSpec

/// `gatehouse check`: fails on documents that are faulty or that answer otherwise than expected.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a config-spec document, and what it answers.",
        usage: """
            gatehouse check <spec> [--expect <file>]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>] [--now <time>]
            """,
        discussion: """
            The command reports what an evaluation passes over in silence: entities that are left out because they are \
            malformed, unknown condition types and operators, references to what the document doesn't have, percentages \
            beyond 0 to 100, misspelt members, values that can't be read, and targets that an operator can't read.

            With --expect it evaluates as well. Each line of the file is a JSON object with user and name, and with what is \
            expected: value, parameters (some members of the value), rule and group. It may have kind, time, a date or ms, \
            and environment.

            EXAMPLES:
              In continuous integration:
                gatehouse check flags.json --expect cases.jsonl

              A line of cases.jsonl:
                {"user":{"userID":"u1"},"name":"new_checkout","value":true,"rule":"staff"}

            The exit code is 0 when nothing was found, 1 for a finding, a failed expectation or a bad input, 2 for wrong \
            arguments.
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @Option(help: ArgumentHelp("A file with an expectation on each line.", valueName: "file"))
    var expect: String?

    @OptionGroup
    var contextOptions: ContextOptions

    func run() async throws(CommandFailure) {
        let source = DocumentSource(spec)
        let bytes = try await source.bytes()
        let findings: [DocumentFinding]
        do throws(DocumentError) {
            findings = try DocumentCheck.findings(in: bytes)
        } catch {
            throw .input("\(source.name): \(error)")
        }
        var problems = findings.map { "\(source.name): \($0)" }
        if let expect {
            let document = try DocumentFile(name: source.name, bytes)
            problems += try ExpectationFile(path: expect).failures(of: document, in: contextOptions)
        }
        let lines = problems.map { PlainText.oneLine($0) + "\n" }.joined()
        try System.write(Array(lines.utf8), to: System.standardOutput)
        guard problems.isEmpty else {
            throw .input("\(source.name): \(problems.count) \(problems.count == 1 ? "problem" : "problems")")
        }
    }
}
