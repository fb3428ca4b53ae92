// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A spec of a document, compiled, with what it takes to use it again in the document that replaces this one.
struct SpecEntry {
    let name: Text
    /// Its JSON, from its name or, in a list, its opening brace; missing where a malformed spec was dropped.
    let text: Text
    /// `nil` where a malformed spec was dropped.
    let row: UnsafePointer<SpecRow>?
    /// The ids of the shared conditions of all its rules, one after the other.
    let conditionIDs: TextList
    /// The conditions that stand inside its rules, in the same order.
    let inlineConditions: UnsafeBufferPointer<UnsafePointer<ConditionRow>>
}

/// A shared condition, likewise.
struct ConditionEntry {
    let id: Text
    let text: Text
    let row: UnsafePointer<ConditionRow>
}
