// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A document in the making, with rules in the forms that the reference's documents have.
struct DocumentDraft {
    /// A rule as the document has it.
    private struct Rule {
        var id: String
        var conditions: [TestCondition]
        var percentage = 100.0
        var value: Value
        /// The group's name, for rules of groups.
        var group: String?
        var delegate: String?
    }

    private var gates = Section()
    private var configs = Section()
    private var layers = Section()
    private var stores = Section()
    private var experimentLayers = Section()
    private var conditions = Section()
    private var hasEveryone = false

    /// Members in JSON, of which a later one takes the place of an earlier one of its name.
    private struct Section {
        private var members: [(name: String, json: [UInt8])] = []
        private var positions: [[UInt8]: Int] = [:]

        var count: Int { members.count }

        mutating func set(_ name: String, to json: [UInt8]) {
            let key = Array(name.utf8)
            if let position = positions[key] {
                members[position].json = json
            } else {
                positions[key] = members.count
                members.append((name, json))
            }
        }

        /// Adds a member whose name is new.
        mutating func append(_ name: String, _ json: [UInt8]) {
            members.append((name, json))
        }

        func write(into writer: inout JSONWriter) {
            writer.raw("{")
            for index in members.indices {
                if index > 0 { writer.raw(",") }
                writer.string(members[index].name)
                writer.raw(":")
                writer.raw(members[index].json)
            }
            writer.raw("}")
        }
    }

    // MARK: - Entities

    mutating func add(_ entity: TestEntity.Content) {
        switch entity {
        case .gate(let gate):
            add(
                gate.name, "feature_gate", heldOut(by: gate.holdout, value: false) + rules(gate.rules) { _ in true },
                idType: gate.idType)
        case .segment(let segment):
            add("segment:\(segment.name)", "segment", rules(segment.rules) { _ in true }, idType: segment.idType)
        case .holdout(let holdout):
            let rule = TestRule.everyone(percentage: holdout.percentage)
            add(holdout.name, "holdout", rules([rule]) { _ in true }, idType: holdout.idType)
        case .config(let config):
            let rules = rules(config.rules) { .object($0.value ?? config.value) }
            let json = spec(
                "dynamic_config", config.name, heldOut(by: config.holdout, value: .object(config.value)) + rules,
                default: .object(config.value), idType: config.idType)
            configs.set(config.name, to: json)
        case .experiment(let experiment): add(experiment)
        case .layer(let layer): add(layer)
        case .store(let store):
            let parameters = store.parameters.map { ($0.name, Value.object($0.parameter.members)) }
            var writer = JSONWriter()
            writer.value(["parameters": .object(Object(parameters))])
            stores.set(store.name, to: writer.bytes)
        }
    }

    private mutating func add(_ gate: String, _ entity: String, _ rules: [Rule], idType: String) {
        gates.set(gate, to: spec(entity, gate, rules, default: false, idType: idType))
    }

    private mutating func add(_ experiment: TestExperiment) {
        add(
            experiment, defaults: experiment.defaults, buckets: 0..<DocumentDraft.buckets(experiment.allocation),
            salt: "allocation:\(experiment.name)", explicitParameters: nil)
    }

    private mutating func add(
        _ experiment: TestExperiment, defaults: Object, buckets: Range<Int>, salt: String,
        explicitParameters: [String]?
    ) {
        let rest = Value.object(defaults)
        var rules = heldOut(by: experiment.holdout, value: rest)
        if !experiment.isActive { rules.append(Rule(id: "prestart", conditions: [.everyone], value: rest)) }
        let outside = DocumentDraft.outside(buckets, salt: salt, experiment.idType)
        rules += outside.map { Rule(id: "layerAssignment", conditions: [$0], value: rest) }
        if !experiment.targeting.isEmpty {
            let segment = "inline_targeting:\(experiment.name)"
            let targeted = [TestRule(conditions: experiment.targeting)]
            add("segment:\(segment)", "segment", self.rules(targeted) { _ in true }, idType: experiment.idType)
            rules.append(Rule(id: "inlineTargetingRules", conditions: [.notInSegment(segment)], value: rest))
        }
        let bucketSalt = DocumentDraft.salt("experiment", experiment.name)
        var size = 0.0
        for group in experiment.groups {
            size += DocumentDraft.percentage(group.size)
            let end = Double(DocumentDraft.buckets(size))
            let limit = DocumentDraft.bucket(.less(than: end), bucketSalt, experiment.idType)
            var value = defaults
            for parameter in group.parameters { value[parameter.name] = parameter.value }
            rules.append(
                Rule(id: group.name, conditions: [limit], value: .object(value), group: group.name))
        }
        let json = spec(
            "experiment", experiment.name, rules, default: rest, idType: experiment.idType,
            isActive: experiment.isActive, explicitParameters: explicitParameters)
        configs.set(experiment.name, to: json)
    }

