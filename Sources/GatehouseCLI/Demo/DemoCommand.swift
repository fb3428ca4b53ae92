// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Gatehouse
import GatehouseConsole
import Logging

/// `gatehouse demo`: runs a console, a client and evaluations in one process.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a console and a client on this machine, and show what three users get and why.",
        usage: "gatehouse demo [--specs <file>]",
        discussion: """
            Starts a console on a free port of this machine, with its data in memory. Creates a client key that may \
            download config specs, downloads them with a client, and evaluates them for three users. Shows what each \
            user gets and why, and the time of each step. No data leaves the machine, and no file is written.

            EXAMPLES:
              With the sample project, in a clone of the repository:
                gatehouse demo

              With another document:
                gatehouse demo --specs specs.json

            The exit code is 0 for success, 1 for a failed step, 2 for wrong arguments.
            """)

    private static let sample = "fixtures/sample/sample-dcs-v2.json"

    @Option(
        help: ArgumentHelp(
            "The document to serve, in either format; the sample project of the repository if not given.",
            valueName: "file"))
    var specs: String?

    func run() async throws {
        do {
            try await show()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.input(String(describing: error))
        }
    }

    private func show() async throws {
        let begin = ContinuousClock.now
        let document = try document()
        document.reportIssues()
        var options = ConsoleOptions()
        options.port = 0
        options.specs = .files([document.path])
        options.logger = DemoCommand.logger
        let questions = DemoQuestion.chosen(from: document.catalog)
        let outcome: Result<Void, any Error> = try await Console.withConsole(options) { console in
            var report = DemoReport(since: begin)
            do {
                try report.step("console", "serves \(document.path) at \(try await console.url)")
                try await DemoCommand.ask(questions, console, &report)
                return .success(())
            } catch {
                // An error that leaves this closure would stop the console without its orderly shutdown.
                return .failure(error)
            }
        }
        try outcome.get()
        try DemoReport.write("\nAll of it took \((ContinuousClock.now - begin).shortText).\n")
    }

    private static func ask(_ questions: [DemoQuestion], _ console: Console, _ report: inout DemoReport) async throws {
        let url = try await console.url
        let admin = try await console.createFirstKey() ?? ""
        let key = try await DemoKeyRequest(url: url, consoleKey: admin).send()
        try report.step("key", "\(key), a client key with the scope \(DemoKeyRequest.scope)")

        var options = ClientOptions(
            network: NetworkOptions(specsURL: "\(url)/v2/download_config_specs"), environment: "production")
        options.logger = logger
        let client = GatehouseClient(key: key, options: options)
        let outcome = await client.start(within: .seconds(10))
        do {
            guard outcome.isReady else {
                throw CommandFailure.input("the client got no document: \(outcome.error?.description ?? "no reason")")
            }
            try report.step("client", "downloaded the project with that key, and compiled it")
            let users = DemoUser.all
            let answers = users.map { user in questions.map { $0.answer(for: user.user, from: client) } }
            try report.step("answers", "\(users.count) users, \(questions.count) questions each, in this process")
            for (user, answers) in zip(users, answers) {
                try report.show(user, questions, answers, client)
            }
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func document() throws(CommandFailure) -> DocumentFile {
        guard let specs else {
            guard System.isRegularFile(DemoCommand.sample) else {
                throw .input(
                    "\(DemoCommand.sample) isn't here: run this in a clone of the repository, or give --specs FILE")
            }
            return try DocumentFile(path: DemoCommand.sample)
        }
        return try DocumentFile(path: specs)
    }

    /// Writes warnings and errors to standard error.
    private static var logger: Logger {
        var logger = Logger(label: "gatehouse") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }
}

/// A request to the Console API for a new client key.
struct DemoKeyRequest {
    static let scope = "client_download_config_specs"

    let url: String
    /// The admin key.
    let consoleKey: String

    /// Creates a client key.
    ///
    /// - Throws: ``CommandFailure/input(_:)`` when the console can't be reached or refuses.
    func send() async throws(CommandFailure) -> SDKKey {
        let body = #"{"type":"CLIENT","description":"Demo","scopes":["\#(DemoKeyRequest.scope)"]}"#
        let request = HTTPRequest(
            .post, url: "\(url)/console/v1/keys",
            headers: [("STATSIG-API-KEY", consoleKey), ("Content-Type", "application/json")], body: Array(body.utf8),
            timeout: .seconds(10), maximumBodyBytes: 1 << 20)
        let reply: HTTPReply
        do throws(TransportError) {
            reply = try await request.send()
        } catch {
            throw .input("the console can't be reached: \(error)")
        }
        guard reply.isSuccess, let key = secret(in: reply.body) else {
            let excerpt = reply.excerpt(without: SDKKey(consoleKey))
            throw .input("the console created no key: HTTP \(reply.status) \(excerpt)")
        }
        return SDKKey(key)
    }

    private func secret(in body: [UInt8]) -> String? {
        let answer = body.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        return answer?.object?["data"]?.object?["key"]?.string
    }
}
