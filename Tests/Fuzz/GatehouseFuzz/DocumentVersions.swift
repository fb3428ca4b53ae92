// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Makes another version of a document: adds, removes, moves, renames and changes a few entries.
struct DocumentVersions {
    private struct Member {
        var name: [UInt8]
        /// The opening bracket of the entries, `nil` for a member whose value is its only entry.
        var bracket: UInt8?
        var entries: [[UInt8]]
    }

    private static let sections = ["feature_gates", "dynamic_configs", "layer_configs", "condition_map"]
    private var members: [Member] = []

    /// - Returns: `nil` when the bytes aren't JSON.
    init?(_ document: [UInt8]) {
        let isRead = document.withUnsafeBufferPointer { buffer -> Bool in
            guard let base = buffer.baseAddress else { return false }
            let text = Text(base: base, count: buffer.count)
            guard UTF8Check.firstInvalidOffset(in: text.bytes) == nil else { return false }
            return (try? read(text)) != nil
        }
        guard isRead, !members.isEmpty else { return nil }
    }

    private mutating func read(_ text: Text) throws {
        var reader = JSONReader(text)
        try reader.enterObject()
        var isFirst = true
        while let name = try reader.nextMember(&isFirst) {
            let kind = try reader.peek()
            var member = Member(name: Array(name.raw.bytes), bracket: nil, entries: [])
            if DocumentVersions.sections.contains(name.string), kind == .object || kind == .array {
                member.bracket = UInt8(ascii: kind == .object ? "{" : "[")
                member.entries = try DocumentVersions.entries(&reader, isList: kind == .array)
            } else {
                member.entries = [Array(try reader.skipValue().bytes)]
            }
            members.append(member)
        }
    }

    private static func entries(_ reader: inout JSONReader, isList: Bool) throws -> [[UInt8]] {
        var result: [[UInt8]] = []
        var isFirst = true
        if isList { try reader.enterArray() } else { try reader.enterObject() }
        while try isList ? reader.nextElement(&isFirst) : reader.nextMemberStart(&isFirst) {
            let start = reader.position
            if !isList { _ = try reader.memberName() }
            try reader.skipValue()
            result.append(Array(reader.slice(start..<reader.position).bytes))
        }
        return result
    }

    var bytes: [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += [UInt8(ascii: "\"")] + member.name + Array("\":".utf8)
            if let bracket = member.bracket { bytes.append(bracket) }
            bytes += member.entries.joined(separator: [UInt8(ascii: ",")])
            // In ASCII both closing brackets are two behind the opening one.
            if let bracket = member.bracket { bytes.append(bracket + 2) }
        }
        return bytes + [UInt8(ascii: "}")]
    }

    /// Changes some things.
    mutating func change(with others: [[UInt8]], _ random: inout FuzzRandom) {
        for _ in 0..<(1 + random.below(random.once(in: 8) ? 12 : 4)) {
            if random.once(in: 6) {
                changeMembers(others, &random)
                continue
            }
            let index = random.below(members.count)
            if members[index].bracket == nil {
                if !random.once(in: 3) { continue }
                members[index].entries = members[index].entries.map { Mutator.mutate($0, with: others, &random) }
            } else {
                changeEntries(of: index, others, &random)
            }
        }
    }

    private mutating func changeMembers(_ others: [[UInt8]], _ random: inout FuzzRandom) {
        let index = random.below(members.count)
        switch random.below(6) {
        case 0: if random.once(in: 3) { members.remove(at: index) }
        case 1: members.shuffle(using: &random)
        case 2: if random.once(in: 6) { members.append(members[index]) }
        case 3: if let bracket = members[index].bracket { members[index].bracket = bracket ^ 0x20 }
        case 4: members.sort { $0.entries.count < $1.entries.count }
        default:
            if members[index].bracket == nil { members[index].entries = [WeirdValues.value(&random).bytes] }
        }
        if members.isEmpty { members.append(Member(name: Array("time".utf8), bracket: nil, entries: [[0x31]])) }
    }

    private mutating func changeEntries(of index: Int, _ others: [[UInt8]], _ random: inout FuzzRandom) {
        var entries = members[index].entries
        guard !entries.isEmpty else { return }
        let position = random.below(entries.count)
        switch random.below(14) {
        case 0, 1: entries.remove(at: position)
        case 2:
            let end = position + random.below(entries.count - position)
            entries.removeSubrange(position..<end)
        case 3: entries.insert(entries[position], at: random.below(entries.count))
        case 4: if random.once(in: 3) { entries.shuffle(using: &random) }
        case 5: entries.swapAt(position, max(position, 1) - 1)
        case 6: entries.append(entries.remove(at: position))
        case 7:
            let other = random.below(members.count)
            if other != index, members[other].bracket != nil { members[other].entries.append(entries[position]) }
        case 8: entries[position] = DocumentVersions.respelt(entries[position])
        case 9: entries[position].insert(contentsOf: " \n".utf8, at: random.once(in: 2) ? 0 : entries[position].count)
        case 10: entries[position].insert(UInt8(ascii: "x"), at: min(1, entries[position].count))
        case 11:
            let count = random.below(entries.count)
            entries += entries.prefix(count).map { [0x22, 0x79] + $0.dropFirst() }
        default: entries[position] = Mutator.mutate(entries[position], with: others, &random)
        }
        members[index].entries = entries
    }

    /// The entry with its name, or the start of its value, spelled in other bytes.
    private static func respelt(_ entry: [UInt8]) -> [UInt8] {
        guard entry.count > 2, entry[0] == UInt8(ascii: "\""), (0x23..<0x5C).contains(entry[1]) || entry[1] > 0x5C,
            entry[1] < 0x7F
        else { return entry }
        let digits = Array("0123456789abcdef".utf8)
        return [0x22] + Array("\\u00".utf8) + [digits[Int(entry[1] >> 4)], digits[Int(entry[1] & 15)]]
            + entry.dropFirst(2)
    }
}
