// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite struct InitializeTests {
    private func response(_ tool: CommandLineTool, _ arguments: String...) async throws -> Object {
        let result = try await tool.run(["initialize", "spec.json", "--user", #"{"userID":"u"}"#] + arguments)
        #expect(result.status == 0)
        #expect(result.output.hasSuffix("}\n"))
        #expect(result.output.split(separator: "\n").count == 1)
        return try #require(TestJSON.value(result.output)?.object)
    }

    private func names(_ response: Object, _ section: String) -> [String] {
        response[section]?.object?.map(\.name) ?? []
    }

    @Test func writesEverythingAsOneObject() async throws {
        let response = try await response(TestDocument.tool(), "--hash", "none")
        #expect(names(response, "feature_gates").contains("new_checkout"))
        #expect(names(response, "dynamic_configs") == ["pricing", "colour"])
        #expect(names(response, "layer_configs") == ["shop"])
        #expect(names(response, "param_stores") == ["store"])
        #expect(response["user"]?.object?["userID"]?.string == "u")
    }

    @Test func hashesNames() async throws {
        let djb2 = try await response(TestDocument.tool())
        #expect(djb2["hash_used"]?.string == "djb2")
        #expect(names(djb2, "layer_configs") == ["3529462"])
        let sha256 = try await response(TestDocument.tool(), "--hash", "sha256")
        #expect(sha256["hash_used"]?.string == "sha256")
        #expect(names(sha256, "layer_configs").first?.utf8.count == 44)
    }

    @Test func takesTheOptionsOfEvaluate() async throws {
        let tool = try TestDocument.tool()
        let response = try await response(
            tool, "--hash", "none", "--environment", "staging", "--global-custom-fields", #"{"plan":"pro"}"#, "--now",
            "1900000000000")
        let gates = response["feature_gates"]?.object
        for name in ["staging_only", "new_checkout", "after_launch"] {
            #expect(gates?[name]?.object?["value"]?.bool == true)
        }
    }

    @Test func writesTheOtherForms() async throws {
        let mapped = try await response(TestDocument.tool(), "--response-format", "v2")
        #expect(mapped["exposures"]?.object != nil)
        let short = try await response(TestDocument.tool(), "--response-format", "init-v2")
        #expect(short["response_format"]?.string == "init-v2")
    }

    @Test func leavesOut() async throws {
        let response = try await response(
            TestDocument.tool(), "--hash", "none", "--target-app", "app", "--remove-id-types",
            "--remove-default-gates", "--remove-experiments-in-layers")
        #expect(names(response, "feature_gates").isEmpty)
        #expect(names(response, "dynamic_configs").isEmpty)
    }

    @Test func showsNothingToUnknownKeysIfToldSo() async throws {
        let tool = try TestDocument.tool()
        let document = TestDocument.json.replacing(
            "\"has_updates\"", with: #""sdk_keys_to_app_ids": {}, "has_updates""#)
        try tool.write(document.utf8, to: "spec.json")
        let everything = try await response(tool, "--client-key", "client-x")
        #expect(!names(everything, "feature_gates").isEmpty)
        let nothing = try await response(tool, "--client-key", "client-x", "--strict")
        #expect(names(nothing, "feature_gates").isEmpty)
    }

    @Test func saysThatNothingIsNew() async throws {
        let tool = try TestDocument.tool()
        let first = try await response(tool, "--previous-hash", "")
        let hash = try #require(first["full_checksum"]?.string)
        let second = try await response(tool, "--previous-hash", hash)
        #expect(second["has_updates"]?.bool == false)
    }

    @Test(arguments: [
        (["initialize"], 2, "see gatehouse initialize --help"), (["initialize", "spec.json"], 2, "initialize --help"),
        (["initialize", "spec.json", "--user", "{}", "--hash", "md5"], 2, "initialize --help"),
        (["initialize", "spec.json", "--user", "{}", "--response-format", "v3"], 2, "initialize --help"),
        (["initialize", "spec.json", "--user", "{}", "name"], 2, "initialize --help"),
        (["initialize", "nowhere", "--user", "{}"], 1, "nowhere: No such file or directory"),
        (["initialize", "spec.json", "--user", "[]"], 1, "--user: "),
        (["initialize", "spec.json", "--user", "{}", "--id-lists", "nowhere"], 1, "nowhere: No such file"),
    ])
    func failuresAreReportedInOneLine(arguments: [String], status: Int32, message: String) async throws {
        let result = try await TestDocument.tool().run(arguments)
        #expect(result.status == status)
        #expect(result.output.isEmpty)
        let errors = result.errors.split(separator: "\n").filter { !$0.contains("warning") }
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("gatehouse: error: ") == true)
        #expect(errors.first?.contains(message) == true)
    }

    @Test func helpIsNoError() async throws {
        let result = try await TestDocument.tool().run(["initialize", "--help"])
        #expect(result.status == 0)
        for option in ["--hash", "--client-key", "--target-app", "--strict", "--previous-hash", "--id-lists"] {
            #expect(result.output.contains(option))
        }
    }
}
