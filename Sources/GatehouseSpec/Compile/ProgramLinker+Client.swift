// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ProgramLinker {
    /// Adds what only client responses need.
    ///
    /// It is little, so its texts are copied rather than kept with the document.
    mutating func addClientParts(_ header: DocumentHeader) {
        program.clientKeys = header.clientKeys.map { clientKeys($0) }
        program.hashedClientKeys = header.hashedClientKeys.map { clientKeys($0) }
        guard let wire = header.sessionReplay else { return }
        var replay = SessionReplayRow()
        replay.samplingRate = wire.samplingRate
        if let gate = wire.targetingGate { replay.targetingGate = copy(gate) }
        replay.isBlocked = wire.isBlocked
        replay.eventTriggers = wire.eventTriggers.map { triggers($0) }
        replay.exposureTriggers = wire.exposureTriggers.map { triggers($0) }
        replay.privacySettings = wire.privacySettings.map { settings in
            SessionReplayRow.PrivacySettings(
                mode: copy(settings.mode), unmaskedElements: settings.unmaskedElements.map { copies($0) },
                maskedElements: settings.maskedElements.map { copies($0) },
                blockedElements: settings.blockedElements.map { copies($0) })
        }
        program.sessionReplay = tables.store(replay)
    }

    /// Of a key that occurs twice the last one counts.
    private func clientKeys(_ wire: [(key: JSONString, app: Text)]) -> ClientKeyRows {
        var distinct = DistinctTexts(expecting: wire.count)
        var apps: [AppID] = []
        for (key, app) in wire {
            let (position, isNew) = distinct.insert(copy(key))
            let row = Value(json: app).map { AppID($0, in: tables) } ?? AppID()
            if isNew { apps.append(row) } else { apps[position] = row }
        }
        return ClientKeyRows(
            keys: TextTable(tables.store(distinct.texts), in: tables), apps: tables.store(apps))
    }

    /// Of a trigger that occurs twice the last one counts.
    private func triggers(_ wire: [WireSessionReplay.Trigger]) -> UnsafeBufferPointer<SessionReplayRow.Trigger> {
        var distinct = DistinctTexts(expecting: wire.count)
        var rows: [SessionReplayRow.Trigger] = []
        for trigger in wire {
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
