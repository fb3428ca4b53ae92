// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Writes the entities of a ``ProjectDocument``.
struct ProjectWriter {
    var sections = DocumentSections()
    var random = RandomNumbers(seed: 20_240_229)
    var gateNames: [String] = []
    /// Conditions that many rules share.
    var popularConditions: [String] = []
    private var entityCount = 0

    init(edition: Int) {
        sections.addNamedEntities(edition: edition)
        popularConditions = [
            sections.condition(SpecText.condition("public")),
            sections.condition(
                SpecText.condition(
                    "environment_field", operator: "any", field: "tier", target: "[\"staging\",\"development\"]")),
            sections.condition(
                SpecText.condition(
                    "user_field", operator: "str_contains_any", field: "email", target: "[\"@example.com\"]")),
        ]
    }

    /// Adds entities until the document has about this size.
    mutating func fill(upTo byteCount: Int) {
        while sections.byteCount < byteCount - 300 {
            let room = byteCount - sections.byteCount
            // The larger kinds come only where they fit.
            switch random.number(1...100) {
            case ...50 where room > 1_500, _ where room < 3_000: addGate()
            case ...57: addSegment()
            case ...59: addHoldout()
            case ...78: addConfig(room: room)
            case ...96: addExperiment(room: room)
            default: if room > 30_000 { addLayer() }
            }
        }
    }

    // MARK: - Entities

    mutating func name(_ suffix: String) -> String {
        entityCount += 1
        return "\(random.pick(ProjectWriter.subjects))_\(random.pick(ProjectWriter.aspects))_\(suffix)_\(entityCount)"
    }

    private mutating func addGate() {
        let name = name("gate")
        let count = random.pick([0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5])
        sections.gates.add(
            name, SpecText.gate(gateRules(count), salt: random.uuid(), version: random.number(0...80)))
        gateNames.append(name)
    }

    private mutating func addSegment() {
        let name = "segment:" + name("segment")
        sections.gates.add(
            name,
            SpecText.gate(
                gateRules(random.number(1...2)), salt: random.uuid(), entity: "segment",
                version: random.number(0...20)))
        gateNames.append(name)
    }

    private mutating func addHoldout() {
        let name = name("holdout")
        let everybody = popularConditions[0]
        let rule = SpecText.rule(
            random.word(length: 22), percentage: random.number(1...10), conditions: [everybody], returns: "true",
            salt: random.uuid())
        sections.gates.add(name, SpecText.gate([rule], salt: random.uuid(), entity: "holdout"))
        gateNames.append(name)
    }

    private mutating func gateRules(_ count: Int) -> [String] {
        (0..<count).map { _ in
            let id = random.word(length: 22)
            return SpecText.rule(
                id, percentage: random.pick([100, 100, 100, 100, 100, 100, 50, 25, 10, 0]),
                conditions: ruleConditions(),
                returns: "true", salt: random.uuid())
        }
    }

    private mutating func ruleConditions() -> [String] {
        let count = random.happens(5) ? random.number(2...4) : 1
        return (0..<count).map { _ in
            random.happens(30) ? random.pick(popularConditions) : typicalCondition()
        }
    }

    private mutating func addConfig(room: Int) {
        let name = name("config")
        let size = valueSize(room: room)
        let rules = (0..<random.pick([0, 0, 1, 1, 2, 4])).map { _ in
            SpecText.rule(
                random.word(length: 22), percentage: random.pick([100, 100, 50]), conditions: ruleConditions(),
                returns: value(byteCount: min(size, 300)), salt: random.uuid())
        }
        sections.configs.add(
            name,
            SpecText.spec(
                type: "dynamic_config", entity: "dynamic_config", salt: random.uuid(),
                defaultValue: value(byteCount: size), rules: rules, version: random.number(0...40)))
    }

