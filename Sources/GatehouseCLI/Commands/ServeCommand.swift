// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseConsole
import Logging
import ServiceLifecycle
import UnixSignals

/// `gatehouse serve`: the local console.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve config specs and keys over HTTP, to any Statsig SDK.",
        usage: """
            gatehouse serve [--specs <file>]... [--id-lists <dir>]
                [--host <address>] [--port <port>] [--data <file> | --in-memory]
                [--show-keys [--secrets-key-file <file>]]
                [--allow-unknown-environments] [--allow-unknown-target-apps]
                [--tls-certificates <file> --tls-key <file>] [--trusted-proxy <network>]...
                [--shutdown-deadline <seconds>] [--no-rate-limits] [--log-level <level>]
            """,
        discussion: """
            Keys, events and the audit log are stored in a SQLite file. Without an active admin key the server creates \
            one and prints it; it can't be shown again.

            EXAMPLES:
              A document, on this machine, with a data file in this folder:
                gatehouse serve --specs specs.json

              For a test, on a free port, in memory:
                gatehouse serve --in-memory --port 0

            SIGINT or SIGTERM stops the server after the requests in progress, and after the shutdown deadline at the \
            latest; a second signal ends it at once. The exit code is 0 after a stop, 1 for a failure, 2 for wrong \
            arguments.
            """)

    @Option(
        help: ArgumentHelp(
            "A document to serve; it is read again after changes. One file per format; a missing format is converted.",
            valueName: "file"))
    var specs: [String] = []

    @Option(
        help: ArgumentHelp(
            "A folder with a file for each ID list; the file has the name of the list.", valueName: "dir"))
    var idLists: String?

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on, 0 for a free port.", valueName: "port"))
    var port: UInt16 = 8000

    @Option(help: ArgumentHelp("The SQLite file; gatehouse.sqlite in this folder if not given.", valueName: "file"))
    var data: String?

    @Flag(help: "Store all data in memory; it is lost when the server stops.")
    var inMemory = false

    @Flag(
        help: ArgumentHelp(
            "Keep the secrets of keys, encrypted, and show them whole to keys that may change keys.",
            discussion: "By default the data has hashes of secrets, and a secret is shown when it is made only."))
    var showKeys = false

    @Option(
        help: ArgumentHelp(
            "The file with the key that encrypts secrets; the data file's path with .key behind it if not given.",
            discussion: "It is created with the mode 0600, and refused if others may read it.", valueName: "file"))
    var secretsKeyFile: String?

    @Flag(help: "Let keys name environments that the project doesn't have. Such keys are refused otherwise.")
    var allowUnknownEnvironments = false

    @Flag(help: "Let keys name target apps that the project doesn't have. Such keys are refused otherwise.")
    var allowUnknownTargetApps = false

    @Option(help: ArgumentHelp("A PEM file with the server's certificate chain, for TLS.", valueName: "file"))
    var tlsCertificates: String?

    @Option(help: ArgumentHelp("A PEM file with the certificate's private key.", valueName: "file"))
    var tlsKey: String?

    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp(
            "The address of a proxy, or a network as 10.0.0.0/8, whose Forwarded and X-Forwarded headers count.",
            valueName: "network"))
    var trustedProxies: [String] = []

    @Option(
        help: ArgumentHelp(
            "The time that requests in progress have after a signal before their connections are closed.",
            valueName: "seconds"))
    var shutdownDeadline: UInt16 = 10

    @Flag(help: "Allow any rate of changes. The rate limits of the Console API apply otherwise.")
    var noRateLimits = false

    @Option(
        help: ArgumentHelp(
            "The minimum level to log: trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel = "info"

    mutating func validate() throws {
        guard !inMemory || data == nil else { throw ValidationError("give --data or --in-memory, not both") }
        guard secretsKeyFile == nil || showKeys else {
            throw ValidationError("--secrets-key-file is for --show-keys; give that, too")
        }
        guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("there is no level \(logLevel)") }
        guard (tlsCertificates == nil) == (tlsKey == nil) else {
            throw ValidationError("give both --tls-certificates and --tls-key, or neither")
        }
    }

    func run() async throws {
        do {
            try await serve()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.input(String(describing: error))
        }
    }

    private func serve() async throws {
        let options = options
        // Connections, and files of the console itself.
        System.raiseOpenFileLimit(to: UInt64(options.limits.maximumConnections) + 1000)
        let console = try await Console(options)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [console], gracefulShutdownSignals: [.sigterm, .sigint], logger: options.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { try await ServeCommand.announce(console) }
            let signals = Task { await ServeCommand.endAtSecondSignal() }
            defer { signals.cancel() }
            try await tasks.waitForAll()
        }
    }

    /// Ends the process at the second signal, whatever the server is doing.
    ///
    /// The end of the process releases the data file.
    private static func endAtSecondSignal() async {
        var count = 0
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            count += 1
            if count == 2 { System.exit(128 + (signal == .sigint ? 2 : 15)) }
        }
    }

    /// Writes the URL of the console and the first key to standard output.
    private static func announce(_ console: Console) async throws {
        guard let url = try? await console.url else { return }
        var lines = "Gatehouse console at \(url)\n"
        if let key = try await console.createFirstKey() {
            lines += "First console key, shown only now: \(key)\n"
        }
        try System.write(Array(lines.utf8), to: System.standardOutput)
    }

    private var options: ConsoleOptions {
        var options = ConsoleOptions()
        options.host = host
        options.port = Int(port)
        options.data = inMemory ? .memory : .file(data ?? "gatehouse.sqlite")
        if showKeys {
            let file = secretsKeyFile ?? (inMemory ? nil : (data ?? "gatehouse.sqlite") + ".key")
            options.keySecrets = .shown(keyFile: file)
        }
        options.allowsUnknownEnvironments = allowUnknownEnvironments
        options.allowsUnknownTargetApps = allowUnknownTargetApps
        if !specs.isEmpty { options.specs = .files(specs) }
        options.idLists = idLists
        options.trustedProxies = trustedProxies
        options.limits.shutdownDeadline = .seconds(Int64(shutdownDeadline))
        if noRateLimits { options.rateLimits = .none }
        if let tlsCertificates, let tlsKey {
            options.tls = ConsoleOptions.TLSFiles(certificates: tlsCertificates, privateKey: tlsKey)
        }
        var logger = Logger(label: "gatehouse.console") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        options.logger = logger
        return options
    }
}
