// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A document turned into resources: those that render to what they came from can be edited, others are kept verbatim.
struct DocumentImport {
    let tree: DocumentTree
    let shared: [String: Value]
    let time: Int64
    private let holdouts: Set<String>

    /// - Parameters:
    ///   - tree: A document in format v2.
    ///   - time: When the resources are created, in ms since 1970.
    init(_ tree: DocumentTree, at time: Int64) {
        self.tree = tree
        self.time = time
        shared = tree.sharedConditions
        holdouts = Set((tree.specs[.gates] ?? []).filter { $0.kind == "holdout" }.map(\.name))
    }

    /// The members of documents that no resource has, kept for the document as a whole.
    private static let indexes: Set<String> = [
        "has_updates", "time", "response_format", "checksum", "experiment_to_layer", "param_stores", "id_lists",
        "default_environment", "app_id", "hashed_sdk_key_used",
    ]

    /// The resources, those that can't be edited marked.
    func resources(in project: AuthoredProject) -> [Resource] {
        var sources: [(resource: Resource, source: DocumentTree.Spec, section: DocumentTree.Section)] = []
        for section in DocumentTree.Section.allCases {
            for source in tree.specs[section] ?? [] {
                sources.append((resource(source, section), source, section))
            }
        }
        cover(&sources)
        // What is kept verbatim may be what others were rendered with, so again until nothing changes.
        for _ in 0..<8 {
            var candidate = project
            for item in sources { candidate[item.resource.family, item.resource.id] = item.resource }
            let renderer = SpecRenderer(candidate)
            var isSettled = true
            for (index, item) in sources.enumerated() where VerbatimSpec(item.resource) == nil {
                let rendered = renderer.specs(of: item.resource).map(\.rendered).first
                let conditions = Dictionary(rendered?.conditions.map { ($0.id, $0.condition) } ?? []) { $1 }
                let isSame = rendered.map {
                    SpecForm.reduced($0.v2, conditions) == SpecForm.reduced(item.source.members, shared)
                }
                if isSame != true {
                    sources[index].resource = verbatim(item.resource, item.source, item.section)
                    isSettled = false
                }
            }
            if isSettled { break }
        }
        var resources = sources.map(\.resource) + stores
        let rest = tree.members.filter { !DocumentImport.indexes.contains($0.name) }
        if !rest.isEmpty {
            resources.append(
                Resource(
                    family: .environments, id: "document",
                    members: [
                        "name": "document", "members": .object(Object(distinct: rest)),
                        "conditions": .object(mappingConditions),
                    ]))
        }
        return resources
    }

    /// The conditions of rules that map configs to one another.
    private var mappingConditions: Object {
        let rules = tree.members["override_rules"]?.object?.compactMap(\.value.object) ?? []
        let ids = Set(rules.flatMap { $0.texts("conditions") }).sorted()
        return Object(distinct: ids.compactMap { id in shared[id].map { (id, $0) } })
    }

    private func verbatim(
        _ resource: Resource, _ source: DocumentTree.Spec, _ section: DocumentTree.Section
    ) -> Resource {
        var ids: Set<String> = []
        let conditions = source.rules.compactMap(\.object).flatMap { $0.texts("conditions") }
            .filter { ids.insert($0).inserted }.compactMap { id in shared[id].map { (id: id, condition: $0) } }
        var resource = resource
        resource["isVerbatim"] = true
        resource[VerbatimSpec.member] =
            VerbatimSpec(section: section, name: source.name, spec: source.members, conditions: conditions).value
        return resource
    }

    // MARK: - Entities

