// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Makes a program of a document's compiled entities: names and references become indices.
struct ProgramLinker {
    /// The tables, which are made anew for each document.
    let tables = Region(capacity: 4_096)
    var program = Program()

    private var specs: [UnsafePointer<SpecRow>] = []
    private var specLinks: [Program.SpecLinks] = []
    private var conditions: [UnsafePointer<ConditionRow>] = []
    private var conditionIDs: DistinctTexts
    private var conditionLinks: [Int32] = []
    private var delegates: [Text] = []

    private init(expectingConditions count: Int) {
        conditionIDs = DistinctTexts(expecting: count)
    }

    /// - Parameters:
    ///   - entities: The compiled specs and conditions.
    ///   - header: The rest of the document, decoded.
    ///   - kept: The texts of the header's parts, where they stay.
    static func link(
        _ entities: RulesetCompiler, _ header: DocumentHeader, kept: DocumentHeader.Texts
    ) -> (program: Program, tables: Region) {
        var linker = ProgramLinker(expectingConditions: entities.conditions.count)
        linker.addConditions(entities.conditions)
        linker.program.gates = linker.addSpecs(entities.specs[SpecSection.gates.rawValue])
        linker.program.configs = linker.addSpecs(entities.specs[SpecSection.configs.rawValue])
        linker.program.layers = linker.addSpecs(entities.specs[SpecSection.layers.rawValue])
        linker.addAutotunes(header, kept.autotunes)
        linker.addParameterStores(header, kept.parameterStores)
        linker.addMappings(header, kept)
        linker.addConstants(header)
        linker.addClientParts(header)
        linker.link()
        return (linker.program, linker.tables)
    }

    // MARK: - Specs and conditions

    private mutating func addConditions(_ entries: [ConditionEntry]) {
        conditions.reserveCapacity(entries.count)
        for entry in entries {
            let (position, isNew) = conditionIDs.insert(entry.id)
            if isNew { conditions.append(entry.row) } else { conditions[position] = entry.row }
        }
    }

    private mutating func addSpecs(_ entries: [SpecEntry]) -> TextTable {
        var distinct = DistinctTexts(expecting: entries.count)
        let firstSpec = specs.count
        for entry in entries {
            guard let row = entry.row else { continue }
            let links = Program.SpecLinks(firstCondition: conditionLinks.count, firstRule: delegates.count)
            for id in entry.conditionIDs { addConditionLink(to: id) }
            for condition in entry.inlineConditions { addConditionLink(to: condition) }
            for rule in row.pointee.rules { delegates.append(rule.delegate) }
            let (position, isNew) = distinct.insert(entry.name)
            if isNew {
                specs.append(row)
                specLinks.append(links)
            } else {
                specs[firstSpec + position] = row
                specLinks[firstSpec + position] = links
            }
        }
        return TextTable(tables.store(distinct.texts), in: tables)
    }

    private mutating func addConditionLink(to id: Text) {
        conditionLinks.append(Int32(truncatingIfNeeded: conditionIDs.position(of: id)))
    }

