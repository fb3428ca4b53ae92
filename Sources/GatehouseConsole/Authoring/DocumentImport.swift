// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A document turned into entities: those that compile to what they came from can be edited, others are kept verbatim.
struct DocumentImport {
    let tree: DocumentTree
    let shared: [String: Value]
    let time: Int64
    private let holdouts: Set<String>

    /// - Parameters:
    ///   - tree: A document in the newer format.
    ///   - time: When the entities are created, in ms since 1970.
    init(_ tree: DocumentTree, at time: Int64) {
        self.tree = tree
        self.time = time
        shared = tree.sharedConditions
        holdouts = Set((tree.entities[.gates] ?? []).filter { $0.kind == "holdout" }.map(\.name))
    }

    /// The members of documents that no entity has, kept for the document as a whole.
    private static let indexes: Set<String> = [
        "has_updates", "time", "response_format", "checksum", "experiment_to_layer", "param_stores", "id_lists",
        "default_environment", "app_id", "hashed_sdk_key_used",
    ]

    /// The entities, those that can't be edited marked.
    func entities(in project: AuthoredProject) -> [Entity] {
        var sources: [(entity: Entity, source: DocumentTree.Entity, section: DocumentTree.Section)] = []
        for section in DocumentTree.Section.allCases {
            for source in tree.entities[section] ?? [] {
                sources.append((entity(source, section), source, section))
            }
        }
        cover(&sources)
        // What is kept verbatim may be what others were compiled with, so again until nothing changes.
        for _ in 0..<8 {
            var candidate = project
            for item in sources { candidate[item.entity.family, item.entity.id] = item.entity }
            let compilation = Compilation(candidate)
            var isSettled = true
            for (index, item) in sources.enumerated() where VerbatimSpec(item.entity) == nil {
                let compiled = compilation.specs(of: item.entity).map(\.compiled).first
                let conditions = Dictionary(compiled?.conditions.map { ($0.id, $0.condition) } ?? []) { $1 }
                let isSame = compiled.map {
                    SpecForm.reduced($0.newer, conditions) == SpecForm.reduced(item.source.spec, shared)
                }
                if isSame != true {
                    sources[index].entity = verbatim(item.entity, item.source, item.section)
                    isSettled = false
                }
            }
            if isSettled { break }
        }
        var entities = sources.map(\.entity) + stores
        let rest = tree.members.filter { !DocumentImport.indexes.contains($0.name) }
        if !rest.isEmpty {
            entities.append(
                Entity(
                    family: .environments, id: "document",
                    members: [
                        "name": "document", "members": .object(Object(distinct: rest)),
                        "conditions": .object(mappingConditions),
                    ]))
        }
        return entities
    }

    /// The conditions of rules that map configs to one another.
    private var mappingConditions: Object {
        let rules = tree.members["override_rules"]?.object?.compactMap(\.value.object) ?? []
        let ids = Set(rules.flatMap { $0.texts("conditions") }).sorted()
        return Object(distinct: ids.compactMap { id in shared[id].map { (id, $0) } })
    }

    private func verbatim(
        _ entity: Entity, _ source: DocumentTree.Entity, _ section: DocumentTree.Section
    ) -> Entity {
        var ids: Set<String> = []
        let conditions = source.rules.compactMap(\.object).flatMap { $0.texts("conditions") }
            .filter { ids.insert($0).inserted }.compactMap { id in shared[id].map { (id: id, condition: $0) } }
        var entity = entity
        entity["isVerbatim"] = true
        entity[VerbatimSpec.member] =
            VerbatimSpec(section: section, name: source.name, spec: source.spec, conditions: conditions).value
        return entity
    }

    // MARK: - Entities

    private func entity(_ source: DocumentTree.Entity, _ section: DocumentTree.Section) -> Entity {
        switch (section, source.kind) {
        case (.gates, "segment"): segment(source)
        case (.gates, "holdout"): holdout(source)
        case (.gates, _): gate(source)
        case (.layers, _): layer(source)
        case (.configs, "autotune"): made(.autotunes, source)
        case (.configs, "experiment"): experiment(source)
        case (.configs, _): config(source)
        }
    }