    private mutating func add(_ layer: TestLayer) {
        let defaults = Value.object(layer.defaults)
        let salt = DocumentDraft.salt("layer", layer.name)
        var rules = heldOut(by: layer.holdout, value: defaults)
        var allocated = 0.0
        for var experiment in layer.experiments {
            let start = DocumentDraft.buckets(allocated)
            allocated += DocumentDraft.percentage(experiment.allocation)
            let buckets = start..<DocumentDraft.buckets(allocated)
            let inside = [
                DocumentDraft.bucket(.atLeast(Double(buckets.lowerBound)), salt, layer.idType),
                DocumentDraft.bucket(.less(than: Double(buckets.upperBound)), salt, layer.idType),
            ]
            rules.append(
                Rule(
                    id: "experimentAssignment", conditions: inside, value: defaults, delegate: experiment.name))
            var own = layer.defaults
            for parameter in experiment.defaults { own[parameter.name] = parameter.value }
            let explicit = Object(experiment.groups.flatMap { $0.parameters.map { ($0.name, Value.null) } })
            experiment.holdout = experiment.holdout ?? layer.holdout
            add(experiment, defaults: own, buckets: buckets, salt: salt, explicitParameters: explicit.map(\.name))
            var writer = JSONWriter()
            writer.string(layer.name)
            experimentLayers.set(experiment.name, to: writer.bytes)
        }
        layers.set(layer.name, to: spec("layer", layer.name, rules, default: defaults, idType: layer.idType))
    }

    // MARK: - Rules

    private func rules(_ rules: [TestRule], _ value: (TestRule) -> Value) -> [Rule] {
        rules.enumerated().map { place, rule in
            Rule(
                id: rule.id ?? "rule_\(place + 1)", conditions: rule.conditions, percentage: rule.percentage,
                value: value(rule))
        }
    }

    private func heldOut(by holdout: String?, value: Value) -> [Rule] {
        holdout.map { [Rule(id: $0, conditions: [.passes($0)], value: value)] } ?? []
    }

    private static func bucket(_ comparison: TestComparison, _ salt: String, _ idType: String) -> TestCondition {
        TestCondition(type: "user_bucket", comparison, idType: idType, salt: salt)
    }

    /// Conditions of which those meet one whose bucket isn't among `buckets`.
    private static func outside(_ buckets: Range<Int>, salt: String, _ idType: String) -> [TestCondition] {
        var result: [TestCondition] = []
        if buckets.lowerBound > 0 {
            result.append(bucket(.less(than: Double(buckets.lowerBound)), salt, idType))
        }
        if buckets.upperBound < 1_000 {
            result.append(bucket(.atLeast(Double(buckets.upperBound)), salt, idType))
        }
        return result
    }

    /// The number of buckets, of 1,000, for a share.
    private static func buckets(_ percentage: Double) -> Int {
        Int((DocumentDraft.percentage(percentage) * 10).rounded())
    }

    /// A share from 0 to 100, whatever the caller gave.
    private static func percentage(_ percentage: Double) -> Double {
        percentage.isNaN ? 0 : min(max(percentage, 0), 100)
    }

    /// Differs between kinds, so that entities of one name don't get the same units.
    private static func salt(_ entity: String, _ name: String) -> String { "\(entity):\(name)" }

    // MARK: - JSON