    /// The size of a config's value: mostly small, sometimes a hundred times that.
    private mutating func valueSize(room: Int) -> Int {
        let size =
            switch random.number(1...100) {
            case ...55: random.number(20...400)
            case ...86: random.number(400...2_000)
            case ...97: random.number(2_000...10_000)
            default: random.number(20_000...100_000)
            }
        return min(size, room / 2)
    }

    private mutating func addExperiment(room: Int) {
        let name = name("experiment")
        let isFree = room < 5_000 || random.happens(85)
        let assignment = isFree ? "{\"-1\":true}" : buckets(of: 1, among: 2)
        addExperiment(
            name, assignment: assignment, operator: isFree ? "any" : "none", assignmentSalt: random.uuid(), shared: [])
    }

    /// Adds an experiment; those whose bucket passes the assignment take no part in it.
    mutating func addExperiment(
        _ name: String, assignment: String, operator comparison: String, assignmentSalt: String, shared: [String]
    ) {
        let salt = random.uuid()
        var rules: [String] = []
        if random.happens(15) {
            let ids = SpecText.strings((0..<random.number(1...4)).map { _ in random.uuid() })
            let isListed = sections.condition(SpecText.condition("unit_id", operator: "any", target: ids))
            rules.append(
                SpecText.rule(
                    random.word(length: 22) + ":id_override", group: "Control", conditions: [isListed],
                    returns: "{\"variant\":\"control\"}"))
        }
        if random.happens(10), !gateNames.isEmpty {
            rules.append(SpecText.rule("targetingGate", conditions: [gateCondition("fail_gate")], returns: "{}"))
        }
        let isOutside = sections.condition(
            SpecText.condition("user_bucket", operator: comparison, target: assignment, salt: assignmentSalt))
        rules.append(SpecText.rule("layerAssignment", conditions: [isOutside], returns: "{}"))
        let groups = ["Control", "Test", "Test 2", "Test 3"].prefix(random.pick([2, 2, 2, 3, 4]))
        for (number, group) in groups.enumerated() {
            let limit = 1_000 * (number + 1) / groups.count
            let bucket = sections.condition(
                SpecText.condition("user_bucket", operator: "lt", target: String(limit), salt: salt))
            let id = random.word(length: 22)
            rules.append(
                SpecText.rule(
                    id, group: group, conditions: [bucket],
                    returns: "{\"variant\":\"\(group)\",\"limit\":\(random.number(1...900))}", salt: id,
                    isExperimentGroup: true))
        }
        sections.configs.add(
            name,
            SpecText.spec(
                type: "dynamic_config", entity: "experiment", salt: salt, defaultValue: "{}", rules: rules,
                version: random.number(1...60),
                experiment: (
                    isActive: random.happens(70), hasSharedParameters: !shared.isEmpty, explicitParameters: shared
                )))
    }

    /// Adds a layer and the experiments that share its users.
    private mutating func addLayer() {
        let name = name("layer")
        let salt = random.uuid()
        let defaults = "{\"variant\":\"none\",\"limit\":0}"
        let count = random.number(2...4)
        var rules: [String] = []
        for number in 1...count {
            let experiment = self.name("experiment")
            let share = buckets(of: number, among: 2 * count)
            addExperiment(
                experiment, assignment: share, operator: "none", assignmentSalt: salt, shared: ["variant"])
            let isAllocated = sections.condition(
                SpecText.condition("user_bucket", operator: "any", target: share, salt: salt))
            rules.append(
                SpecText.rule(
                    "experimentAssignment", conditions: [isAllocated], returns: defaults, delegate: experiment))
            sections.layerOfExperiment.add(experiment, "\"\(name)\"")
        }
        sections.layers.add(
            name,
            SpecText.spec(
                type: "dynamic_config", entity: "layer", salt: salt, defaultValue: defaults, rules: rules,
                version: random.number(1...9)))
    }

    /// One experiment's share of the 1,000 buckets of a layer, as JSON.
    private func buckets(of number: Int, among count: Int) -> String {
        "{" + stride(from: number, to: 1_000, by: count).map { "\"\($0)\":true" }.joined(separator: ",") + "}"
    }
}
