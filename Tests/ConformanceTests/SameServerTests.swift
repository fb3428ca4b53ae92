// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

/// The official engine and our client, started on the same server.
///
/// The engine comes from PyPI and isn't a dependency: `GATEHOUSE_ORACLE_PYTHON` names a Python that has
/// `statsig-python-core==0.24.2`.
@Suite("Beside the official engine")
struct SameServerTests {
    static let python = ProcessInfo.processInfo.environment["GATEHOUSE_ORACLE_PYTHON"]
    // Neither random numbers nor the time decide the answers in these sets.
    static let sets = (ConformanceSet.generated + ConformanceSet.official).filter {
        ["syn_all_1", "syn_core_1", "syn_layers_1", "real_eval_proj"].contains($0.name)
    }

    @Test(
        "Both give equal answers for all entities",
        .enabled(if: python != nil, "GATEHOUSE_ORACLE_PYTHON names no Python with statsig-python-core 0.24.2"),
        arguments: sets)
    func equalAnswers(_ set: ConformanceSet) async throws {
        let python = try #require(SameServerTests.python)
        let document = Answer(headers: [("Content-Type", "application/json")], body: try set.file("spec.json.gz"))
            .gzipped()
        let files = try set.idListFiles()
        try await FaultServer.run { server in
            let url = server.url
            server.respond { request in SameServerTests.answer(request, document, files, url) }

            var options = ClientOptions(
                network: NetworkOptions(specsURL: "\(url)/v2/download_config_specs"),
                environment: try set.context().environment)
            options.events = nil
            options.globalCustomFields = try set.context().globalCustomFields
            options.idLists = IDListOptions(manifestURL: "\(url)/v1/get_id_lists")
            let client = GatehouseClient(key: SDKKey("secret-same-server"), options: options)
            let outcome = await client.start(within: .seconds(60))
            #expect(outcome.origin == .network, "\(outcome)")
            #expect(client.status.idLists?.listCount == files.count)

            let expected = try await OfficialEngine(python: python, script: "oracle.py").ask(
                about: set, users: set.file("users.jsonl.gz")
            ) { _ in ["--base", url] }
            #expect(server.requests.contains { $0[header: "statsig-sdk-type"]?.contains("python") == true })
            let snapshot = client.unloggedSnapshot
            let comparison = try RowComparison(
                snapshot.ruleset, in: snapshot.context, users: try set.users(), expected: expected)
            #expect(comparison.rowCount > 1_000)
            #expect(comparison.differenceCount == 0, "\(comparison.summary)")
            await client.shutdown()
        }
    }

    /// The documents that both get.
    static func answer(
        _ request: ReceivedRequest, _ document: Answer, _ files: [String: [UInt8]], _ url: String
    ) -> Answer {
        let path = String(request.path.prefix { $0 != "?" })
        if path.hasPrefix("/v2/download_config_specs/") {
            return document
        }
        if path == "/v1/get_id_lists" {
            let entries = files.map { name, content in
                """
                "\(name)":{"name":"\(name)","size":\(content.count),"url":"\(url)/lists/\(name)",\
                "creationTime":1700000000000,"fileID":"file-\(name)"}
                """
            }
            return Answer(json: "{\(entries.joined(separator: ","))}")
        }
        let name = path.dropFirst("/lists/".count).removingPercentEncoding ?? ""
        return files[name].map { Answer(headers: [("Content-Type", "text/plain")], body: $0) } ?? Answer(status: 404)
    }
}
