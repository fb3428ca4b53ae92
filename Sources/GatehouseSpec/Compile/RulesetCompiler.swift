// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles a document to a ruleset: entities first, each into a region of its own, then the links between them.
struct RulesetCompiler {
    private let content: DocumentContent
    private var regions: [Region] = []
    /// For tables and links.
    private let tables = Region(capacity: 4_096)
    private var program = Program()

    private var specs: [UnsafePointer<SpecRow>] = []
    private var specLinks: [Program.SpecLinks] = []
    private var conditions: [UnsafePointer<ConditionRow>] = []
    private var conditionLinks: [Int32] = []
    private var delegates: [Text] = []
    private var conditionIDs = DistinctTexts(expecting: 64)
    private var conditionPositions: [Int32] = []

    init(_ content: DocumentContent) {
        self.content = content
    }

    /// The tables, the memory they point into, and what the document says of itself.
    mutating func compile() -> (program: Program, regions: [Region], metadata: Ruleset.Metadata) {
        compileSharedConditions()
        program.gates = compileSpecs(content.gates, isGate: true)
        program.configs = compileSpecs(content.configs, isGate: false)
        program.layers = compileSpecs(content.layers, isGate: false)
        compileAutotunes()
        compileParameterStores()
        compileMappings()
        link()
        compileMetadata()
        return (program, regions + [tables], metadata())
    }

    // MARK: - Conditions

    private mutating func compileSharedConditions() {
        conditions.reserveCapacity(content.conditions.count)
        for wire in content.conditions {
            let row = compile(wire)
            let id = tables.copy(wire.id)
            let (position, isNew) = conditionIDs.insert(id)
            if isNew {
                conditionPositions.append(row)
            } else {
                conditionPositions[position] = row
            }
        }
    }

    private mutating func compile(_ wire: WireCondition) -> Int32 {
        let region = Region(
            capacity: MemoryLayout<ConditionRow>.size + MemoryLayout<TargetRow>.size + 256 + wire.target.count * 2)
        regions.append(region)
        conditions.append(ConditionCompiler(region).compile(wire))
        return Int32(truncatingIfNeeded: conditions.count - 1)
    }

    private mutating func appendConditionLinks(of rule: WireRule) {
        for id in rule.conditionIDs {
            let position = id.hasEscapes ? position(of: id.unescaped()) : conditionIDs.position(of: id.raw)
            conditionLinks.append(position < 0 ? -1 : conditionPositions[position])
        }
        for condition in rule.conditions { conditionLinks.append(compile(condition)) }
    }