    /// An entity with what all have.
    private func made(_ family: Family, _ source: DocumentTree.Entity, id: String? = nil) -> Entity {
        let id = id ?? source.name
        var entity = Entity(family: family, id: id, members: FamilyDescription.of(family).defaults)
        entity["name"] = .string(id)
        entity["salt"] = source.spec["salt"] ?? ""
        entity["idType"] = source.spec["idType"] ?? "userID"
        entity["createdTime"] = .integer(time)
        entity["creatorID"] = .null
        entity["creatorName"] = "IMPORT"
        entity["creatorEmail"] = .null
        if let apps = source.spec["targetAppIDs"] { entity["targetApps"] = apps }
        let extras = source.spec.filter { !SpecForm.specMembers.contains($0.name) }
        if !extras.isEmpty { entity["extras"] = .object(Object(distinct: extras)) }
        return entity
    }

    private func conditions(_ rule: Object) -> [Object] { tree.conditions(of: rule, shared) }

    private func rules(_ source: DocumentTree.Entity) -> [Object] { source.rules.compactMap(\.object) }

    /// The holdout that a rule stands for.
    private func holdout(of rule: Object) -> String? {
        let conditions = conditions(rule)
        guard conditions.count == 1, conditions[0]["type"] == "pass_gate" else { return nil }
        return conditions[0]["targetValue"]?.string.flatMap { holdouts.contains($0) ? $0 : nil }
    }

    private func gate(_ source: DocumentTree.Entity) -> Entity {
        var entity = made(.gates, source)
        let isLaunched = source.spec["defaultValue"] == true
        entity["isEnabled"] = .bool(source.isEnabled)
        entity["status"] = source.isEnabled ? "In Progress" : isLaunched ? "Launched" : "Disabled"
        entity["overrides"] = overrides(source)
        entity["rules"] = authored(source, hasValues: false)
        return entity
    }

    private func segment(_ source: DocumentTree.Entity) -> Entity {
        let id = source.name.hasPrefix("segment:") ? String(source.name.dropFirst(8)) : source.name
        var entity = made(.segments, source, id: id)
        if let rule = rules(source).first, rule["id"] == "id_list", let condition = conditions(rule).first {
            entity["type"] = "id_list"
            entity["ids"] = .strings(condition.texts("targetValue"))
            entity["count"] = .integer(Int64(condition.list("targetValue").count))
        } else {
            entity["type"] = "rule_based"
            entity["rules"] = authored(source, hasValues: false)
        }
        return entity
    }

    private func holdout(_ source: DocumentTree.Entity) -> Entity {
        var entity = made(.holdouts, source)
        entity["overrides"] = overrides(source)
        entity["associationID"] = .string(RandomID.make())
        if let rule = rules(source).last {
            entity["ruleID"] = rule["id"]
            entity["baseID"] = rule["salt"]
            entity["passPercentage"] = rule["passPercentage"]
        }
        for rule in rules(source) {
            let conditions = conditions(rule)
            if conditions.count == 1, conditions[0]["type"] == "fail_gate" {
                entity["targetingGateID"] = conditions[0]["targetValue"]
            }
        }
        return entity
    }

    private func config(_ source: DocumentTree.Entity) -> Entity {
        var entity = made(.dynamicConfigs, source)
        entity["isEnabled"] = .bool(source.isEnabled)
        entity["status"] = source.isEnabled ? "Enabled" : "Disabled"
        entity["defaultValue"] = source.spec["defaultValue"]
        entity["rules"] = authored(source, hasValues: true)
        return entity
    }

    private func overrides(_ source: DocumentTree.Entity) -> Value {
        var order: [[String]] = []
        var lists: [[String]: (passing: [Value], failing: [Value])] = [:]
        for rule in rules(source) where rule.text("id").hasSuffix(":id_override") {
            let parts = rule.text("id").split(separator: ":").map(String.init)
            guard parts.count >= 3, let condition = conditions(rule).first else { continue }
            let line = [parts[1], parts.count > 3 ? parts[2] : "userID"]
            if lists[line] == nil { order.append(line) }
            let ids = condition.list("targetValue")
            if parts[0] == "pass" { lists[line, default: ([], [])].passing += ids }
            if parts[0] == "fail" { lists[line, default: ([], [])].failing += ids }
        }
        return .objects(
            order.map { line in
                [
                    "environment": line[0] == "all" ? .null : .string(line[0]), "unitID": .string(line[1]),
                    "passingIDs": .array(lists[line]?.passing ?? []), "failingIDs": .array(lists[line]?.failing ?? []),
                ]
            })
    }

