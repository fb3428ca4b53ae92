// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import GatehouseEvaluation

/// `gatehouse initialize`: what a client starts with.
struct InitializeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "initialize", abstract: "Write the client-initialize response for a user, as a JSON object.",
        usage: """
            gatehouse initialize <spec> --user <json>
                [--hash none|djb2|sha256] [--response-format v1|v2|init-v2]
                [--client-key <key>] [--target-app <id>] [--strict]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>] [--now <ms>]
                [--remove-id-types] [--remove-default-gates] [--remove-experiments-in-layers]
                [--previous-hash <text>]
            """,
        discussion: """
            The response has everything in the document, evaluated for one user: what a web or mobile client needs to \
            start without a request of its own. Users are JSON objects as for gatehouse evaluate.

            EXAMPLES:
              For a page that a server renders:
                gatehouse initialize spec.json --user '{"userID":"u1"}'

              With names that people can read:
                gatehouse initialize spec.json --user '{"userID":"u1"}' --hash none

              What a client with this key may see, and nothing if there is no such key:
                gatehouse initialize spec.json --user '{"userID":"u1"}' \\
                    --client-key client-abc --strict

            The exit code is 0 for success, 1 when an input is bad, 2 when called wrongly.
            """)

    @Argument(help: "The document, a file in either wire format.")
    var spec: String

    @Option(help: ArgumentHelp("The user, as JSON.", valueName: "json"))
    var user: String

    @Option(help: "How names are written.")
    var hash = NameHash.djb2

    @Option(help: "v1 for all clients; v2 and init-v2 for those that ask for it.")
    var responseFormat = ClientResponseOptions.Format.v1

    @Option(help: ArgumentHelp("The key of the client, whose app decides what it sees.", valueName: "key"))
    var clientKey: String?

    @Option(help: ArgumentHelp("The app that decides what the client sees, whatever its key.", valueName: "id"))
    var targetApp: String?

    @Flag(help: "Show nothing to a client whose key the document doesn't know, rather than everything.")
    var strict = false

    @OptionGroup
    var contextOptions: ContextOptions

    @Flag(help: "Leave out ID types.")
    var removeIdTypes = false

    @Flag(help: "Leave out gates that are false by default.")
    var removeDefaultGates = false

    @Flag(help: "Leave out experiments that are in a layer.")
    var removeExperimentsInLayers = false

    @Option(
        help: ArgumentHelp(
            "The full_checksum of the response before; if nothing is new, this one is blank. Empty to get one.",
            valueName: "text"))
    var previousHash: String?

    func run() throws(CommandFailure) {
        let document = try SpecFile(path: spec)
        document.reportIssues()
        let context = try contextOptions.context()
        var source = UserSource(json: user)
        guard let user = try source.next() else { return }
        var bytes: [UInt8] = []
        document.ruleset.clientInitializeResponse(for: user, in: context, options: options, into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        try System.write(bytes, to: System.standardOutput)
    }

    private var options: ClientResponseOptions {
        var options = ClientResponseOptions()
        options.nameHash = hash
        options.format = responseFormat
        options.clientKey = clientKey
        options.targetAppID = targetApp
        options.hidesFromUnknownKeys = strict
        options.removesIDTypes = removeIdTypes
        options.removesDefaultValueGates = removeDefaultGates
        options.removesExperimentsInLayers = removeExperimentsInLayers
        options.previousResponseHash = previousHash
        return options
    }
}

extension NameHash: ExpressibleByArgument {}
extension ClientResponseOptions.Format: ExpressibleByArgument {}
