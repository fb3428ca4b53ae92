// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// Loads one document, evaluates all its entities and checks that the answers agree with each other.
struct FuzzCheck {
    let stopwatch: Stopwatch
    private let users: UserGenerator
    private(set) var input: FuzzInput
    private var random: FuzzRandom
    private(set) var evaluations = 0
    private(set) var isLoaded = false
    /// Whether the document has replaced another one.
    private(set) var hasReplaced = false

    /// The maximum number of entities of a kind that are evaluated; of more, a random sample is.
    private var entitiesPerKind = 100

    init(_ input: FuzzInput, _ users: UserGenerator, _ random: FuzzRandom, _ stopwatch: Stopwatch) {
        self.input = input
        self.users = users
        self.random = random
        self.stopwatch = stopwatch
        stopwatch.enter(input)
    }

    mutating func run() {
        let outcome = load()
        let replacements = replacements(outcome)
        guard case .success(let first) = outcome else { return }
        isLoaded = true
        hasReplaced = !replacements.rulesets.isEmpty
        guard let second = try? Ruleset(document: input.document) else { return }
        expect(first.memoryByteCount == second.memoryByteCount, "the same document takes different memory")
        let others = replacements.rulesets + [second]
        for ruleset in [first] + replacements.rulesets {
            let findings = stopwatch.time("checking invariants") { ruleset.checkInvariants() }
            expect(findings.isEmpty, findings.first ?? "")
        }
        for index in 0..<3 {
            guard let user = user(index) else { continue }
            let context = ContextGenerator.context(&random)
            let other = others[index % others.count]
            check(first, other, user, context)
            checkResponses(first, other, user, context)
        }
        // The previous version is mostly the same again, so a sample of its entities suffices.
        if let previous = replacements.previous, random.once(in: 3) {
            entitiesPerKind = 20
            guard let user = user(0) else { return }
            check(previous.whole, previous.replacing, user, ContextGenerator.context(&random))
        }
    }

    /// - Returns: The ruleset or why the document is refused, which must not differ from time to time.
    private func load() -> Result<Ruleset, DocumentError> {
        let first = stopwatch.time("loading") { () -> Result<Ruleset, DocumentError> in
            Result { () throws(DocumentError) in try Ruleset(document: input.document) }
        }
        let second = Result { () throws(DocumentError) in try Ruleset(document: input.document) }
        switch (first, second) {
        case (.success(let one), .success(let other)):
            expect(
                one.issues == other.issues && one.documentFormat == other.documentFormat,
                "loading differs from time to time")
            for issue in one.issues { expect(!issue.message.isEmpty && !issue.path.isEmpty, "an issue says nothing") }
        case (.failure(let one), .failure(let other)):
            expect(one == other, "errors differ from time to time")
            expect(one.line >= 1 && one.column >= 1 && !one.message.isEmpty, "an error says nothing")
            expect((0...input.document.count).contains(one.byteOffset), "an error lies outside of the document")
        default:
            stopwatch.fail("the document is refused from time to time")
        }
        return first
    }

    private mutating func user(_ index: Int) -> User? {
        if index == 0, random.once(in: 2) { return users.built(&random) }
        let json = users.json(&random)
        input.user = json
        stopwatch.enter(input)
        let user = stopwatch.time("reading a user") { try? User(json: json) }
        let again = try? User(json: json)
        expect(user == again, "users differ from time to time")
        return user
    }

    // MARK: - Entities

    private mutating func check(
        _ first: Ruleset, _ second: Ruleset, _ user: User, _ context: EvaluationContext
    ) {
        for name in some(first.gateNames + ["nowhere"]) { checkGate(name, first, second, user, context) }
        for name in some(first.configNames + first.autotuneNames + ["nowhere"]) {
            let config = stopwatch.time("dynamicConfig \(name)") { first.dynamicConfig(name, for: user, in: context) }
            compare(config, second.dynamicConfig(name, for: user, in: context))
            explain(.dynamicConfig, config, first, user, context)
            let experiment = stopwatch.time("experiment \(name)") { first.experiment(name, for: user, in: context) }
            let again = second.experiment(name, for: user, in: context)
            compare(experiment, again)
            expect(
                experiment.isActive == again.isActive && experiment.isInLayer == again.isInLayer
                    && experiment.isUserInExperiment == again.isUserInExperiment
                    && experiment.explicitParameters == again.explicitParameters, "experiments differ: \(name)")
            explain(.experiment, experiment, first, user, context)
        }
        for name in some(first.layerNames + ["nowhere"]) {
            let layer = stopwatch.time("layer \(name)") { first.layer(name, for: user, in: context) }
            let again = second.layer(name, for: user, in: context)
            compare(layer, again)
            expect(
                layer.allocatedExperiment == again.allocatedExperiment
                    && layer.isExperimentActive == again.isExperimentActive
                    && layer.explicitParameters == again.explicitParameters
                    && layer.ruleID(of: "a") == again.ruleID(of: "a"), "layers differ: \(name)")
            explain(.layer, layer, first, user, context)
        }
        for store in first.parameterStoreNames {
            let result = stopwatch.time("store") { first.parameterStore(store.store, for: user, in: context) }
            let again = second.parameterStore(store.store, for: user, in: context)
            for parameter in some(result.parameters + ["nowhere"]) {
                let reading = stopwatch.time("parameter \(parameter)") { result.read(parameter) }
                expect(isSame(reading.value, again.read(parameter).value), "readings differ: \(parameter)")
                readTyped(result, parameter)
            }
        }
    }

