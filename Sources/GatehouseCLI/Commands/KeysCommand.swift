// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseConsole
import GatehouseEvaluation
import Logging

/// `gatehouse keys`: the keys of a data file that no console uses.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List and change the keys of a console's data file while no console uses it.",
        usage: "gatehouse keys create|list|rotate|revoke --data <file> ...",
        discussion: """
            No key is needed: who may write the file may change its keys. This is the way back when the first console key \
            is lost. While a console uses the file the command refuses; the Console API does the same there.

            EXAMPLES:
              Another admin key:
                gatehouse keys create --data gatehouse.sqlite

              A server key, into a file that only its owner may read:
                gatehouse keys create --data gatehouse.sqlite --type server --secret-file server.key

              The exit code is 0 for success, 1 for a failure, 2 for wrong arguments.
            """,
        subcommands: [Create.self, List.self, Rotate.self, Revoke.self])

    /// The data file and the form of the output.
    struct Shared: ParsableArguments {
        @Option(help: ArgumentHelp("The console's data file.", valueName: "file"))
        var data: String

        @Flag(help: "Write JSON, a key a line.")
        var json = false

        /// Opens the keys while a function uses them.
        ///
        /// New secrets are encrypted for `serve --show-keys` if the file with the key for it is at its usual place.
        func withKeys(_ body: (DataFileKeys) async throws -> Void) async throws {
            do {
                let secrets = data + ".key"
                let keys = try await DataFileKeys(
                    path: data, secretsKeyFile: System.isRegularFile(secrets) ? secrets : nil, logger: Self.logger)
                defer { keys.close() }
                try await body(keys)
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                throw CommandFailure.input(String(describing: error))
            }
        }

        /// Writes keys to standard output.
        func show(_ keys: [DataFileKeys.Summary]) throws {
            let lines = json ? keys.map(KeysCommand.json) : KeysCommand.table(keys)
            try KeysCommand.write(lines)
        }

        private static var logger: Logger {
            var logger = Logger(label: "gatehouse.keys") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .warning
            return logger
        }
    }

    /// Where a new secret goes.
    struct Destination: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "A file for the secret, created with the mode 0600. (default: standard output)", valueName: "file"))
        var secretFile: String?

        /// Refuses a file that exists before anything is changed.
        func check() throws(CommandFailure) {
            guard let secretFile, System.exists(secretFile) else { return }
            throw .input("\(secretFile): is there already")
        }

        /// Writes a secret.
        func write(_ key: DataFileKeys.Summary, _ secret: String, json: Bool) throws {
            do {
                if let secretFile { try PrivateFile.create(secretFile, Array("\(secret)\n".utf8)) }
            } catch {
                // The data has the key already, and nothing else has its secret.
                try KeysCommand.write([secret])
                throw CommandFailure.input("\(error); the secret of the key \(key.id) is on standard output")
            }
            if json {
                try KeysCommand.write([KeysCommand.json(key, secret: secretFile == nil ? secret : nil)])
            } else {
                try KeysCommand.write([secretFile == nil ? secret : "\(key.id) \(key.mask)"])
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key and write its secret, once.",
            usage: "gatehouse keys create --data <file> [--type <type>] [--description <text>] [--scope <scope>]...")

        @OptionGroup var shared: Shared
        @OptionGroup var destination: Destination

        @Option(
            help: ArgumentHelp(
                "The purpose: \(KeyType.allCases.map { $0.rawValue.lowercased() }.joined(separator: ", ")).",
                valueName: "type"))
        var type = "console"

        @Option(help: ArgumentHelp("A description for people.", valueName: "text"))
        var description = "Created with gatehouse keys"

        @Option(
            name: .customLong("scope"),
            help: ArgumentHelp(
                "A scope. May be given several times. (default: for a console key those of an admin key, else none)",
                valueName: "scope"))
        var scopes: [String] = []

        @Option(
            name: .customLong("environment"),
            help: ArgumentHelp("An environment that the key sees. (default: all)", valueName: "name"))
        var environments: [String] = []

        @Option(
            name: .customLong("target-app"),
            help: ArgumentHelp(
                "A target app whose entities the key sees, the primary one first. (default: all)", valueName: "id"))
        var targetApps: [String] = []

        func run() async throws {
            guard let type = KeyType(rawValue: type.uppercased()) else {
                throw CommandFailure.usage("there is no type \(type)")
            }
            var key = NewKey(type, description: description)
            key.scopes = try scopes.map { text in
                guard let scope = KeyScope(rawValue: text) else {
                    let known = KeyScope.allCases.map(\.rawValue).joined(separator: ", ")
                    throw CommandFailure.usage("there is no scope \(text); the scopes are: \(known)")
                }
                return scope
            }
            if scopes.isEmpty, type == .console { key.scopes = [.omniReadWrite, .canAccessKeys] }
            key.environments = environments
            key.targetAppID = targetApps.first
            key.secondaryTargetAppIDs = targetApps.count > 1 ? Array(targetApps.dropFirst()) : nil
            try destination.check()
            let new = key
            try await shared.withKeys { keys in
                let (key, secret) = try await keys.create(new)
                try destination.write(key, secret, json: shared.json)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys, masked, the oldest first.")

        @OptionGroup var shared: Shared

        func run() async throws {
            try await shared.withKeys { keys in try shared.show(keys.all) }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a key another secret and write it, once; the old one stops working.")

        @OptionGroup var shared: Shared
        @OptionGroup var destination: Destination

        @Argument(
            help: ArgumentHelp(
                "The key's ID, its secret, or its masked secret; file:PATH or env:NAME for a secret that others mustn't see.",
                valueName: "key"))
        var key: String

        func run() async throws {
            try destination.check()
            try await shared.withKeys { keys in
                let (rotated, secret) = try await keys.rotate(try KeyArgument(key).secret())
                try destination.write(rotated, secret, json: shared.json)
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deactivate keys, which stop working and can't be activated again.")

        @OptionGroup var shared: Shared

        @Argument(
            help: ArgumentHelp(
                "The keys' IDs, secrets, or masked secrets; file:PATH or env:NAME for secrets that others mustn't see.",
                valueName: "key"))
        var keys: [String]

        func run() async throws {
            try await shared.withKeys { data in
                for key in keys { try shared.show([try await data.revoke(try KeyArgument(key).secret())]) }
            }
        }
    }

    // MARK: - Output

    private static func json(_ key: DataFileKeys.Summary) -> String { json(key, secret: nil) }

    private static func json(_ key: DataFileKeys.Summary, secret: String?) -> String {
        let object: Object = [
            "id": .string(key.id), "key": .string(secret ?? key.mask), "type": .string(key.type.rawValue),
            "status": .string(key.status.rawValue), "description": .string(key.description),
            "scopes": .array(key.scopes.map { .string($0.rawValue) }),
            "environments": .array(key.environments.map(Value.string)),
            "targetApps": .array(key.targetApps.map(Value.string)), "createdTime": .integer(key.createdTime),
        ]
        var writer = JSONWriter()
        writer.value(.object(object))
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func table(_ keys: [DataFileKeys.Summary]) -> [String] {
        let rows = keys.map { key in
            [
                key.id, key.mask, key.type.rawValue, key.status.rawValue,
                key.scopes.map(\.rawValue).joined(separator: ","), PlainText.oneLine(key.description),
            ]
        }
        let heading = ["ID", "KEY", "TYPE", "STATUS", "SCOPES", "DESCRIPTION"]
        let widths = heading.indices.map { column in
            ([heading] + rows).map { PlainText.width($0[column]) }.max() ?? 0
        }
        return ([heading] + rows).map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - PlainText.width($0))) }
            return cells.joined(separator: "  ").replacing(#/ +$/#, with: "")
        }
    }

    private static func write(_ lines: [String]) throws {
        try System.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: System.standardOutput)
    }
}
