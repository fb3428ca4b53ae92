// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

@Suite("Faults of the server's answers", .serialized)
struct AnswerFaultTests {
    @Test(
        "They aren't documents",
        arguments: [
            ("204", Answer.noContent), ("empty", Answer(json: "")), ("a page", .portal),
            ("a page that says it is JSON", Answer(json: "<html></html>")),
            ("other JSON", Answer(json: #"{"error":"oops"}"#)), ("a number", Answer(json: "7")),
            ("half a document", Answer(json: Documents.document(time: 2).dropLast(5))),
            ("protocol buffers", Answer(headers: [("Content-Type", "application/octet-stream")], body: [8, 1])),
        ])
    func notDocuments(name: String, answer: Answer) async throws {
        try await Scenario.run { try await $0.endures(.invalidDocument, answer: answer) }
    }

    @Test("They are errors that may heal", arguments: [408, 500, 502, 503, 504])
    func errors(status: Int) async throws {
        try await Scenario.run { scenario in
            try await scenario.endures(.refused, answer: Answer(json: "busy", status: status))
            // Two rounds and more, of four tries each.
            #expect(scenario.server.requestCount >= 9)
        }
    }

    @Test("They are errors that asking again won't heal", arguments: [400, 404, 405, 413, 501])
    func refusals(status: Int) async throws {
        try await Scenario.run { scenario in
            scenario.server.respond(with: Answer(json: "no", status: status))
            try await scenario.round()
            #expect(scenario.server.requestCount == 2)
            #expect(scenario.problem?.code == .refused)
            #expect(scenario.problem?.message.contains("answered \(status): no") == true)
            try await scenario.heals { scenario.serve(2) }
        }
    }

    @Test("The key isn't taken, and then it is", arguments: [401, 403])
    func unauthorized(status: Int) async throws {
        try await Scenario.run { scenario in
            try await scenario.endures(.unauthorized, answer: Answer(json: "{}", status: status))
            let message = try #require(scenario.client.status.lastError?.message)
            #expect(!message.contains(Scenario.key.secret))
        }
    }

    @Test("The key isn't taken: one try a round, and none at the fallback")
    func noInsisting() async throws {
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 2)) }) { fallback in
            let url = fallback.url
            try await Scenario.run {
                $0.network?.fallbackSpecsURL = url
            } _: { scenario in
                scenario.server.respond(with: Answer(status: 401))
                try await scenario.round()
                #expect(scenario.server.requestCount == 2)
                #expect(fallback.requestCount == 0)
                #expect(scenario.client.status.documentTime == 1)
                #expect(scenario.problem?.code == .unauthorized)

                // A new key is tried at once.
                scenario.asker.accept([1, 3])
                scenario.server.respond { request in
                    request[header: "statsig-api-key"] == "secret-new"
                        ? Answer(json: Documents.document(time: 3)) : Answer(status: 401)
                }
                scenario.client.replaceKey(SDKKey("secret-new"))
                try await waitUntil("the new key works") { scenario.client.status.documentTime == 3 }
                scenario.asker.accept([3])
                #expect(scenario.server.requests.last?.path == "/v2/download_config_specs/secret-new.json")
                try await waitUntil("all is well") { scenario.client.status.problems == [] }
            }
        }
    }

    @Test("The server asks for patience", arguments: [429, 503])
    func patience(status: Int) async throws {
        try await Scenario.run { scenario in
            scenario.server.respond(with: Answer(status: status).with("Retry-After", "45"))
            try await scenario.round()
            #expect(scenario.problem?.code == (status == 429 ? .tooManyRequests : .refused))
            #expect(scenario.server.requestCount == 2)
            #expect(scenario.client.status.nextAttempt == .seconds(45))
            scenario.serve(2)
            scenario.asker.accept([1, 2])
            try await scenario.step()
            #expect(scenario.client.status.documentTime == 2)
            #expect(scenario.client.status.problems == [])
        }
    }

    @Test("Patience has an end, and may be told as a date")
    func patienceEnds() async throws {
        try await Scenario.run { scenario in
            scenario.server.respond(with: Answer(status: 429).with("Retry-After", "999999999999"))
            try await scenario.round()
            #expect(scenario.client.status.nextAttempt == .seconds(300))
            scenario.time.setWallTime(1_783_000_000_000)
            scenario.server.respond(with: Answer(status: 429).with("Retry-After", "Thu, 02 Jul 2026 13:47:30 GMT"))
            try await scenario.step()
            // The date is 50 s after the time of day before the step, and the step took 300 s.
            #expect(scenario.client.status.nextAttempt.map { $0 <= Scenario.interval } == true)
        }
    }

    @Test("Redirects lead nowhere")
    func redirects() async throws {
        try await Scenario.run { scenario in
            let url = scenario.server.url
            try await scenario.endures(.refused) {
                scenario.server.respond { .redirect(to: url + $0.path) }
            } cure: {
                scenario.serve(2)
            }
            #expect(scenario.client.status.lastError?.message.contains("redirects") == true)
        }
    }

    @Test("304 says that nothing has changed")
    func notModified() async throws {
        try await Scenario.run { scenario in
            scenario.server.respond(with: .notModified)
            try await scenario.round()
            #expect(scenario.client.status.problems == [])
            #expect(scenario.client.status.age == .zero)
            try await scenario.heals { scenario.serve(2) }
        }
    }
}
