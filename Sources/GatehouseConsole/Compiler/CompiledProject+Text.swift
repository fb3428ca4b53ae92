// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

extension CompiledProject {
    /// The text of the whole document with other members, put together from texts that are there already.
    ///
    /// - Parameter tree: What ``tree(_:)`` makes, with the members to write.
    /// - Returns: What the tree's value would be written as; `nil` where that isn't these texts one after the other.
    func text(_ tree: DocumentTree) -> [UInt8]? {
        let isNewer = tree.format == .v2
        var bytes = JSON.bytes(.object(tree.members))
        bytes.removeLast()
        bytes.reserveCapacity(entities.reduce(1 << 16) { $0 + $1.newerText.count * 3 })
        for section in DocumentTree.Section.allCases {
            open(&bytes, section.rawValue, isNewer ? "{" : "[")
            for entity in entities where entity.section == section {
                if isNewer {
                    separate(&bytes, entity.name)
                    bytes += entity.newerText
                } else {
                    if bytes.last != UInt8(ascii: "[") { bytes.append(UInt8(ascii: ",")) }
                    bytes += entity.olderText
                }
            }
            bytes += (isNewer ? "}" : "]").utf8
        }
        if isNewer {
            open(&bytes, "condition_map", "{")
            var known: Set<String> = []
            for (id, condition) in memberConditions where known.insert(id).inserted {
                separate(&bytes, id)
                bytes += JSON.bytes(condition)
            }
            for entity in entities {
                for (condition, text) in zip(entity.conditions, entity.conditionTexts)
                where known.insert(condition.id).inserted {
                    separate(&bytes, condition.id)
                    bytes += text
                }
            }
            // Otherwise two conditions have the same hash, and one of them another ID in this document.
            guard known.count == tree.conditions.count else { return nil }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private func open(_ bytes: inout [UInt8], _ name: String, _ bracket: String) {
        separate(&bytes, name)
        bytes += bracket.utf8
    }

    private func separate(_ bytes: inout [UInt8], _ name: String) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes += JSON.bytes(.string(name))
        bytes.append(UInt8(ascii: ":"))
    }
}
