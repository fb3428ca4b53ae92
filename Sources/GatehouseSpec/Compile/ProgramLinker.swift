// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Links the compiled parts of a document to a program: names and references become indices.
struct ProgramLinker {
    /// Where the tables are: no other document shares them.
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

    /// Links a document.
    ///
    /// - Parameters:
    ///   - entries: The compiled specs and conditions.
    ///   - parts: The other parts of the document, decoded.
    ///   - storedTexts: The texts of those parts in memory that outlives loading.
    /// - Returns: The program, and the region that its tables are in.
    static func link(
        _ entries: DocumentEntries, _ parts: DocumentParts, storedTexts: DocumentParts.Texts
    ) -> (program: Program, tables: Region) {
        var linker = ProgramLinker(expectingConditions: entries.conditions.count)
        linker.addConditions(entries.conditions)
        linker.program.gates = linker.addSpecs(entries[.gates], entries.format)
        linker.program.configs = linker.addSpecs(entries[.configs], entries.format)
        linker.program.layers = linker.addSpecs(entries[.layers], entries.format)
        linker.addAutotunes(parts, storedTexts.autotunes)
        linker.addParameterStores(parts, storedTexts.parameterStores)
        linker.addMappings(parts, storedTexts)
        linker.addConstants(parts)
        linker.addClientParts(parts)
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

    private mutating func addSpecs(_ entries: [SpecEntry], _ format: DocumentFormat) -> TextTable {
        var distinct = DistinctTexts(expecting: entries.count)
        let firstSpec = specs.count
        let malformed = MalformedSpecs(entries, format)
        for (index, entry) in entries.enumerated() {
            guard var row = entry.row, !malformed.replace(entry.name, at: index) else { continue }
            let links = Program.SpecLinks(firstCondition: conditionLinks.count, firstRule: delegates.count)
            if format == .v1, !row.pointee.isEnabled {
                row = withoutRules(row)
            } else {
                for id in entry.conditionIDs { addConditionLink(to: id) }
                for condition in entry.inlineConditions { addConditionLink(to: condition) }
                for rule in row.pointee.rules { delegates.append(rule.delegate) }
            }
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

    /// The malformed specs of a map, by name: the last spec of a name counts, so a malformed one takes away those before it.
    private struct MalformedSpecs {
        private var names = DistinctTexts(expecting: 0)
        /// The position of the last malformed spec of each name.
        private var positions: [Int] = []

        init(_ entries: [SpecEntry], _ format: DocumentFormat) {
            guard format == .v2 else { return }
            for (index, entry) in entries.enumerated() where entry.row == nil {
                let (number, isNew) = names.insert(entry.name)
                if isNew { positions.append(index) } else { positions[number] = index }
            }
        }

        /// Whether a malformed spec of that name comes after a position.
        func replace(_ name: Text, at index: Int) -> Bool {
            if positions.isEmpty { return false }
            let number = names.position(of: name)
            return number >= 0 && positions[number] > index
        }
    }

    /// Readers of format v1 stop at a disabled spec; those of format v2 still try its rules (docs of GatehouseSpec).
    private func withoutRules(_ row: UnsafePointer<SpecRow>) -> UnsafePointer<SpecRow> {
        if row.pointee.rules.isEmpty { return row }
        var copy = row.pointee
        copy.rules = .init()
        return tables.store(copy)
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

    // MARK: - Other parts

    private mutating func addAutotunes(_ parts: DocumentParts, _ storedText: Text) {
        let builder = RowBuilder(tables, decoded: parts.texts.autotunes, stored: storedText)
        var distinct = DistinctTexts(expecting: parts.autotunes.count)
        var rows: [UnsafePointer<AutotuneRow>] = []
        for autotune in parts.autotunes {
            let row = AutotuneCompiler(builder).compile(autotune)
            let (position, isNew) = distinct.insert(row.pointee.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        program.autotunes = TextTable(tables.store(distinct.texts), in: tables)
        program.autotuneRows = tables.store(rows)
    }

    private mutating func addParameterStores(_ parts: DocumentParts, _ storedText: Text) {
        let builder = RowBuilder(tables, decoded: parts.texts.parameterStores, stored: storedText)
        var distinct = DistinctTexts(expecting: parts.parameterStores.count)
        var rows: [UnsafePointer<ParameterStoreRow>] = []
        for store in parts.parameterStores {
            let (names, parameters) = parameters(of: store, builder)
            let row = tables.store(
                ParameterStoreRow(
                    name: builder.text(store.name), version: store.version, parameters: tables.store(parameters),
                    names: TextTable(tables.store(names), in: tables),
                    targetAppIDs: store.targetAppIDs.map { builder.texts($0) }))
            let (position, isNew) = distinct.insert(row.pointee.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        program.parameterStores = TextTable(tables.store(distinct.texts), in: tables)
        program.parameterStoreRows = tables.store(rows)
    }

    /// One row for each parameter: the last one, where parameters have the same name.
    private func parameters(
        of store: DecodedParameterStore, _ builder: RowBuilder
    ) -> (names: [Text], rows: [ParameterStoreRow.Parameter]) {
        var distinct = DistinctTexts(expecting: store.parameters.count)
        var rows: [ParameterStoreRow.Parameter] = []
        for parameter in store.parameters {
            let row = ParameterStoreRow.Parameter(
                name: builder.text(parameter.name), refType: builder.text(parameter.refType),
                type: builder.text(parameter.type), source: parameter.source,
                entity: builder.text(parameter.entity), parameter: builder.text(parameter.parameter),
                value: builder.stored(parameter.value), failValue: builder.stored(parameter.failValue))
            let (position, isNew) = distinct.insert(row.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        return (distinct.texts, rows)
    }

    /// Config mappings count only together with the rules they refer to (Evaluation §11).
    private mutating func addMappings(_ parts: DocumentParts, _ storedTexts: DocumentParts.Texts) {
        guard let mappings = parts.mappings, let decodedRules = parts.overrideRules else { return }
        var names = DistinctTexts(expecting: decodedRules.count)
        let ruleBuilder = RowBuilder(tables, decoded: parts.texts.overrideRules, stored: storedTexts.overrideRules)
        addOverrideRules(decodedRules, ruleBuilder, &names)
        let builder = RowBuilder(tables, decoded: parts.texts.mappings, stored: storedTexts.mappings)
        var distinct = DistinctTexts(expecting: mappings.count)
        var rows: [UnsafeBufferPointer<MappingRow>] = []
        for config in mappings {
            let list = config.mappings.map { mapping in
                let triggers = mapping.triggers.map { trigger in
                    MappingRow.Trigger(
                        rule: names.position(of: builder.text(trigger.rule)), startTime: trigger.startTime)
                }
                return MappingRow(newName: builder.text(mapping.newName), triggers: tables.store(triggers))
            }
            let (position, isNew) = distinct.insert(builder.text(config.name))
            if isNew { rows.append(tables.store(list)) } else { rows[position] = tables.store(list) }
        }
        program.mappings = TextTable(tables.store(distinct.texts), in: tables)
        program.mappingRows = tables.store(rows)
    }

    private mutating func addOverrideRules(
        _ decodedRules: [DecodedRule], _ builder: RowBuilder, _ names: inout DistinctTexts
    ) {
        var rules: [RuleRow] = []
        let first = conditionLinks.count
        program.overrideRuleLinks = Program.SpecLinks(firstCondition: first, firstRule: delegates.count)
        for decoded in decodedRules {
            let rule = SpecCompiler(builder).rule(
                decoded, specSalt: Text(""), index: rules.count, firstCondition: conditionLinks.count - first)
            for id in decoded.conditionIDs { addConditionLink(to: builder.text(id)) }
            let (position, isNew) = names.insert(rule.name)
            if isNew { rules.append(rule) } else { rules[position] = rule }
        }
        program.overrideRules = tables.store(rules)
    }

    private mutating func addConstants(_ parts: DocumentParts) {
        if let environment = parts.metadata.defaultEnvironment {
            program.defaultEnvironment = tables.text(Array(environment.utf8))
        }
        if let bucketing = parts.bucketing, bucketing == "xxh3" { program.bucketing = .xxh3 }
        guard !parts.appID.isMissing, let value = Value(json: parts.appID) else { return }
        program.appID = AppID(value, in: tables)
    }
}

// MARK: - Client responses

extension ProgramLinker {
    /// Adds what only client responses need.
    ///
    /// Its texts are short, so they are copied, and the document's text isn't needed for them.
    private mutating func addClientParts(_ parts: DocumentParts) {
        program.clientKeys = parts.clientKeys.map { clientKeys($0) }
        program.hashedClientKeys = parts.hashedClientKeys.map { clientKeys($0) }
        guard let decoded = parts.sessionReplay else { return }
        var replay = SessionReplayRow()
        replay.samplingRate = decoded.samplingRate
        if let gate = decoded.targetingGate { replay.targetingGate = copy(gate) }
        replay.isBlocked = decoded.isBlocked
        replay.eventTriggers = decoded.eventTriggers.map { triggers($0) }
        replay.exposureTriggers = decoded.exposureTriggers.map { triggers($0) }
        replay.privacySettings = decoded.privacySettings.map { settings in
            SessionReplayRow.PrivacySettings(
                mode: copy(settings.mode), unmaskedElements: settings.unmaskedElements.map { copies($0) },
                maskedElements: settings.maskedElements.map { copies($0) },
                blockedElements: settings.blockedElements.map { copies($0) })
        }
        program.sessionReplay = tables.store(replay)
    }

    /// The app of each key: the last one, where a key occurs more than once.
    private func clientKeys(_ keys: [(key: JSONString, app: Text)]) -> ClientKeyRows {
        var distinct = DistinctTexts(expecting: keys.count)
        var apps: [AppID] = []
        for (key, app) in keys {
            let (position, isNew) = distinct.insert(copy(key))
            let row = Value(json: app).map { AppID($0, in: tables) } ?? AppID()
            if isNew { apps.append(row) } else { apps[position] = row }
        }
        return ClientKeyRows(
            keys: TextTable(tables.store(distinct.texts), in: tables), apps: tables.store(apps))
    }

    /// One row for each trigger: the last one, where triggers have the same name.
    private func triggers(_ triggers: [DecodedSessionReplay.Trigger]) -> UnsafeBufferPointer<SessionReplayRow.Trigger> {
        var distinct = DistinctTexts(expecting: triggers.count)
        var rows: [SessionReplayRow.Trigger] = []
        for trigger in triggers {
            let row = SessionReplayRow.Trigger(
                name: copy(trigger.name), samplingRate: trigger.samplingRate,
                values: trigger.values.map { copies($0) })
            let (position, isNew) = distinct.insert(row.name)
            if isNew { rows.append(row) } else { rows[position] = row }
        }
        return tables.store(rows)
    }

    private func copy(_ string: JSONString) -> Text { tables.text(string.unescaped()) }

    private func copies(_ strings: [JSONString]) -> TextList { tables.store(strings.map { copy($0) }) }
}
