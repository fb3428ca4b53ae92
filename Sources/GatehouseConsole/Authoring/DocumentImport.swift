// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Turns a document into resources: a resource that renders to its spec again can be edited, another one is served verbatim.
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
        holdouts = Set((tree.specs[.gates] ?? []).filter { $0.kind == .holdout }.map(\.name))
    }

    /// The resources, those that can't be edited marked.
    func resources(in project: AuthoredProject) -> [Resource] {
        var sources: [(resource: Resource, source: DocumentTree.Spec, section: DocumentTree.Section)] = []
        for section in DocumentTree.Section.allCases {
            for source in tree.specs[section] ?? [] {
                sources.append((resource(source, section), source, section))
            }
        }
        cover(&sources)
        // A resource that becomes verbatim may change how others are rendered: repeat until nothing changes.
        for _ in 0..<8 {
            var candidate = project
            for item in sources { candidate[item.resource.type, item.resource.id] = item.resource }
            let renderer = SpecRenderer(candidate)
            var isSettled = true
            for (index, item) in sources.enumerated() where item.resource.verbatim == nil {
                let rendered = renderer.spec(of: item.resource)?.rendered
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
        let rest = tree.members.object.filter { !DocumentMembers.made.contains($0.name) }
        if !rest.isEmpty {
            var imported = ImportedMembers(Resource(.environments, id: ImportedMembers.id, [:]))
            imported.name = ImportedMembers.id
            imported.members = Object(distinct: rest)
            imported.conditions = mappingConditions
            resources.append(imported.resource)
        }
        return resources
    }

    /// The conditions of rules that map configs to one another.
    private var mappingConditions: Object {
        let rules = (tree.members.mappingRules ?? [:]).compactMap { DocumentRule(json: $0.value) }
        let ids = Set(rules.flatMap { $0.conditions.compactMap(\.string) }).sorted()
        return Object(distinct: ids.compactMap { id in shared[id].map { (id, $0) } })
    }

    private func verbatim(
        _ resource: Resource, _ source: DocumentTree.Spec, _ section: DocumentTree.Section
    ) -> Resource {
        var ids: Set<String> = []
        let conditions = source.rules.flatMap { $0.conditions.compactMap(\.string) }
            .filter { ids.insert($0).inserted }.compactMap { id in shared[id].map { (id: id, condition: $0) } }
        var resource = resource
        resource.isVerbatim = true
        var verbatim = VerbatimSpec([:])
        verbatim.section = section
        verbatim.name = source.name
        verbatim.spec = source.members
        verbatim.conditions = Object(distinct: conditions.map { ($0.id, $0.condition) })
        resource.verbatim = verbatim.json
        return resource
    }

    // MARK: - Resources

    private func resource(_ source: DocumentTree.Spec, _ section: DocumentTree.Section) -> Resource {
        switch (section, source.kind) {
        case (.gates, .segment): segment(source).resource
        case (.gates, .holdout): holdout(source).resource
        case (.gates, _): gate(source).resource
        case (.layers, _): layer(source).resource
        case (.configs, .autotune): made(.autotunes, source)
        case (.configs, .experiment): experiment(source).resource
        case (.configs, _): config(source).resource
        }
    }

    /// A resource with the members that all types have.
    private func made(_ type: ResourceType, _ source: DocumentTree.Spec, id: String? = nil) -> Resource {
        let id = id ?? source.name
        let spec = source.typed
        var resource = Resource(type, id: id, ResourceDescription.of(type).defaults)
        resource.name = id
        resource.salt = spec.salt
        resource.idType = spec.idType ?? "userID"
        resource.createdTime = time
        resource.creatorID = nil
        resource.creatorName = "IMPORT"
        resource.creatorEmail = nil
        if let apps = spec.targetApps { resource.targetApps.names = apps }
        let extras = source.members.filter { !SpecMembers.described.contains($0.name) }
        if !extras.isEmpty { resource.extras = Object(distinct: extras) }
        return resource
    }

    private func conditions(_ rule: DocumentRule) -> [SpecCondition] {
        tree.conditions(of: rule, shared)
    }

    private func rules(_ source: DocumentTree.Spec) -> [DocumentRule] { source.rules }

    /// The holdout that a rule stands for.
    private func holdout(of rule: DocumentRule) -> String? {
        let conditions = conditions(rule)
        guard conditions.count == 1, conditions[0].kind == .passesGate else { return nil }
        return conditions[0].target.string.flatMap { holdouts.contains($0) ? $0 : nil }
    }

    private func gate(_ source: DocumentTree.Spec) -> Gate {
        var gate = Gate(made(.gates, source))
        let isLaunched = source.typed.defaultValue == true
        gate.isEnabled = source.isEnabled
        gate.status = source.isEnabled ? .inProgress : isLaunched ? .launched : .disabled
        gate.unitOverrides = overrides(source)
        gate.rules = authored(source, hasValues: false)
        return gate
    }

    private func segment(_ source: DocumentTree.Spec) -> Segment {
        var segment = Segment(made(.segments, source, id: Segment.id(inName: source.name) ?? source.name))
        if let rule = rules(source).first, rule.id == "id_list", let condition = conditions(rule).first {
            segment.kind = .idList
            segment.ids = condition.texts
            segment.count = condition.target.array?.count ?? 0
        } else {
            segment.kind = .ruleBased
            segment.rules = authored(source, hasValues: false)
        }
        return segment
    }

    private func holdout(_ source: DocumentTree.Spec) -> Holdout {
        var holdout = Holdout(made(.holdouts, source))
        holdout.unitOverrides = overrides(source)
        holdout.associationID = RandomID.make()
        let rules = rules(source)
        if let rule = rules.last {
            holdout.ruleID = rule.id
            holdout.baseID = rule.salt
            if let percentage = rule.passPercentage { holdout.passPercentage = percentage }
        }
        for rule in rules {
            let conditions = conditions(rule)
            if conditions.count == 1, conditions[0].kind == .failsGate {
                holdout.targetingGate = conditions[0].target.string
            }
        }
        return holdout
    }

    private func config(_ source: DocumentTree.Spec) -> DynamicConfig {
        var config = DynamicConfig(made(.dynamicConfigs, source))
        config.isEnabled = source.isEnabled
        config.status = source.isEnabled ? .enabled : .disabled
        config[raw: \.defaultValue] = source.typed.defaultValue
        config.rules = authored(source, hasValues: true)
        return config
    }

    /// The overrides that rules with IDs of their form stand for.
    private func overrides(_ source: DocumentTree.Spec) -> [UnitOverride] {
        var order: [[String]] = []
        var overrides: [[String]: UnitOverride] = [:]
        for rule in rules(source) where rule.id.hasSuffix(":id_override") {
            let parts = rule.id.split(separator: ":").map(String.init)
            guard parts.count >= 3, let condition = conditions(rule).first else { continue }
            let line = [parts[1], parts.count > 3 ? parts[2] : "userID"]
            if overrides[line] == nil { order.append(line) }
            var override =
                overrides[line]
                ?? UnitOverride(
                    environment: line[0] == "all" ? nil : line[0], unit: line[1], passing: [], failing: [])
            if parts[0] == "pass" { override.passing += condition.texts }
            if parts[0] == "fail" { override.failing += condition.texts }
            overrides[line] = override
        }
        return order.compactMap { overrides[$0] }
    }

    /// The rules that stand for neither overrides nor holdouts.
    private func authored(_ source: DocumentTree.Spec, hasValues: Bool) -> [Rule] {
        rules(source).filter { !$0.id.hasSuffix(":id_override") && holdout(of: $0) == nil }.map { old in
            var rule = Rule([:])
            rule.id = old.id
            rule.baseID = String(old.id.prefix { $0 != ":" })
            rule.name = old.groupName ?? old.id
            rule.salt = old.salt
            rule.passPercentage = old.passPercentage ?? 100
            rule.environments = nil
            rule.conditions = conditions(old).compactMap(Condition.init(imported:))
            if hasValues {
                rule.returnValue = old.returnValue
                rule.groupName = old.groupName
            }
            return rule
        }
    }

    // MARK: - Experiments and layers

    private func experiment(_ source: DocumentTree.Spec) -> Experiment {
        var experiment = Experiment(made(.experiments, source))
        let rules = rules(source)
        func rule(_ id: String) -> DocumentRule? { rules.first { $0.id == id } }
        let layer = tree.members.experimentLayers?[source.name]?.string ?? ""
        experiment[raw: \.layerID] = layer.isEmpty ? .null : .string(layer)
        let groups = groups(source, rules)
        experiment.status = .active
        if rule("launchedGroup") != nil {
            experiment.status = .decided
            experiment.launchedGroupID = groups.first?.id
        } else if rule("abandoned") != nil {
            experiment.status = .abandoned
        } else if let condition = rule("prestart").flatMap({ conditions($0).first }) {
            if condition.kind == .environment {
                experiment.environments = condition.texts
            } else {
                experiment.status = .setup
            }
        } else if rule("prestart") != nil {
            experiment.status = .setup
        }
        experiment.groups = groups
        experiment[raw: \.controlGroupID] = groups.first.map { .string($0.id) } ?? .null
        experiment.targetingGateID = rule("targetingGate").flatMap { conditions($0).first?.target.string } ?? ""
        let assignment = rule("layerAssignment").flatMap { conditions($0).first }
        experiment.layerSalt = assignment?.additional.salt?.string ?? Normalization.newSalt()
        if let assignment {
            let isWhole = assignment.comparison == Comparison.any.rawValue
            experiment.buckets = isWhole ? Array(0..<Experiment.bucketCount) : buckets(assignment)
        } else {
            experiment.buckets = reserved(for: source.name, in: layer)
        }
        experiment.allocation = experiment.status == .decided ? 100 : Double(experiment.buckets.count) / 10
        overrides(&experiment, rules)
        return experiment
    }

    private func groups(_ source: DocumentTree.Spec, _ rules: [DocumentRule]) -> [Experiment.Group] {
        let explicit = source.typed.explicitParameters.map(Set.init)
        func group(_ rule: DocumentRule, id: String, size: Double) -> Experiment.Group {
            var group = Experiment.Group([:])
            group.id = id
            group.name = rule.groupName ?? ""
            group.size = size
            group.values = Object(
                distinct: (rule.returnValue?.object ?? [:]).filter { explicit?.contains($0.name) ?? true })
            group.isDisabled = false
            group.description = ""
            return group
        }
        if let launched = rules.first(where: { $0.id == "launchedGroup" }) {
            return [group(launched, id: "launched", size: 100)]
        }
        var sum = 0.0
        return rules.filter { $0.isExperimentGroup }.map { rule in
            let threshold = conditions(rule).first?.target.double ?? 1000
            defer { sum = threshold }
            return group(rule, id: rule.id, size: (threshold - sum) / 10)
        }
    }

    private func buckets(_ condition: SpecCondition) -> [Int] {
        (condition.target.object ?? [:]).compactMap { Int($0.name) }.sorted()
    }

    /// The buckets that the layer keeps for an experiment.
    private func reserved(for experiment: String, in layer: String) -> [Int] {
        let layer = tree.specs[.layers]?.first { $0.name == layer }
        let rule = layer.map(rules)?.first { $0.id == "experimentAssignment" && $0.delegate == experiment }
        guard let condition = rule.flatMap({ conditions($0).first }) else { return [] }
        return condition.kind == .everyone ? Array(0..<Experiment.bucketCount) : buckets(condition)
    }

    private func overrides(_ experiment: inout Experiment, _ rules: [DocumentRule]) {
        var byID: [Experiment.IDOverride] = []
        var conditional: [Experiment.ConditionalOverride] = []
        for rule in rules {
            let parts = rule.id.split(separator: ":").map(String.init)
            let conditions = conditions(rule)
            guard let first = conditions.first, parts.count >= 2 else { continue }
            let environment = conditions.dropFirst().first?.texts.first
            if parts.count == 3, parts[2] == "id_override" {
                var override = Experiment.IDOverride([:])
                override.groupID = parts[0]
                override.environment = environment
                override.ids = first.texts
                override.unit = parts[1]
                byID.append(override)
            } else if parts.count == 2, parts[1] == "override", let gate = first.target.string {
                var override = Experiment.ConditionalOverride([:])
                override.groupID = parts[0]
                override.environment = environment
                let segment = Segment.id(inName: gate)
                override.kind = segment == nil ? .gate : .segment
                override.id = segment ?? gate
                conditional.append(override)
            }
        }
        experiment.idOverrides = byID
        experiment.conditionalOverrides = conditional
    }

    private func layer(_ source: DocumentTree.Spec) -> Layer {
        var layer = Layer(made(.layers, source))
        let heldOut = rules(source).first { holdout(of: $0) != nil }?.returnValue?.object
        layer.parameters = (source.typed.defaultValue?.object ?? [:]).map { name, value in
            var parameter = Layer.Parameter([:])
            parameter.name = name
            parameter.type = ParameterType(of: value)
            parameter.defaultValue = value
            if let other = heldOut?[name], other != value { parameter.holdoutValue = other }
            return parameter
        }
        return layer
    }

    /// Gives holdouts the IDs of the resources that have a rule for them.
    private func cover(
        _ sources: inout [(resource: Resource, source: DocumentTree.Spec, section: DocumentTree.Section)]
    ) {
        for item in sources where Holdout.coveredTypes.contains(item.resource.type) {
            for rule in rules(item.source) {
                guard let name = holdout(of: rule),
                    let index = sources.firstIndex(where: { $0.resource.type == .holdouts && $0.resource.id == name })
                else { continue }
                var holdout = Holdout(sources[index].resource)
                holdout.associationID = rule.id
                // The holdouts of a layer are in its experiments as well, with a percentage of 100.
                let isOfLayer = item.resource.type == .experiments && rule.passPercentage != 0
                if !isOfLayer, !holdout.covers(item.resource.type, item.resource.id) {
                    holdout[covered: item.resource.type] += [item.resource.id]
                }
                sources[index].resource = holdout.resource
            }
        }
    }

    private var stores: [Resource] {
        (tree.members.parameterStores ?? [:]).map { name, value in
            let members = value.object ?? [:]
            let source = DocumentTree.Spec(name: name, members: members)
            var store = ParameterStore(made(.paramStores, source))
            store.resource.object[Resource.members.extras.name] = nil
            store.parameters = (members["parameters"]?.object ?? [:]).map { name, parameter in
                ParameterStore.Parameter(
                    ([ParameterStore.Parameter.members.name.name: .string(name)] as Object)
                        .merging(parameter.object ?? [:]))
            }
            return store.resource
        }
    }
}