    private func position(of id: [UInt8]) -> Int {
        id.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { conditionIDs.position(of: Text(base: $0, count: bytes.count)) } ?? -1
        }
    }

    // MARK: - Specs

    private mutating func compileSpecs(_ entries: [WireEntry], isGate: Bool) -> TextTable {
        var distinct = DistinctTexts(expecting: entries.count)
        let firstSpec = specs.count
        for entry in entries {
            guard let wire = entry.spec else { continue }
            let region = Region(capacity: entry.byteCount + entry.byteCount / 2 + 512)
            regions.append(region)
            let spec = SpecCompiler(region).compile(entry.name, wire, isGate: isGate, format: content.format)
            let links = Program.SpecLinks(firstCondition: conditionLinks.count, firstRule: delegates.count)
            if !spec.pointee.rules.isEmpty {
                for rule in wire.rules { appendConditionLinks(of: rule) }
            }
            for rule in spec.pointee.rules { delegates.append(rule.delegate) }
            let (position, isNew) = distinct.insert(spec.pointee.name)
            if isNew {
                specs.append(spec)
                specLinks.append(links)
            } else {
                specs[firstSpec + position] = spec
                specLinks[firstSpec + position] = links
            }
        }
        return TextTable(tables.store(distinct.texts), in: tables)
    }

    private mutating func link() {
        program.specs = tables.store(specs)
        program.specLinks = tables.store(specLinks)
        program.conditions = tables.store(conditions)
        program.conditionLinks = tables.store(conditionLinks)
        program.delegateLinks = tables.store(
            delegates.map { name in
                name.isMissing
                    ? -1 : Int32(truncatingIfNeeded: program.configIndex(program.configs.index(of: name)))
            })
        program.gateLinks = tables.store(
            conditions.map { condition in
                switch condition.pointee.kind {
                case .passGate, .failGate:
                    Int32(truncatingIfNeeded: program.gates.index(of: condition.pointee.target.pointee.text))
                default: -1
                }
            })
    }

    // MARK: - The rest

    private mutating func compileAutotunes() {
        let region = Region(capacity: 256)
        regions.append(region)
        var distinct = DistinctTexts(expecting: content.autotunes.count)
        var rows: [UnsafePointer<AutotuneRow>] = []
        for wire in content.autotunes {
            let row = AutotuneCompiler(region).compile(wire)
            let (position, isNew) = distinct.insert(row.pointee.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        program.autotunes = TextTable(tables.store(distinct.texts), in: tables)
        program.autotuneRows = tables.store(rows)
    }

    private mutating func compileParameterStores() {
        let region = Region(capacity: 256)
        regions.append(region)
        var distinct = DistinctTexts(expecting: content.parameterStores.count)
        var rows: [UnsafePointer<ParameterStoreRow>] = []
        for wire in content.parameterStores {
            let parameters = wire.parameters.map { parameter in
                ParameterStoreRow.Parameter(
                    name: region.copy(parameter.name), source: parameter.source,
                    entity: region.copy(parameter.entity), parameter: region.copy(parameter.parameter),
                    value: parameter.value.isMissing ? .missing : region.text(parameter.value.bytes),
                    failValue: parameter.failValue.isMissing ? .missing : region.text(parameter.failValue.bytes))
            }
            let row = region.store(
                ParameterStoreRow(
                    name: region.copy(wire.name), version: wire.version, parameters: region.store(parameters),
                    targetAppIDs: wire.targetAppIDs.map { region.copy($0) }))
            let (position, isNew) = distinct.insert(row.pointee.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        program.parameterStores = TextTable(tables.store(distinct.texts), in: tables)
        program.parameterStoreRows = tables.store(rows)
    }

    /// Config mappings count only together with the rules they refer to (Evaluation §11).
    private mutating func compileMappings() {
        guard let mappings = content.mappings, let wireRules = content.overrideRules else { return }
        let region = Region(capacity: 256)
        regions.append(region)
        var names = DistinctTexts(expecting: wireRules.count)
        var rules: [RuleRow] = []
        program.overrideRuleLinks = Program.SpecLinks(
            firstCondition: conditionLinks.count, firstRule: delegates.count)
        let first = conditionLinks.count
        for wire in wireRules {
            let rule = SpecCompiler(region).rule(
                wire, specSalt: Text(""), index: rules.count, firstCondition: conditionLinks.count - first)
            appendConditionLinks(of: wire)
            let (position, isNew) = names.insert(rule.name)
            if isNew { rules.append(rule) } else { rules[position] = rule }
        }
        var distinct = DistinctTexts(expecting: mappings.count)
        var rows: [UnsafeBufferPointer<MappingRow>] = []
        for wire in mappings {
            let list = wire.mappings.map { mapping in
                let triggers = mapping.triggers.map { trigger in
                    MappingRow.Trigger(
                        rule: names.position(of: region.copy(trigger.rule)), startTime: trigger.startTime)
                }
                return MappingRow(newName: region.copy(mapping.newName), triggers: region.store(triggers))
            }
            let (position, isNew) = distinct.insert(region.copy(wire.name))
            if isNew { rows.append(region.store(list)) } else { rows[position] = region.store(list) }
        }
        program.overrideRules = region.store(rules)
        program.mappings = TextTable(tables.store(distinct.texts), in: tables)
        program.mappingRows = tables.store(rows)
    }

    private mutating func compileMetadata() {
        program.defaultEnvironment = tables.copy(content.defaultEnvironment)
        if let bucketing = content.bucketing, bucketing == "xxh3" { program.bucketing = .xxh3 }
        guard !content.appID.isMissing, let value = Value(json: content.appID) else { return }
        program.appID = AppID(value, in: tables)
    }

    private func metadata() -> Ruleset.Metadata {
        var metadata = Ruleset.Metadata()
        metadata.time = content.time
        metadata.checksum = content.checksum?.string
        metadata.companyID = content.companyID?.string
        metadata.defaultEnvironment = content.defaultEnvironment?.string
        return metadata
    }
}
