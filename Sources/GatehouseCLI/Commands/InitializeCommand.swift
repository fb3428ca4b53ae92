// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import GatehouseEvaluation

/// `gatehouse initialize`: writes the client-initialize response for a user.
struct InitializeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "initialize", abstract: "Write the client-initialize response for a user, as a JSON object.",
        usage: """
            gatehouse initialize <spec> --user <json>
                [--hash none|djb2|sha256] [--response-format v1|v2|init-v2]
                [--client-key <key>] [--target-app <id>] [--strict]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>] [--now <time>]
                [--remove-id-types] [--remove-default-gates] [--remove-experiments-in-layers]
                [--previous-hash <text>]
            """,
        discussion: """
            The response holds all entities of the document, evaluated for one user. A web or mobile client can start \
            with it and needs no request. The user is a JSON object as for gatehouse evaluate.

            EXAMPLES:
              For a page that a server renders:
                gatehouse initialize spec.json --user '{"userID":"u1"}'

              With names in plain text:
                gatehouse initialize spec.json --user '{"userID":"u1"}' --hash none

              Only what a client with this key may see, and nothing for an unknown key:
                gatehouse initialize spec.json --user '{"userID":"u1"}' \\
                    --client-key client-abc --strict

            The exit code is 0 for success, 1 for a bad input, 2 for wrong arguments.
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @Option(help: ArgumentHelp("The user, as JSON.", valueName: "json"))
    var user: String

    @Option(help: "The hash of names in the response.")
    var hash = NameHash.djb2

    @Option(help: "v1 for all clients; v2 and init-v2 for clients that request them.")
    var responseFormat = ClientResponseOptions.Format.v1

    @Option(
        help: ArgumentHelp(
            "The client key. Its target app decides which entities the response holds.", valueName: "key"))
    var clientKey: String?

    @Option(
        help: ArgumentHelp(
            "The target app that decides which entities the response holds, for any key.", valueName: "id"))
    var targetApp: String?

    @Flag(help: "Return no entities for a client key that isn't in the document, instead of all.")
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
            "The full_checksum of the last response; empty for none. An unchanged response comes without entities.",
            valueName: "text"))
    var previousHash: String?

    func run() async throws(CommandFailure) {
        let document = try await DocumentFile(from: DocumentSource(spec))
        document.reportIssues()
        let context = try contextOptions.context()
        var source = UserSource(json: user)
        guard case .user(let user)? = try source.next() else { return }
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
