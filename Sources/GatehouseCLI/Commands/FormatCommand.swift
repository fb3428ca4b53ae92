// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseSpec

/// `gatehouse format`: writes the readable form of a document.
struct FormatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "format", abstract: "Write a config-spec document in a stable form, one member a line.",
        usage: "gatehouse format <spec> [--keep-time]",
        discussion: """
            Members are in the order of their names, and lists keep their order. The top-level members time and checksum, \
            which change although no answer does, are left out.

            EXAMPLES:
              What changed between two documents:
                diff <(gatehouse format old.json) <(gatehouse format new.json)

              A file that clients can load:
                gatehouse format https://api.example.com/v2/download_config_specs/KEY.json --keep-time > flags.json
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @Flag(help: "Keep time and checksum, without which clients refuse the document.")
    var keepTime = false

    func run() async throws(CommandFailure) {
        let source = DocumentSource(spec)
        let bytes = try await source.bytes()
        let text: String
        do throws(DocumentError) {
            text = try DocumentForm.text(of: bytes, keepingTime: keepTime)
        } catch {
            throw .input("\(source.name): \(error)")
        }
        try System.write(Array(text.utf8), to: System.standardOutput)
    }
}