    private func resource(_ source: DocumentTree.Spec, _ section: DocumentTree.Section) -> Resource {
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

    /// An resource with what all have.
    private func made(_ family: ResourceType, _ source: DocumentTree.Spec, id: String? = nil) -> Resource {
        let id = id ?? source.name
        var resource = Resource(family: family, id: id, members: ResourceDescription.of(family).defaults)
        resource["name"] = .string(id)
        resource["salt"] = source.members["salt"] ?? ""
        resource["idType"] = source.members["idType"] ?? "userID"
        resource["createdTime"] = .integer(time)
        resource["creatorID"] = .null
        resource["creatorName"] = "IMPORT"
        resource["creatorEmail"] = .null
        if let apps = source.members["targetAppIDs"] { resource["targetApps"] = apps }
        let extras = source.members.filter { !SpecForm.specMembers.contains($0.name) }
        if !extras.isEmpty { resource["extras"] = .object(Object(distinct: extras)) }
        return resource
    }

    private func conditions(_ rule: Object) -> [Object] { tree.conditions(of: rule, shared) }

    private func rules(_ source: DocumentTree.Spec) -> [Object] { source.rules.compactMap(\.object) }

    /// The holdout that a rule stands for.
    private func holdout(of rule: Object) -> String? {
        let conditions = conditions(rule)
        guard conditions.count == 1, conditions[0]["type"] == "pass_gate" else { return nil }
        return conditions[0]["targetValue"]?.string.flatMap { holdouts.contains($0) ? $0 : nil }
    }

    private func gate(_ source: DocumentTree.Spec) -> Resource {
        var resource = made(.gates, source)
        let isLaunched = source.members["defaultValue"] == true
        resource["isEnabled"] = .bool(source.isEnabled)
        resource["status"] = source.isEnabled ? "In Progress" : isLaunched ? "Launched" : "Disabled"
        resource["overrides"] = overrides(source)
        resource["rules"] = authored(source, hasValues: false)
        return resource
    }

    private func segment(_ source: DocumentTree.Spec) -> Resource {
        let id = source.name.hasPrefix("segment:") ? String(source.name.dropFirst(8)) : source.name
        var resource = made(.segments, source, id: id)
        if let rule = rules(source).first, rule["id"] == "id_list", let condition = conditions(rule).first {
            resource["type"] = "id_list"
            resource["ids"] = .strings(condition.texts("targetValue"))
            resource["count"] = .integer(Int64(condition.list("targetValue").count))
        } else {
            resource["type"] = "rule_based"
            resource["rules"] = authored(source, hasValues: false)
        }
        return resource
    }

    private func holdout(_ source: DocumentTree.Spec) -> Resource {
        var resource = made(.holdouts, source)
        resource["overrides"] = overrides(source)
        resource["associationID"] = .string(RandomID.make())
        if let rule = rules(source).last {
            resource["ruleID"] = rule["id"]
            resource["baseID"] = rule["salt"]
            resource["passPercentage"] = rule["passPercentage"]
        }
        for rule in rules(source) {
            let conditions = conditions(rule)
            if conditions.count == 1, conditions[0]["type"] == "fail_gate" {
                resource["targetingGateID"] = conditions[0]["targetValue"]
            }
        }
        return resource
    }

    private func config(_ source: DocumentTree.Spec) -> Resource {
        var resource = made(.dynamicConfigs, source)
        resource["isEnabled"] = .bool(source.isEnabled)
        resource["status"] = source.isEnabled ? "Enabled" : "Disabled"
        resource["defaultValue"] = source.members["defaultValue"]
        resource["rules"] = authored(source, hasValues: true)
        return resource
    }

    private func overrides(_ source: DocumentTree.Spec) -> Value {
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

    private func authored(_ source: DocumentTree.Spec, hasValues: Bool) -> Value {
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

    private func experiment(_ source: DocumentTree.Spec) -> Resource {
        var resource = made(.experiments, source)
        let rules = rules(source)
        let layer = tree.members["experiment_to_layer"]?.object?[source.name]?.string ?? ""
        resource["layerID"] = layer.isEmpty ? .null : .string(layer)
        resource["layerSalt"] = ""
        let explicit = source.members["explicitParameters"].map { _ in Set(source.members.texts("explicitParameters")) }
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
        resource["status"] = "active"
        if let launched = has("launchedGroup") {
            resource["status"] = .string(Experiment.Status.decided.rawValue)
            resource["launchedGroupID"] = "launched"
            groups = [
                [
                    "id": "launched", "name": launched["groupName"] ?? "", "size": 100,
                    "parameterValues": values(launched), "disabled": false, "description": "",
                ]
            ]
        } else if has("abandoned") != nil {
            resource["status"] = "abandoned"
        } else if let prestart = has("prestart") {
            if conditions(prestart).first?["type"] == "environment_field" {
                resource["enabledNonProdEnvironments"] = conditions(prestart).first?["targetValue"]
            } else {
                resource["status"] = "setup"
            }
        }
        resource["groups"] = .objects(groups)
        resource["controlGroupID"] = groups.first?["id"] ?? .null
        resource["targetingGateID"] = has("targetingGate").flatMap { conditions($0).first?["targetValue"] } ?? ""
        let assignment = has("layerAssignment").flatMap { conditions($0).first }
        let isWhole = assignment?["operator"] == "any"
        resource["layerSalt"] = assignment?.object("additionalValues")["salt"] ?? resource["layerSalt"]
        resource["buckets"] =
            assignment == nil
            ? reserved(for: source.name, in: layer)
            : isWhole ? DocumentCondition.integers(Array(0..<Experiment.bucketCount)) : buckets(assignment)
        let count = Double(resource.members.list("buckets").count)
        resource["allocation"] = .number(resource["status"] == "decision_made" ? 100 : count / 10)
        idOverrides(&resource, rules)
        Settling.salt(&resource, "layerSalt")
        return resource
    }

    private func buckets(_ condition: Object?) -> Value {
        let names = condition?["targetValue"]?.object?.map(\.name) ?? []
        return DocumentCondition.integers(names.compactMap { Int($0) }.sorted())
    }

    /// The buckets that the layer keeps for an experiment.
    private func reserved(for experiment: String, in layer: String) -> Value {
        let layer = tree.specs[.layers]?.first { $0.name == layer }
        let rule = layer.map(rules)?.first {
            $0.text("id") == "experimentAssignment" && $0.text("configDelegate") == experiment
        }
        guard let condition = rule.flatMap({ conditions($0).first }) else { return [] }
        return condition["type"] == "public"
            ? DocumentCondition.integers(Array(0..<Experiment.bucketCount)) : buckets(condition)
    }

    private func idOverrides(_ resource: inout Resource, _ rules: [Object]) {
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
        resource["userIDOverrides"] = .objects(byID)
        resource["overrides"] = .objects(conditional)
    }

    private func layer(_ source: DocumentTree.Spec) -> Resource {
        var resource = made(.layers, source)
        let heldOut = rules(source).first { holdout(of: $0) != nil }?.object("returnValue")
        resource["parameters"] = .objects(
            source.members.object("defaultValue").map { name, value in
                var parameter: Object = [
                    "name": .string(name), "type": .string(DocumentImport.type(of: value)), "defaultValue": value,
                ]
                if let other = heldOut?[name], other != value { parameter["holdoutValue"] = other }
                return parameter
            })
        return resource
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
        _ sources: inout [(resource: Resource, source: DocumentTree.Spec, section: DocumentTree.Section)]
    ) {
        let members: [ResourceType: String] = [.gates: "gateIDs", .experiments: "experimentIDs", .layers: "layerIDs"]
        for item in sources {
            guard let member = members[item.resource.family] else { continue }
            for rule in rules(item.source) {
                guard let name = holdout(of: rule),
                    let index = sources.firstIndex(where: { $0.resource.family == .holdouts && $0.resource.id == name })
                else { continue }
                sources[index].resource["associationID"] = rule["id"]
                // The layer's holdouts are in its experiments as well, with a percentage of 100.
                if item.resource.family == .experiments, rule.number("passPercentage") != 0 { continue }
                let had = sources[index].resource.members.texts(member)
                if !had.contains(item.resource.id) {
                    sources[index].resource[member] = .strings(had + [item.resource.id])
                }
            }
        }
    }

    private var stores: [Resource] {
        (tree.members["param_stores"]?.object ?? [:]).map { name, value in
            var resource = made(.paramStores, DocumentTree.Spec(name: name, members: value.object ?? [:]))
            resource["extras"] = nil
            resource["parameters"] = .objects(
                (value.object ?? [:]).object("parameters").map { name, parameter in
                    (["name": .string(name)] as Object).merging(parameter.object ?? [:])
                })
            return resource
        }
    }
}
