// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing
import Workload

@Suite("Named entities")
struct NamedEntityTests {
    private let project: LoadedProject
    private let user = UserShape.five.user(UserRing.id(0))

    init() throws {
        project = try LoadedProject(ProjectDocument(byteCount: 60_000).bytes)
    }

    private func passes(_ gate: NamedEntity, _ user: User) -> Bool {
        project.ruleset.checkGate(gate.rawValue, for: user, in: project.context)
    }

    @Test("the string set has the 100 ids of the ring that are said to be listed, and no other")
    func stringSet() {
        let listed = Set(UserRing.listed)
        #expect(listed.count == 100)
        #expect(UserRing.ids.allSatisfy { passes(.stringSetGate, User(userID: .some($0))) == listed.contains($0) })
    }

    @Test("the version gate passes users whose app has a version, and nobody else")
    func version() {
        #expect(passes(.versionGate, user))
        #expect(!passes(.versionGate, UserShape.one.user(UserRing.id(0))))
    }

    @Test("about half of the users pass the gate for half of them, and the nested one with them")
    func half() {
        let users = UserRing.ids.map { User(userID: $0) }
        let passed = users.count { passes(.halfGate, $0) }
        #expect((1_900...2_200).contains(passed))
        #expect(users.allSatisfy { passes(.halfGate, $0) == passes(.nestedGate, $0) })
    }

    @Test("the heavily nested gate evaluates its chain to the end")
    func heavilyNested() {
        let result = project.ruleset.gate(NamedEntity.heavilyNestedGate.rawValue, for: user, in: project.context)
        let exposed = result.secondaryExposures.map(\.gate)
        for number in 2...NamedEntity.chainLength { #expect(exposed.contains("gate_chain_\(number)")) }
        #expect(result.ruleID == "gate_heavily_nested_rule_3")
        #expect(result.value)
    }

    @Test("the last rule of the config applies")
    func config() {
        let result = project.ruleset.dynamicConfig(NamedEntity.config.rawValue, for: user, in: project.context)
        #expect(result.ruleID == "config_rule_2")
    }

    @Test("everybody is in a group of the experiment and in the layer's experiment", arguments: [0, 1, 2, 3, 4])
    func groups(position: Int) {
        let user = UserShape.nine.user(UserRing.id(position))
        let experiment = project.ruleset.experiment(NamedEntity.experiment.rawValue, for: user, in: project.context)
        #expect(experiment.isUserInExperiment)
        let layer = project.ruleset.layer(NamedEntity.layer.rawValue, for: user, in: project.context)
        #expect(layer.allocatedExperiment == NamedEntity.layerExperiment.rawValue)
        #expect(layer.isUserInExperiment)
    }

    @Test("users have as many fields as their shape says")
    func shapes() {
        for shape in UserShape.allCases {
            let user = shape.user("u")
            let fields = [user.userID, user.email, user.ip, user.userAgent, user.country, user.locale, user.appVersion]
            #expect(fields.count { $0 != nil } + user.custom.count + user.customIDs.count == shape.rawValue)
        }
    }
}
