// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The name of an ID list, compared byte for byte as JSON does: strings that only look the same are two lists.
struct IDListName: Sendable, Hashable, Comparable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: IDListName, right: IDListName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    static func < (left: IDListName, right: IDListName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