    private func authored(_ source: DocumentTree.Entity, hasValues: Bool) -> Value {
        let own = rules(source).filter { rule in
            !rule.text("id").hasSuffix(":id_override") && holdout(of: rule) == nil
        }
        return .objects(
            own.map { rule in
                let id = rule.text("id")
                var made: Object = [
                    "id": .string(id), "baseID": .string(String(id.prefix { $0 != ":" })),
                    "name": rule["groupName"] ?? .string(id), "salt": rule["salt"] ?? "",
                    "passPercentage": rule["passPercentage"] ?? 100, "environments": .null,
                    "conditions": .objects(conditions(rule).compactMap(Condition.authored)),
                ]
                if hasValues {
                    made["returnValue"] = rule["returnValue"]
                    made["groupName"] = rule["groupName"]
                }
                return made
            })
    }

    // MARK: - Experiments and layers

    private func experiment(_ source: DocumentTree.Entity) -> Entity {
        var entity = made(.experiments, source)
        let rules = rules(source)
        let layer = tree.members["experiment_to_layer"]?.object?[source.name]?.string ?? ""
        entity["layerID"] = layer.isEmpty ? .null : .string(layer)
        entity["layerSalt"] = ""
        let explicit = source.spec["explicitParameters"].map { _ in Set(source.spec.texts("explicitParameters")) }
        func values(_ rule: Object) -> Value {
            .object(Object(distinct: rule.object("returnValue").filter { explicit?.contains($0.name) ?? true }))
        }
        func has(_ id: String) -> Object? { rules.first { $0.text("id") == id } }
        var sum = 0.0
        var groups = rules.filter { $0.flag("isExperimentGroup") }.map { rule -> Object in
            let threshold = conditions(rule).first?.number("targetValue") ?? 1000
            defer { sum = threshold }
            return [
                "id": rule["id"] ?? "", "name": rule["groupName"] ?? "", "size": .number((threshold - sum) / 10),
                "parameterValues": values(rule), "disabled": false, "description": "",
            ]
        }
        entity["status"] = "active"
        if let launched = has("launchedGroup") {
            entity["status"] = .string(Experiment.Status.decided.rawValue)
            entity["launchedGroupID"] = "launched"
            groups = [
                [
                    "id": "launched", "name": launched["groupName"] ?? "", "size": 100,
                    "parameterValues": values(launched), "disabled": false, "description": "",
                ]
            ]
        } else if has("abandoned") != nil {
            entity["status"] = "abandoned"
        } else if let prestart = has("prestart") {
            if conditions(prestart).first?["type"] == "environment_field" {
                entity["enabledNonProdEnvironments"] = conditions(prestart).first?["targetValue"]
            } else {
                entity["status"] = "setup"
            }
        }
        entity["groups"] = .objects(groups)
        entity["controlGroupID"] = groups.first?["id"] ?? .null
        entity["targetingGateID"] = has("targetingGate").flatMap { conditions($0).first?["targetValue"] } ?? ""
        let assignment = has("layerAssignment").flatMap { conditions($0).first }
        let isWhole = assignment?["operator"] == "any"
        entity["layerSalt"] = assignment?.object("additionalValues")["salt"] ?? entity["layerSalt"]
        entity["buckets"] =
            assignment == nil
            ? reserved(for: source.name, in: layer)
            : isWhole ? Wire.integers(Array(0..<Experiment.bucketCount)) : buckets(assignment)
        let count = Double(entity.members.list("buckets").count)
        entity["allocation"] = .number(entity["status"] == "decision_made" ? 100 : count / 10)
        idOverrides(&entity, rules)
        Settling.salt(&entity, "layerSalt")
        return entity
    }

