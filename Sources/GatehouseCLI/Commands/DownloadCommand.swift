// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Gatehouse
import GatehouseEvaluation

/// `gatehouse download`: gets the document of a key as a client does.
struct DownloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Download the config-spec document of a key.",
        usage: "gatehouse download [--key <variable>] [--url <url>] [--out <file>]",
        discussion: """
            The key comes from an environment variable, GATEHOUSE_KEY if --key names no other, so that it is in no list \
            of processes. Proxies and certificates come from the environment, as for clients.

            The document is checked before it is written, and a file is replaced as a whole.

            EXAMPLES:
              The document for a pull request, in a form that shows what changed:
                gatehouse download --out live.json
                gatehouse format live.json --keep-time > flags.json
            """)

    @Option(help: ArgumentHelp("The environment variable with the key.", valueName: "variable"))
    var key = "GATEHOUSE_KEY"

    @Option(help: ArgumentHelp("The base URL, completed as a client does; /<key>.json is appended.", valueName: "url"))
    var url = NetworkOptions.defaultSpecsURL

    @Option(help: ArgumentHelp("The file to write; standard output without it.", valueName: "file"))
    var out: String?

    private static let timeout = Duration.seconds(60)

    func run() async throws(CommandFailure) {
        guard let secret = System.environmentVariable(key), !secret.isEmpty else {
            throw .input("the environment has no variable \(key) with a key")
        }
        let bytes: [UInt8]
        do throws(SyncError) {
            bytes = try await DocumentRequest.bytes(
                key: SDKKey(secret), NetworkOptions(specsURL: url), timeout: DownloadCommand.timeout)
        } catch {
            throw .input(error.message)
        }
        let document = try DocumentFile(name: "the document", bytes)
        document.reportIssues()
        guard let out else { return try System.write(bytes, to: System.standardOutput) }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: out), options: .atomic)
        } catch {
            throw .input("\(out): \(error.localizedDescription)")
        }
        Diagnostics.line("gatehouse: \(out): \(bytes.count) bytes, \(document.ruleset.entities.count) entities")
    }
}
