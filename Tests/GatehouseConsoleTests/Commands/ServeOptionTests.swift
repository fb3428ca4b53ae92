// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import TestSupport
import Testing

/// The options of `gatehouse serve` for scripts and compose files.
struct ServeOptionTests {
    private static let digits = "abcdefghij0123456789"

    private static func file(_ folder: URL, _ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = folder.appending(path: name).path
        try? FileManager.default.removeItem(atPath: path)
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
        return path
    }

    @Test("Fixed keys work, are created once, and are in no output")
    func fixedKeys() async throws {
        let folder = try TestFolder()
        let (server, client, console) = (
            "secret-\(ServeOptionTests.digits)1", "client-\(ServeOptionTests.digits)2",
            "console-\(ServeOptionTests.digits)3"
        )
        let file = try ServeOptionTests.file(folder.url, "client.key", client + "\n")
        let arguments = [
            "--data", folder.path("data.sqlite"), "--specs", Fixture.path("sample/sample-dcs-v2.json"),
            "--server-key", server, "--client-key", "file:\(file)", "--console-key", console,
        ]
        for round in 1...2 {
            let process = try ServeProcess(arguments)
            let api = TestConsole(url: try await process.url(), adminKey: console)
            let keys = try await api.get("/console/v1/keys").data.array ?? []
            #expect(keys.map { $0["type"].string } == ["SERVER", "CLIENT", "CONSOLE"], "round \(round)")
            for key in [server, client] {
                #expect(try await api.get("/v2/download_config_specs", key: key).status == 200)
            }
            #expect(try await process.end(SIGTERM) == 0)
            for text in [process.outputText, process.errorText] {
                for key in [server, client, console] { #expect(!text.contains(key)) }
            }
            // An administrator's key is there, so no other one is made.
            #expect(!process.outputText.contains("First console key"))
        }
        let variable = try await CommandRun(
            ["serve", "--in-memory", "--port", "0", "--server-key", "env:GATEHOUSE_TEST_KEY"],
            environment: ["GATEHOUSE_TEST_KEY": "client-\(ServeOptionTests.digits)"])
        #expect(variable.status == 1)
        #expect(variable.errors == "gatehouse: error: --server-key: a SERVER key must begin with secret-\n")
    }

    @Test("A fixed key that can't be used ends the command with the reason, and without the key")
    func badFixedKeys() async throws {
        let folder = try TestFolder()
        let open = try ServeOptionTests.file(folder.url, "open.key", "secret-\(ServeOptionTests.digits)", mode: 0o644)
        let cases: [(argument: String, reason: String)] = [
            ("secret-short", "10 to 200 letters and digits"), ("secret-abcde-fghij-klmno", "letters and digits"),
            ("console-\(ServeOptionTests.digits)", "must begin with secret-"), ("env:GATEHOUSE_NOWHERE", "has no key"),
            ("file:\(folder.path("nowhere"))", "no such file"), ("file:\(open)", "chmod 600"),
        ]
        for (argument, reason) in cases {
            let run = try await CommandRun(["serve", "--in-memory", "--port", "0", "--server-key", argument])
            #expect(run.status == 1, "\(argument)")
            #expect(run.errors.contains(reason), "\(run.errors)")
            #expect(!run.errors.contains(ServeOptionTests.digits) && run.output == "")
            #expect(run.errors.split(separator: "\n").count == 1)
        }
    }

    @Test("A console key file is made private, has a key that works, and is read again")
    func consoleKeyFile() async throws {
        let folder = try TestFolder()
        let path = folder.path("console.key")
        var first = ""
        for round in 1...3 {
            // The third console has other data: the key of the file is created there.
            let data = folder.path(round < 3 ? "a.sqlite" : "b.sqlite")
            let process = try ServeProcess(["--data", data, "--console-key-file", path])
            let url = try await process.url()
            let key = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
            if round == 1 { first = key }
            #expect(key == first)
            let list = try await TestConsole(url: url, adminKey: key).get("/console/v1/keys")
            #expect(list.data.array?.count == 1)
            #expect(try await process.end(SIGTERM) == 0)
            #expect(!process.outputText.contains(key) && !process.errorText.contains(key))
            #expect(process.outputText.contains("Console key in \(path)"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let refused = try await CommandRun(["serve", "--in-memory", "--port", "0", "--console-key-file", path])
        #expect(refused.status == 1 && refused.errors.contains("chmod 600"))
        let empty = try ServeOptionTests.file(folder.url, "empty.key", "")
        let other = try await CommandRun(["serve", "--in-memory", "--port", "0", "--console-key-file", empty])
        #expect(other.errors == "gatehouse: error: \(empty): a CONSOLE key must begin with console-\n")
    }

    @Test("A seed is applied once; a second start changes nothing, and what people changed stays")
    func seed() async throws {
        let folder = try TestFolder()
        let seed = try ServeOptionTests.file(
            folder.url, "seed.jsonl",
            """
            {"method":"POST","path":"/console/v1/target_app","body":{"name":"web","description":""}}

            {"method":"POST","path":"/console/v1/gates","body":{"name":"my_home","rules":[\
            {"name":"r","passPercentage":100,"conditions":[{"type":"public"}]}]}}
            {"method":"PUT","path":"/console/v1/gates/my_home/disable"}
            {"method":"PUT","path":"/console/v1/gates/my_home/enable"}
            {"method":"PUT","path":"/console/v1/gates/my_home/disable"}
            """)
        let document = Fixture.path("sample/sample-dcs-v2.json")
        let console = "console-\(ServeOptionTests.digits)"
        var counts: [Int64] = []
        for round in 1...3 {
            let process = try ServeProcess([
                "--data", folder.path("data.sqlite"), "--console-key", console, "--seed", seed, "--seed", document,
            ])
            let api = TestConsole(url: try await process.url(), adminKey: console)
            let gate = try await api.get("/console/v1/gates/my_home")
            #expect(gate.data["isEnabled"] == .bool(round == 3))
            if round == 2 { _ = try await api.send(.PUT, "/console/v1/gates/my_home/enable") }
            let log = try await api.get("/console/v1/audit_logs")
            counts.append(log.json["pagination"]["totalItems"].integer ?? 0)
            #expect(try await process.end(SIGTERM) == 0)
        }
        #expect(counts[1] == counts[0] + 1 && counts[2] == counts[1])
    }

    @Test("A seed's line that can't be applied is named, with the console's reason")
    func badSeeds() async throws {
        let folder = try TestFolder()
        let gate = #"{"method":"POST","path":"/console/v1/gates","body":{"name":"g_1"}}"#
        let cases: [(text: String, reason: String)] = [
            ("\(gate)\nnothing", ":2: isn't a JSON object with method, path and body"),
            (#"{"method":"GET","path":"/console/v1/gates"}"#, ":1: method must be one of"),
            (#"{"method":"POST","path":"/v1/log_event"}"#, ":1: path must begin with /console/v1/"),
            (#"{"method":"POST","path":"/console/v1/moons"}"#, ":1: POST /console/v1/moons isn't a change"),
            (#"{"method":"POST","path":"/console/v1/keys","body":{}}"#, "/console/v1/keys isn't a change"),
            (#"{"method":"POST","path":"/console/v1/gates","data":{}}"#, "data is unknown"),
            ("\(gate)\n\(gate.dropLast()) }", ":2: POST /console/v1/gates: 400 name is already in use"),
            ("[1]", "is neither a document nor requests"), (#"{"a":1}"#, "400 body must be a config-spec document"),
        ]
        for (text, reason) in cases {
            let path = try ServeOptionTests.file(folder.url, "seed", text)
            let run = try await CommandRun(["serve", "--in-memory", "--port", "0", "--seed", path])
            #expect(run.status == 1, "\(text)")
            #expect(run.errors.contains(path) && run.errors.contains(reason), "\(run.errors)")
        }
    }

    @Test("The command says what it serves, where its data is, and where the API is described")
    func announcement() async throws {
        let folder = try TestFolder()
        let specs = Fixture.path("sample/sample-dcs-v2.json")
        let process = try ServeProcess(["--data", folder.path("data.sqlite"), "--specs", specs])
        let url = try await process.url()
        try await until("all is said") { process.outputText.contains("/openapi.json\n") }
        #expect(process.outputText.contains("Data in \(folder.path("data.sqlite"))\n"))
        #expect(process.outputText.contains("Serves \(specs), and the project that \(url)/console/v1 edits\n"))
        #expect(process.outputText.contains("API description at \(url)/openapi.json\n"))
        #expect(try await process.end(SIGTERM) == 0)
        let help = try await CommandRun(["serve", "--help"])
        let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for text in [
            "default: 127.0.0.1", "default: 8000", "default: gatehouse.sqlite", "default: 10", "default: info",
        ] {
            #expect(words.contains(text), "\(text)")
        }
        #expect(words.contains("authored through the Console API"))
        #expect(words.contains("gatehouse keys create --data"))
        // Each option that takes a value says its default.
        let options = help.output.split(separator: "\n").filter { $0.hasPrefix("  --") && $0.contains("<") }
        #expect(options.count == words.components(separatedBy: "(default: ").count - 1, "\(options)")
    }

    @Test("A failure to start is one line with the address or the path and the cure, and leaves no file")
    func failures() async throws {
        let folder = try TestFolder()
        let process = try ServeProcess(["--in-memory"])
        let port = try #require(try await process.url().split(separator: ":").last.map(String.init))
        let cases: [(arguments: [String], reason: String)] = [
            (
                ["--in-memory", "--port", port],
                "port \(port) of 127.0.0.1 is in use by another process: choose another"
            ),
            (
                ["--in-memory", "--host", "192.0.2.1"],
                "192.0.2.1 isn't an address of this machine: give one with --host"
            ),
            (["--in-memory", "--host", "nowhere.invalid"], "the host nowhere.invalid is unknown: give an address"),
            (["--data", "."], ".: is a folder; "), (["--data", "no/where"], "no/where: its folder doesn't exist"),
            (["--in-memory", "--tls-certificates", "no.pem", "--tls-key", "no.pem"], "no.pem: "),
            (["--in-memory", "--secrets-key-file", "x"], "--secrets-key-file is for --show-keys"),
        ]
        for (arguments, reason) in cases {
            let run = try await CommandRun(["serve", "--port", "0"] + arguments, in: folder.url)
            #expect(run.status == (reason.hasPrefix("--") ? 2 : 1), "\(arguments)")
            #expect(run.errors.hasPrefix("gatehouse: error: \(reason)"), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            #expect(!run.errors.contains("errno") && !run.errors.contains("NSPOSIX"))
            #expect(run.output == "")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
        #expect(try await process.end(SIGTERM) == 0)
    }
}

/// A folder that is removed with the test.
final class TestFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "gatehouse-folder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}