    // Written as it goes: tests make documents all the time, in debug builds.

    private mutating func spec(
        _ entity: String, _ name: String, _ rules: [Rule], default: Value, idType: String, isActive: Bool? = nil,
        explicitParameters: [String]? = nil
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.raw(
            `default`.bool == nil ? #"{"type":"dynamic_config","entity":"# : #"{"type":"feature_gate","entity":"#)
        writer.string(entity)
        writer.raw(#","salt":"#)
        writer.string(DocumentDraft.salt(entity, name))
        writer.raw(#","enabled":true,"version":1,"defaultValue":"#)
        writer.value(`default`)
        writer.raw(#","idType":"#)
        writer.string(idType)
        if let isActive {
            writer.raw(#","isActive":"#)
            writer.bool(isActive)
            writer.raw(#","hasSharedParams":"#)
            writer.bool(explicitParameters != nil)
        }
        if let explicitParameters {
            writer.raw(#","explicitParameters":"#)
            writer.value(.array(explicitParameters.map { .string($0) }))
        }
        writer.raw(#","rules":["#)
        for index in rules.indices {
            if index > 0 { writer.raw(",") }
            write(rules[index], idType, into: &writer)
        }
        writer.raw("]}")
        return writer.bytes
    }

    private mutating func write(_ rule: Rule, _ idType: String, into writer: inout JSONWriter) {
        writer.raw(#"{"name":"#)
        writer.string(rule.id)
        writer.raw(#","id":"#)
        writer.string(rule.id)
        writer.raw(#","passPercentage":"#)
        writer.double(DocumentDraft.percentage(rule.percentage))
        writer.raw(#","returnValue":"#)
        writer.value(rule.value)
        writer.raw(#","idType":"#)
        writer.string(idType)
        if let group = rule.group {
            writer.raw(#","isExperimentGroup":true,"groupName":"#)
            writer.string(group)
        }
        if let delegate = rule.delegate {
            writer.raw(#","configDelegate":"#)
            writer.string(delegate)
        }
        writer.raw(#","conditions":["#)
        for index in rule.conditions.indices {
            if index > 0 { writer.raw(",") }
            writer.string(id(of: rule.conditions[index]))
        }
        writer.raw("]}")
    }

    private mutating func id(of condition: TestCondition) -> String {
        let isEveryone = condition.type == "public"
        let id = isEveryone ? "everyone" : "c\(conditions.count)"
        // The one that most rules have is shared.
        if !isEveryone || !hasEveryone { conditions.append(id, DocumentDraft.json(condition)) }
        hasEveryone = hasEveryone || isEveryone
        return id
    }

    private static func json(_ condition: TestCondition) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.raw(#"{"type":"#)
        writer.string(condition.type)
        if let field = condition.field {
            writer.raw(#","field":"#)
            writer.string(field)
        }
        if let comparison = condition.comparison {
            writer.raw(#","operator":"#)
            writer.string(comparison.name)
        }
        writer.raw(#","targetValue":"#)
        writer.value(condition.target)
        if let salt = condition.salt {
            writer.raw(#","additionalValues":{"salt":"#)
            writer.string(salt)
            writer.raw("}")
        }
        writer.raw(#","idType":"#)
        writer.string(condition.idType)
        writer.raw("}")
        return writer.bytes
    }

    func document(time: UInt64) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 8_192)
        writer.raw(#"{"has_updates":true,"response_format":"dcs-v2","time":"#)
        writer.integer(time)
        writer.raw(#","checksum":""#)
        writer.integer(time)
        writer.raw(#"","feature_gates":"#)
        gates.write(into: &writer)
        writer.raw(#","dynamic_configs":"#)
        configs.write(into: &writer)
        writer.raw(#","layer_configs":"#)
        layers.write(into: &writer)
        writer.raw(#","condition_map":"#)
        conditions.write(into: &writer)
        writer.raw(#","experiment_to_layer":"#)
        experimentLayers.write(into: &writer)
        writer.raw(#","param_stores":"#)
        stores.write(into: &writer)
        writer.raw("}")
        return writer.bytes
    }
}
