// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// The entities by which a document differs from the one that it replaces.
public struct DocumentChanges: Sendable, Equatable, Encodable {
    /// The names of one kind of entities.
    public struct Names: Sendable, Equatable, Encodable {
        /// Those that only the new document has, in its order.
        public fileprivate(set) var added: [String] = []
        /// Those whose definition isn't the same, in the order of the new document.
        public fileprivate(set) var changed: [String] = []
        /// Those that only the old document has, in its order.
        public fileprivate(set) var removed: [String] = []

        /// Whether there is none.
        public var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

        /// Whether an entity was added, changed or removed.
        public func contains(_ name: String) -> Bool {
            [added, changed, removed].contains { $0.contains { $0.utf8.elementsEqual(name.utf8) } }
        }
    }

    /// Gates, segments and holdouts.
    public fileprivate(set) var gates = Names()
    /// Dynamic configs, experiments and autotunes.
    public fileprivate(set) var configs = Names()
    /// Layers.
    public fileprivate(set) var layers = Names()
    /// Parameter stores.
    ///
    /// If one of them has changed, `changed` has all of those that both documents have.
    public fileprivate(set) var parameterStores = Names()

    /// Whether the entities are the same.
    public var isEmpty: Bool { gates.isEmpty && configs.isEmpty && layers.isEmpty && parameterStores.isEmpty }
}

extension DocumentChanges: CustomStringConvertible {
    /// The numbers in one line, for example `1 gate added, 2 configs changed`.
    public var description: String {
        let kinds = [("gate", gates), ("config", configs), ("layer", layers), ("parameter store", parameterStores)]
        let parts = kinds.flatMap { kind, names in
            [("added", names.added), ("changed", names.changed), ("removed", names.removed)].compactMap { verb, names in
                names.isEmpty ? nil : "\(names.count) \(kind)\(names.count == 1 ? "" : "s") \(verb)"
            }
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

extension Ruleset {
    /// The entities by which this document differs from another one.
    ///
    /// An entity has changed if its own definition or one of its conditions is another text. A gate whose definition is the
    /// same and that asks a gate that has changed isn't among the changes. The time this takes grows with the number of
    /// entities, not with their sizes, where this ruleset was made to replace the other one.
    ///
    /// - Parameter previous: The ruleset of the other document.
    /// - Returns: The names of the entities.
    public func changes(since previous: Ruleset) -> DocumentChanges {
        let (new, old) = (source as? LoadedDocument, previous.source as? LoadedDocument)
        let (newEntries, oldEntries) = (new?.entries ?? DocumentEntries(), old?.entries ?? DocumentEntries())
        let conditions = DocumentEntries.changedConditions(newEntries, oldEntries)
        func names(_ section: SpecSection) -> DocumentChanges.Names {
            DocumentChanges.Names(newEntries[section], oldEntries[section], changedConditions: conditions)
        }
        var changes = DocumentChanges()
        changes.gates = names(.gates)
        changes.configs = names(.configs)
        changes.layers = names(.layers)
        changes.parameterStores = DocumentChanges.Names(
            parameterStoreNames.map(\.store), previous.parameterStoreNames.map(\.store),
            areSame: new?.partTexts.parameterStores.isSame(as: old?.partTexts.parameterStores) ?? true)
        let autotunes = DocumentChanges.Names(
            autotuneNames, previous.autotuneNames,
            areSame: new?.partTexts.autotunes.isSame(as: old?.partTexts.autotunes) ?? true)
        changes.configs.added += autotunes.added
        changes.configs.changed += autotunes.changed
        changes.configs.removed += autotunes.removed
        return changes
    }
}

extension DocumentChanges.Names {
    /// Compares the entries of one section, of which most are the same and in the same order.
    fileprivate init(_ new: [SpecEntry], _ old: [SpecEntry], changedConditions: Set<[UInt8]>) {
        func isSame(_ left: SpecEntry, _ right: SpecEntry) -> Bool {
            left.name.isSame(as: right.name) && left.text.isSame(as: right.text)
                && (changedConditions.isEmpty
                    || !left.conditionIDs.contains { changedConditions.contains(Array($0.bytes)) })
        }
        let start = zip(new, old).prefix { isSame($0, $1) }.count
        let (newRest, oldRest) = (new[start...], old[start...])
        let end = zip(newRest.reversed(), oldRest.reversed()).prefix { isSame($0, $1) }.count
        var known: [[UInt8]: SpecEntry] = [:]
        for entry in oldRest.dropLast(end) { known[Array(entry.name.bytes)] = entry }
        var found: Set<[UInt8]> = []
        for entry in newRest.dropLast(end) {
            let name = Array(entry.name.bytes)
            guard found.insert(name).inserted else { continue }
            if let before = known.removeValue(forKey: name) {
                if !isSame(entry, before) { changed.append(entry.name.string) }
            } else {
                added.append(entry.name.string)
            }
        }
        for entry in oldRest.dropLast(end) where known.removeValue(forKey: Array(entry.name.bytes)) != nil {
            removed.append(entry.name.string)
        }
    }

    /// Compares names of entities whose definitions are known only as a whole.
    fileprivate init(_ new: [String], _ old: [String], areSame: Bool) {
        guard !areSame else { return }
        let (newNames, oldNames) = (Set(new.map { Array($0.utf8) }), Set(old.map { Array($0.utf8) }))
        added = new.filter { !oldNames.contains(Array($0.utf8)) }
        changed = new.filter { oldNames.contains(Array($0.utf8)) }
        removed = old.filter { !newNames.contains(Array($0.utf8)) }
    }
}

extension DocumentEntries {
    /// The IDs of shared conditions whose definitions aren't the same, or that only one of the documents has: a rule may refer
    /// to a condition that its document doesn't have.
    fileprivate static func changedConditions(_ new: DocumentEntries, _ old: DocumentEntries) -> Set<[UInt8]> {
        func isSame(_ left: ConditionEntry, _ right: ConditionEntry) -> Bool {
            left.id.isSame(as: right.id) && left.text.isSame(as: right.text)
        }
        let start = zip(new.conditions, old.conditions).prefix { isSame($0, $1) }.count
        let (newRest, oldRest) = (new.conditions[start...], old.conditions[start...])
        let end = zip(newRest.reversed(), oldRest.reversed()).prefix { isSame($0, $1) }.count
        var known: [[UInt8]: ConditionEntry] = [:]
        for entry in oldRest.dropLast(end) { known[Array(entry.id.bytes)] = entry }
        var changed: Set<[UInt8]> = []
        var kept: Set<[UInt8]> = []
        for entry in newRest.dropLast(end) {
            let id = Array(entry.id.bytes)
            if let before = known[id] {
                kept.insert(id)
                if !isSame(entry, before) { changed.insert(id) }
            } else {
                changed.insert(id)
            }
        }
        for id in known.keys where !kept.contains(id) { changed.insert(id) }
        return changed
    }
}

extension Text {
    /// Whether the bytes are the same; texts that two documents share have the same address.
    fileprivate func isSame(as other: Text?) -> Bool {
        guard let other, count == other.count, isMissing == other.isMissing else { return false }
        return base == other.base || count == 0 || continues(like: other)
    }
}