    private mutating func addConditionLink(to condition: UnsafePointer<ConditionRow>) {
        conditionLinks.append(Int32(truncatingIfNeeded: conditions.count))
        conditions.append(condition)
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

    private mutating func addAutotunes(_ header: DocumentHeader, _ kept: Text) {
        let builder = RowBuilder(tables, decoded: header.texts.autotunes, kept: kept)
        var distinct = DistinctTexts(expecting: header.autotunes.count)
        var rows: [UnsafePointer<AutotuneRow>] = []
        for wire in header.autotunes {
            let row = AutotuneCompiler(builder).compile(wire)
            let (position, isNew) = distinct.insert(row.pointee.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        program.autotunes = TextTable(tables.store(distinct.texts), in: tables)
        program.autotuneRows = tables.store(rows)
    }

    private mutating func addParameterStores(_ header: DocumentHeader, _ kept: Text) {
        let builder = RowBuilder(tables, decoded: header.texts.parameterStores, kept: kept)
        var distinct = DistinctTexts(expecting: header.parameterStores.count)
        var rows: [UnsafePointer<ParameterStoreRow>] = []
        for wire in header.parameterStores {
            let parameters = parameters(of: wire, builder)
            let row = tables.store(
                ParameterStoreRow(
                    name: builder.text(wire.name), version: wire.version, parameters: tables.store(parameters),
                    targetAppIDs: wire.targetAppIDs.map { builder.texts($0) }))
            let (position, isNew) = distinct.insert(row.pointee.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        program.parameterStores = TextTable(tables.store(distinct.texts), in: tables)
        program.parameterStoreRows = tables.store(rows)
    }

    /// Of a parameter that occurs twice the last one counts.
    private func parameters(of wire: WireParameterStore, _ builder: RowBuilder) -> [ParameterStoreRow.Parameter] {
        var distinct = DistinctTexts(expecting: wire.parameters.count)
        var rows: [ParameterStoreRow.Parameter] = []
        for parameter in wire.parameters {
            let row = ParameterStoreRow.Parameter(
                name: builder.text(parameter.name), refType: builder.text(parameter.refType),
                type: builder.text(parameter.type), source: parameter.source,
                entity: builder.text(parameter.entity), parameter: builder.text(parameter.parameter),
                value: builder.keep(parameter.value), failValue: builder.keep(parameter.failValue))
            let (position, isNew) = distinct.insert(row.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        return rows
    }

    /// Config mappings count only together with the rules they refer to (Evaluation §11).
    private mutating func addMappings(_ header: DocumentHeader, _ kept: DocumentHeader.Texts) {
        guard let mappings = header.mappings, let wireRules = header.overrideRules else { return }
        var names = DistinctTexts(expecting: wireRules.count)
        let ruleBuilder = RowBuilder(tables, decoded: header.texts.overrideRules, kept: kept.overrideRules)
        addOverrideRules(wireRules, ruleBuilder, &names)
        let builder = RowBuilder(tables, decoded: header.texts.mappings, kept: kept.mappings)
        var distinct = DistinctTexts(expecting: mappings.count)
        var rows: [UnsafeBufferPointer<MappingRow>] = []
        for wire in mappings {
            let list = wire.mappings.map { mapping in
                let triggers = mapping.triggers.map { trigger in
                    MappingRow.Trigger(
                        rule: names.position(of: builder.text(trigger.rule)), startTime: trigger.startTime)
                }
                return MappingRow(newName: builder.text(mapping.newName), triggers: tables.store(triggers))
            }
            let (position, isNew) = distinct.insert(builder.text(wire.name))
            if isNew { rows.append(tables.store(list)) } else { rows[position] = tables.store(list) }
        }
        program.mappings = TextTable(tables.store(distinct.texts), in: tables)
        program.mappingRows = tables.store(rows)
    }

    private mutating func addOverrideRules(
        _ wireRules: [WireRule], _ builder: RowBuilder, _ names: inout DistinctTexts
    ) {
        var rules: [RuleRow] = []
        let first = conditionLinks.count
        program.overrideRuleLinks = Program.SpecLinks(firstCondition: first, firstRule: delegates.count)
        for wire in wireRules {
            let rule = SpecCompiler(builder).rule(
                wire, specSalt: Text(""), index: rules.count, firstCondition: conditionLinks.count - first)
            for id in wire.conditionIDs { addConditionLink(to: builder.text(id)) }
            let (position, isNew) = names.insert(rule.name)
            if isNew { rules.append(rule) } else { rules[position] = rule }
        }
        program.overrideRules = tables.store(rules)
    }

    private mutating func addConstants(_ header: DocumentHeader) {
        if let environment = header.defaultEnvironment {
            program.defaultEnvironment = tables.text(environment.unescaped())
        }
        if let bucketing = header.bucketing, bucketing == "xxh3" { program.bucketing = .xxh3 }
        guard !header.appID.isMissing, let value = Value(json: header.appID) else { return }
        program.appID = AppID(value, in: tables)
    }
}
