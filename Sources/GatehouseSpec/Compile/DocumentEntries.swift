// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The compiled specs and shared conditions of a document, each with what it takes to share it with the document that
/// replaces this one.
struct DocumentEntries {
    /// The format by the shape of the gates' section.
    var format = DocumentFormat.v2
    /// By ``SpecSection``, in the order of the document.
    var specs: [[SpecEntry]] = SpecSection.allCases.map { _ in [] }
    var conditions: [ConditionEntry] = []
    /// The number of entries that were compiled and not shared with the document before.
    var compiledCount = 0

    subscript(_ section: SpecSection) -> [SpecEntry] {
        get { specs[section.rawValue] }
        _modify { yield &specs[section.rawValue] }
    }

    var byteCount: Int {
        specs.reduce(0) { $0 + $1.capacity } * MemoryLayout<SpecEntry>.stride
            + conditions.capacity * MemoryLayout<ConditionEntry>.stride
    }
}

/// A spec of a document.
struct SpecEntry {
    let name: Text
    /// Its JSON, from its name or, in a list, its opening brace; missing for a malformed spec.
    let text: Text
    /// `nil` for a malformed spec, which was left out.
    let row: UnsafePointer<SpecRow>?
    /// The IDs of the shared conditions of all its rules, one after the other.
    let conditionIDs: TextList
    /// The conditions inside its rules, in the same order.
    let inlineConditions: UnsafeBufferPointer<UnsafePointer<ConditionRow>>
    /// Whether the next document may share it; one that is reported has to be decoded again.
    var isShareable = true
}

/// A shared condition of a document.
struct ConditionEntry {
    let id: Text
    /// Its JSON, from its ID.
    let text: Text
    let row: UnsafePointer<ConditionRow>
}
