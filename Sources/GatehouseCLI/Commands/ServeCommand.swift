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
        commandName: "serve",
        abstract: "Serve config specs to any Statsig SDK, and author them through the Console API.",
        usage: """
            gatehouse serve [--specs <file>]... [--id-lists <dir>]
                [--host <address>] [--port <port>] [--data <file> | --in-memory]
                [--server-key <key>]... [--client-key <key>]... [--console-key <key>]...
                [--console-key-file <file>] [--seed <file>]...
                [--show-keys [--secrets-key-file <file>]]
                [--allow-unknown-environments] [--allow-unknown-target-apps]
                [--tls-certificates <file> --tls-key <file>] [--trusted-proxy <network>]...
                [--shutdown-deadline <seconds>] [--no-rate-limits] [--log-level <level>]
            """,
        discussion: """
            Gates, dynamic configs, experiments, layers and segments are authored through the Console API, under \
            /console/v1, or come from documents; /openapi.json describes all endpoints. Keys, the project, events and \
            the audit log are stored in a SQLite file. Without an active admin key the server creates one and prints \
            it; it can't be shown again. `gatehouse keys create --data FILE` makes another one for a stopped server.

            EXAMPLES:
              A document, on this machine, with a data file in this folder:
                gatehouse serve --specs specs.json

              For a test, on a free port, in memory:
                gatehouse serve --in-memory --port 0

              For a compose file, with known keys and a project:
                gatehouse serve --data /data/gatehouse.sqlite --host 0.0.0.0 --seed /seed.jsonl \\
                    --console-key-file /data/console.key --server-key env:SERVER_KEY

            A KEY is the key itself, file:PATH for a file with it (mode 0600), or env:NAME for an environment variable. \
            Other users of the machine can see the arguments of a process, so the last two are better for keys that matter.

            SIGINT or SIGTERM stops the server after the requests in progress, and after the shutdown deadline at the \
            latest; a second signal ends it at once. The exit code is 0 after a stop, 1 for a failure, 2 for wrong \
            arguments.
            """)

    @Option(
        help: ArgumentHelp(
            "A document to serve; it is read again after changes. (default: none)",
            discussion: "One file per format; a missing format is converted.", valueName: "file"))
    var specs: [String] = []

    @Option(
        help: ArgumentHelp(
            "A folder with a file for each ID list; the file has the name of the list. (default: none)",
            valueName: "dir"))
    var idLists: String?

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on, 0 for a free port.", valueName: "port"))
    var port: UInt16 = 8000

    @Option(
        help: ArgumentHelp(
            "The SQLite file for all data, created if it doesn't exist. (default: gatehouse.sqlite)", valueName: "file")
    )
    var data: String?

    @Flag(help: "Store all data in memory; it is lost when the server stops.")
    var inMemory = false

    @Option(
        help: ArgumentHelp(
            "A file with the secret of an admin key. (default: none, the first key is printed)",
            discussion: """
                It is created with the mode 0600 if it doesn't exist; its key is created if the data doesn't have it.
                """, valueName: "file"))
    var consoleKeyFile: String?

    @Option(
        name: .customLong("server-key"),
        help: ArgumentHelp(
            "A server key that works: secret- and at least ten letters and digits.",
            discussion: "It is created if the data doesn't have it. May be given several times. (default: none)",
            valueName: "key"))
    var serverKeys: [String] = []

    @Option(
        name: .customLong("client-key"),
        help: ArgumentHelp(
            "A client key that works, which may download config specs too: client- and letters and digits.",
            discussion: "(default: none)", valueName: "key"))
    var clientKeys: [String] = []

    @Option(
        name: .customLong("console-key"),
        help: ArgumentHelp(
            "An admin key that works: console- and letters and digits.", discussion: "(default: none)",
            valueName: "key"))
    var consoleKeys: [String] = []

    @Option(
        name: .customLong("seed"),
        help: ArgumentHelp(
            "Changes to make before serving: a document, or requests as JSON lines.",
            discussion: """
                A line has the members method, path and body, as in \
                {"method":"POST","path":"/console/v1/gates","body":{"name":"my_gate"}}. The data remembers which were \
                made: a second start makes none. May be given several times. (default: none)
                """, valueName: "file"))
    var seeds: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Keep the secrets of keys, encrypted, and show them whole to keys that may change keys.",
            discussion: "By default the data has hashes of secrets, and a secret is shown when it is made only."))
    var showKeys = false

    @Option(
        help: ArgumentHelp(
            "The file with the key that encrypts secrets. (default: the data file's path and .key)",
            discussion: "It is created with the mode 0600, and refused if others may read it.", valueName: "file"))
    var secretsKeyFile: String?

    @Flag(help: "Let keys name environments that the project doesn't have. Such keys are refused otherwise.")
    var allowUnknownEnvironments = false

    @Flag(help: "Let keys name target apps that the project doesn't have. Such keys are refused otherwise.")
    var allowUnknownTargetApps = false

    @Option(
        help: ArgumentHelp(
            "A PEM file with the server's certificate chain, for TLS. (default: none)", valueName: "file"))
    var tlsCertificates: String?

    @Option(help: ArgumentHelp("A PEM file with the certificate's private key. (default: none)", valueName: "file"))
    var tlsKey: String?

    @Option(
        name: .customLong("trusted-proxy"),
        help: ArgumentHelp(
            "A proxy's address, or a network as 10.0.0.0/8, whose Forwarded headers count. (default: none)",
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
        } catch let error as ListenError {
            throw CommandFailure.input(ServeCommand.text(of: error))
        } catch {
            throw CommandFailure.input(String(describing: error))
        }
    }

    private func serve() async throws {
        let options = options
        let keys = try fixedKeys()
        // Connections, and files of the console itself.
        System.raiseOpenFileLimit(to: UInt64(options.limits.maximumConnections) + 1000)
        let console = try await Console(options)
        try await prepare(console, keys)
        // The command reports a failure of the console itself, in one line.
        var logger = options.logger
        logger.logLevel = max(logger.logLevel, .critical)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [console], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        let announcement = Announcement(
            specs: specs, idLists: idLists, data: inMemory ? nil : dataFile, consoleKeyFile: consoleKeyFile)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { try await announcement.write(console) }
            let signals = Task { await ServeCommand.endAtSecondSignal() }
            defer { signals.cancel() }
            try await tasks.waitForAll()
        }
    }

    // MARK: - Keys and seeds

    private func fixedKeys() throws(CommandFailure) -> [(NewKey, secret: String)] {
        let kinds: [([String], NewKey)] = [
            (serverKeys, NewKey(.server, description: "From --server-key")),
            (clientKeys, NewKey(.client, description: "From --client-key", scopes: [.clientDownloadConfigSpecs])),
            (
                consoleKeys,
                NewKey(.console, description: "From --console-key", scopes: [.omniReadWrite, .canAccessKeys])
            ),
        ]
        var keys: [(NewKey, secret: String)] = []
        for (texts, key) in kinds {
            for text in texts { keys.append((key, try KeyArgument(text).secret())) }
        }
        return keys
    }

    /// Creates the keys that the options name, and applies the seeds.
    private func prepare(_ console: Console, _ keys: [(NewKey, secret: String)]) async throws {
        for (key, secret) in keys {
            do {
                try await console.ensureKey(key, secret: secret)
            } catch let error as FixedKeyError {
                throw CommandFailure.input("--\(key.type.rawValue.lowercased())-key: \(error)")
            }
        }
        if let consoleKeyFile { _ = try await console.ensureAdministrator(inFile: consoleKeyFile) }
        for seed in seeds {
            let bytes = try InputFile(path: seed).contents()
            _ = try await console.apply(seed: bytes, named: seed)
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

    /// The failure to listen, with the option that cures it.
    private static func text(of error: ListenError) -> String {
        switch error.reason {
        case .inUse: "\(error): choose another with --port, or --port 0 for a free one"
        case .forbidden: "\(error): choose a port from 1024 with --port"
        case .notLocal: "\(error): give one with --host, for example 127.0.0.1, or 0.0.0.0 for all"
        case .unknownHost: "\(error): give an address with --host, for example 127.0.0.1"
        case .certificates, .other: "\(error)"
        }
    }

    private var dataFile: String { data ?? "gatehouse.sqlite" }

    private var options: ConsoleOptions {
        var options = ConsoleOptions()
        options.host = host
        options.port = Int(port)
        options.data = inMemory ? .memory : .file(dataFile)
        if showKeys {
            let file = secretsKeyFile ?? (inMemory ? nil : dataFile + ".key")
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

/// What the command says when the console listens.
private struct Announcement: Sendable {
    let specs: [String]
    let idLists: String?
    /// `nil` for data in memory.
    let data: String?
    let consoleKeyFile: String?

    /// Writes to standard output what the console serves and where.
    ///
    /// The first key is created only now: a console that can't listen would show it to no one.
    func write(_ console: Console) async throws {
        guard let url = try? await console.url else { return }
        var lines = ["Gatehouse console at \(url)"]
        if let consoleKeyFile {
            lines.append("Console key in \(System.absolutePath(consoleKeyFile))")
        } else if let key = try await console.createFirstKey() {
            lines.append("First console key, shown only now: \(key)")
        }
        let served = specs.isEmpty ? "" : specs.map(System.absolutePath).joined(separator: ", ") + ", and "
        lines.append("Serves \(served)the project that \(url)/console/v1 edits")
        lines.append(data.map { "Data in \(System.absolutePath($0))" } ?? "Data in memory, lost at the end")
        if let idLists { lines.append("ID lists from \(System.absolutePath(idLists))") }
        lines.append("API description at \(url)/openapi.json")
        try System.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: System.standardOutput)
    }
}