    private mutating func checkGate(
        _ name: String, _ first: Ruleset, _ second: Ruleset, _ user: User, _ context: EvaluationContext
    ) {
        let gate = stopwatch.time("gate \(name)") { first.gate(name, for: user, in: context) }
        let again = second.gate(name, for: user, in: context)
        compare(gate.evaluation, again.evaluation, name)
        let isPassed = stopwatch.time("checkGate \(name)") { first.checkGate(name, for: user, in: context) }
        let handle = first.handle(for: .gate, named: name)
        expect(gate.value == isPassed && gate.value == again.value, "checkGate and gate differ: \(name)")
        expect(first.checkGate(handle, for: user, in: context) == isPassed, "the handle's answer differs: \(name)")
        expect(second.checkGate(handle, for: user, in: context) == isPassed, "the handle's answer differs: \(name)")
        explain(.gate, gate, first, user, context)
    }

    private mutating func checkResponses(
        _ first: Ruleset, _ second: Ruleset, _ user: User, _ context: EvaluationContext
    ) {
        for format in ClientResponseOptions.Format.allCases {
            var options = ClientResponseOptions()
            options.format = format
            options.nameHash = NameHash.allCases.randomElement(using: &random) ?? .djb2
            options.includesLocalOverrides = random.once(in: 2)
            if random.once(in: 4) { options.clientKey = "client-key-1" }
            if random.once(in: 4) { options.targetAppID = "app" }
            if random.once(in: 4) { options.previousResponseHash = "" }
            let response = stopwatch.time("response \(format)") {
                first.clientInitializeResponse(for: user, in: context, options: options)
            }
            let again = second.clientInitializeResponse(for: user, in: context, options: options)
            expect(response == again, "responses differ")
            // The response for an empty user: with the values of another one it may nest deeper than JSON is read.
            let plain = first.clientInitializeResponse(for: User(), in: context, options: options)
            let value = Value(json: plain)
            expect(value?.object?["has_updates"] != nil, "a response isn't JSON")
            let gates = value?.object?["feature_gates"]?.object?.count ?? 0
            expect(gates <= first.gateNames.count, "a response has more gates than the document")
        }
    }

    private mutating func some(_ names: [String]) -> ArraySlice<String> {
        guard names.count > entitiesPerKind else { return names[...] }
        return names.shuffled(using: &random).prefix(entitiesPerKind)
    }

    // MARK: - Agreement

    private mutating func compare(_ one: some ParameterizedResult, _ other: some ParameterizedResult) {
        compare(one.evaluation, other.evaluation, one.name)
        expect(one.json == other.json, "values differ: \(one.name)")
        let value = stopwatch.time("reading the value of \(one.name)") { one.value }
        expect((value != nil) == one.json.hasPrefix("{"), "the value of \(one.name) isn't its JSON")
        expect(value != nil || ["true", "false", "null"].contains(one.json), "no value: \(one.name)")
        for member in (value ?? [:]).prefix(20) {
            expect(isSame(one[member.name], member.value), "a parameter differs: \(one.name), \(member.name)")
            readTyped(one, member.name)
        }
    }

    private mutating func compare(_ one: Evaluation, _ other: Evaluation, _ name: String) {
        evaluations += 1
        expect(
            one.ruleID == other.ruleID && one.groupName == other.groupName && one.idType == other.idType
                && one.version == other.version && one.passed == other.passed && one.reason == other.reason
                && one.secondaryExposures == other.secondaryExposures
                && one.undelegatedSecondaryExposures == other.undelegatedSecondaryExposures
                && one.overrideConfigName == other.overrideConfigName && one.samplingRate == other.samplingRate
                && one.forwardsAllExposures == other.forwardsAllExposures
                && one.hasSeenAnalyticalGates == other.hasSeenAnalyticalGates
                && one.consultedIDList == other.consultedIDList, "evaluations differ: \(name)")
        expect(!one.reason.description(source: "Fuzz").isEmpty, "no reason: \(name)")
        expect(one.secondaryExposures.count <= 1_000, "too many exposures: \(name)")
    }

    private mutating func explain(
        _ kind: EntityKind, _ result: some EvaluationResult, _ ruleset: Ruleset, _ user: User,
        _ context: EvaluationContext
    ) {
        guard random.once(in: 4) else { return }
        let name = result.name
        let told = stopwatch.time("explain \(name)") { ruleset.explain(kind, name, for: user, in: context) }
        expect(
            told.ruleID == result.ruleID && told.groupName == result.evaluation.groupName
                && told.reason == result.reason,
            "explain differs: \(name): \(told.ruleID), \(String(describing: told.groupName)), \(told.reason) instead of "
                + "\(result.ruleID), \(String(describing: result.evaluation.groupName)), \(result.reason)")
        if let gate = result as? GateEvaluation {
            expect(told.value == "\(gate.value)", "explain's value differs: \(name): \(told.value)")
        } else if let result = result as? any ParameterizedResult {
            expect(told.value == result.json, "explain's value differs: \(name): \(told.value)")
        }
        guard random.once(in: 4) else { return }
        expect(!stopwatch.time("explain's text of \(name)") { told.text }.isEmpty, "explain says nothing")
        expect(stopwatch.time("explain's JSON of \(name)") { told.json }.hasPrefix("{"), "explain's JSON isn't any")
    }

    private func readTyped(_ result: some ParameterReading, _ name: String) {
        _ = result[name, default: false]
        _ = result[name, default: ""]
        _ = result[name, default: 0.0]
        _ = result[name, default: 0]
        _ = result[name, default: [Value]()]
        _ = result[name, default: Object()]
    }

    /// Equality by text, since NaN doesn't equal itself.
    private func isSame(_ one: Value?, _ other: Value?) -> Bool {
        one == other || String(describing: one) == String(describing: other)
    }

    func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { stopwatch.fail(message()) }
    }
}
