// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ProgramLinker {
    /// Adds what only client responses need.
    ///
    /// Its texts are short, so they are copied, and the document's text isn't needed for them.
    mutating func addClientParts(_ parts: DocumentParts) {
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