    private func buckets(_ condition: Object?) -> Value {
        let names = condition?["targetValue"]?.object?.map(\.name) ?? []
        return Wire.integers(names.compactMap { Int($0) }.sorted())
    }

    /// The buckets that the layer keeps for an experiment.
    private func reserved(for experiment: String, in layer: String) -> Value {
        let layer = tree.entities[.layers]?.first { $0.name == layer }
        let rule = layer.map(rules)?.first {
            $0.text("id") == "experimentAssignment" && $0.text("configDelegate") == experiment
        }
        guard let condition = rule.flatMap({ conditions($0).first }) else { return [] }
        return condition["type"] == "public" ? Wire.integers(Array(0..<Experiment.bucketCount)) : buckets(condition)
    }

    private func idOverrides(_ entity: inout Entity, _ rules: [Object]) {
        var byID: [Object] = []
        var conditional: [Object] = []
        for rule in rules {
            let parts = rule.text("id").split(separator: ":").map(String.init)
            let conditions = conditions(rule)
            guard let first = conditions.first, parts.count >= 2 else { continue }
            var override: Object = ["groupID": .string(parts[0])]
            override["environment"] = conditions.dropFirst().first?.texts("targetValue").first.map(Value.string)
            if parts.count == 3, parts[2] == "id_override" {
                override["ids"] = first["targetValue"]
                override["unitType"] = .string(parts[1])
                byID.append(override)
            } else if parts.count == 2, parts[1] == "override", let gate = first["targetValue"]?.string {
                let isSegment = gate.hasPrefix("segment:")
                override["type"] = isSegment ? "segment" : "gate"
                override["id"] = .string(isSegment ? String(gate.dropFirst(8)) : gate)
                conditional.append(override)
            }
        }
        entity["userIDOverrides"] = .objects(byID)
        entity["overrides"] = .objects(conditional)
    }

    private func layer(_ source: DocumentTree.Entity) -> Entity {
        var entity = made(.layers, source)
        let heldOut = rules(source).first { holdout(of: $0) != nil }?.object("returnValue")
        entity["parameters"] = .objects(
            source.spec.object("defaultValue").map { name, value in
                var parameter: Object = [
                    "name": .string(name), "type": .string(DocumentImport.type(of: value)), "defaultValue": value,
                ]
                if let other = heldOut?[name], other != value { parameter["holdoutValue"] = other }
                return parameter
            })
        return entity
    }

    private static func type(of value: Value) -> String {
        switch value {
        case .bool: "boolean"
        case .string: "string"
        case .array: "array"
        case .object, .null: "object"
        case .integer, .unsigned, .double: "number"
        }
    }

    /// Tells holdouts what they cover, by the rules that stand for them.
    private func cover(
        _ sources: inout [(entity: Entity, source: DocumentTree.Entity, section: DocumentTree.Section)]
    ) {
        let members: [Family: String] = [.gates: "gateIDs", .experiments: "experimentIDs", .layers: "layerIDs"]
        for item in sources {
            guard let member = members[item.entity.family] else { continue }
            for rule in rules(item.source) {
                guard let name = holdout(of: rule),
                    let index = sources.firstIndex(where: { $0.entity.family == .holdouts && $0.entity.id == name })
                else { continue }
                sources[index].entity["associationID"] = rule["id"]
                // The layer's holdouts are in its experiments as well, with a percentage of 100.
                if item.entity.family == .experiments, rule.number("passPercentage") != 0 { continue }
                let had = sources[index].entity.members.texts(member)
                if !had.contains(item.entity.id) {
                    sources[index].entity[member] = .strings(had + [item.entity.id])
                }
            }
        }
    }

    private var stores: [Entity] {
        (tree.members["param_stores"]?.object ?? [:]).map { name, value in
            var entity = made(.paramStores, DocumentTree.Entity(name: name, spec: value.object ?? [:]))
            entity["extras"] = nil
            entity["parameters"] = .objects(
                (value.object ?? [:]).object("parameters").map { name, parameter in
                    (["name": .string(name)] as Object).merging(parameter.object ?? [:])
                })
            return entity
        }
    }
}
