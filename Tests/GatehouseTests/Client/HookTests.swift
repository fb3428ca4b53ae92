// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import Testing

@testable import Gatehouse

@Suite("Hooks around evaluations")
struct HookTests {
    /// Writes each call down, under a name.
    private struct Diary: EvaluationHook {
        let name: String
        let lines: NIOLockedValueBox<[String]>

        func beforeEvaluation(_ call: EvaluationCall) -> String {
            let parameter = call.parameter.map { ".\($0)" } ?? ""
            let line = "\(call.kind.rawValue) \(call.name)\(parameter) for \(call.user.userID ?? "nobody")"
            lines.withLockedValue { $0.append("\(name) before \(line)") }
            return line
        }

        func afterEvaluation(_ call: EvaluationCall, _ result: (any EvaluationResult)?, _ state: String) {
            lines.withLockedValue { $0.append("\(name) after \(state): \(result.map { "\($0)" } ?? "none")") }
        }
    }

    /// Only counts the answers.
    private struct Counter: EvaluationHook {
        let count: NIOLockedValueBox<Int>

        func afterEvaluation(_ call: EvaluationCall, _ result: (any EvaluationResult)?, _ state: Void) {
            count.withLockedValue { $0 += 1 }
        }
    }

    private let lines = NIOLockedValueBox<[String]>([])
    private let user = User(userID: "u")

    private func subject(_ names: String..., change: (inout ClientOptions) -> Void = { _ in }) async -> EventClient {
        await EventClient { options in
            options.evaluationHooks = names.map { Diary(name: $0, lines: lines) }
            change(&options)
        }
    }

    private func takeLines() -> [String] {
        lines.withLockedValue { lines in
            defer { lines = [] }
            return lines
        }
    }

    @Test("The first hook is outermost, and each gets back what it returned")
    func order() async {
        let subject = await subject("outer", "inner")
        #expect(subject.client.checkGate("base", for: user))
        #expect(
            takeLines() == [
                "outer before gate base for u", "inner before gate base for u",
                "inner after gate base for u: base: true, rule base-rule",
                "outer after gate base for u: base: true, rule base-rule",
            ])
        await subject.end()
    }

    @Test("Every getter calls them, of the client and of a scope, whether it logs its answer or not")
    func getters() async {
        let subject = await subject("a")
        let client = subject.client
        let flags = client.scope(for: user)
        for logs in [true, false] {
            _ = (client.checkGate("open", for: user, logsExposure: logs), flags.checkGate("open", logsExposure: logs))
            _ = (client.gate("open", for: user, logsExposure: logs), flags.gate("open", logsExposure: logs))
            let handle = client.handle(for: .gate, named: "open")
            _ = (client.checkGate(handle, for: user, logsExposure: logs), flags.checkGate(handle, logsExposure: logs))
            _ = flags.checkGate("open", default: true, logsExposure: logs)
            #expect(takeLines() == Array(repeating: gate, count: 7).flatMap { $0 })
            _ = flags.dynamicConfig("pricing", logsExposure: logs)
            _ = flags.experiment("button", logsExposure: logs)
            let layer = flags.layer("screen", logsExposure: logs)
            _ = (layer["color"], layer["size"])
            #expect(
                takeLines() == [
                    "a before dynamicConfig pricing for u",
                    #"a after dynamicConfig pricing for u: pricing: {"price":9.5}, rule pricing-rule"#,
                    "a before experiment button for u",
                    #"a after experiment button for u: button: {"text":"Buy"}, rule button-a, group B"#,
                    "a before layer screen for u",
                    #"a after layer screen for u: screen: {"color":"red","size":3}, rule paint-b, group B"#,
                ])
            let store = flags.parameterStore("store", logsExposure: logs)
            #expect(takeLines().isEmpty)
            _ = (store["price"], store["fixed"], store["color", default: ""])
            #expect(
                takeLines() == [
                    "a before parameterStore store.price for u",
                    #"a after parameterStore store.price for u: pricing: {"price":9.5}, rule pricing-rule"#,
                    "a before parameterStore store.fixed for u", "a after parameterStore store.fixed for u: none",
                    "a before parameterStore store.color for u",
                    #"a after parameterStore store.color for u: screen: {"color":"red","size":3}, rule paint-b, group B"#,
                ])
        }
        await subject.end()
    }

    private let gate = ["a before gate open for u", "a after gate open for u: open: true, rule open-rule"]

    @Test("Sticky experiments and layers call them, and are stored")
    func sticky() async throws {
        let storage = AssignmentStorage()
        let subject = await subject("a") { $0.stickyStorage = storage }
        let flags = subject.client.scope(for: user)
        let options = StickyOptions(values: try #require(await flags.stickyValues(idType: "userID")))
        _ = (flags.experiment("paint", sticky: options), flags.layer("screen", sticky: options)["color"])
        #expect(takeLines().map { $0.prefix(12) } == ["a before exp", "a after expe", "a before lay", "a after laye"])
        await subject.end()
        #expect(storage.log.contains("save paint u:userID"))
    }

    @Test("A hook sees the answer of an override, and unknown names")
    func overridden() async {
        let subject = await subject("a")
        let flags = subject.client.scope(for: user).overriding { $0.setGate("open", to: false) }
        _ = (flags.checkGate("open"), flags.checkGate("nowhere"))
        let answers = takeLines().filter { $0.hasPrefix("a after") }
        #expect(answers.count == 2 && answers[0].contains("open: false, rule override"))
        #expect(answers[1].hasPrefix("a after gate nowhere for u: nowhere: false"))
        await subject.end()
    }

    @Test("Exposures are the same with hooks and without, and so are listeners' answers")
    func exposures() async {
        let subjects = (await subject("a"), await subject())
        for subject in [subjects.0, subjects.1] {
            let evaluations = subject.client.evaluations
            let flags = subject.client.scope(for: user)
            _ = (flags.checkGate("open"), flags.checkGate("open"), flags.experiment("button"))
            _ = (flags.layer("screen")["color"], flags.parameterStore("store")["isOpen"])
            _ = flags.checkGate("base", logsExposure: false)
            let events = await subject.events()
            #expect(events.map(\.name).filter { $0 != Event.nonExposedChecksName }.count == 3)
            await subject.end()
            let names = await evaluations.reduce(into: []) { $0.append($1.result.name) }
            #expect(names == ["open", "open", "button", "screen", "open", "base"])
        }
        #expect(subjects.0.sink.events == subjects.1.sink.events)
    }

    @Test("They are called without events, before the start and after the end")
    func withoutEvents() async {
        let count = NIOLockedValueBox(0)
        var options = ClientOptions(network: nil)
        options.bootstrap = Array(EventDocument.json().utf8)
        options.events = nil
        options.logger = Scenario.logger
        options.evaluationHooks = [Counter(count: count)]
        let client = GatehouseClient(key: Scenario.key, options: options)
        _ = client.checkGate("open", for: user)
        await client.start()
        _ = (client.checkGate("open", for: user), client.parameterStore("store", for: user)["fixed"])
        await client.shutdown()
        _ = client.layer("screen", for: user)
        #expect(count.withLockedValue { $0 } == 4)
    }

    @Test("What answers many names at once calls none")
    func none() async {
        let subject = await subject("a")
        let flags = subject.client.scope(for: user)
        _ = (flags.evaluateAll(), flags.clientInitializeResponse(), flags.explain(.gate, "open"))
        #expect(takeLines().isEmpty)
        await subject.end()
    }
}
