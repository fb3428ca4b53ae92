// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Takes a document's specs and conditions one by one, in the document's order, so that no more than one is in memory in
/// its decoded form.
protocol DocumentConsumer {
    /// A section starts: a map of specs by name, or a list of specs that carry their names.
    mutating func begin(_ section: SpecSection, isList: Bool)

    /// Whether the document goes on with a spec that is known already: how many bytes it takes, 0 if it isn't.
    ///
    /// - Parameter ahead: The rest of the document, from the spec's name or, in a list, its opening brace.
    mutating func recognize(_ section: SpecSection, ahead: Text) -> Int

    /// A spec.
    ///
    /// - Parameters:
    ///   - section: Where it stands.
    ///   - name: Its name.
    ///   - spec: The spec, `nil` where a malformed one was dropped.
    ///   - text: What ``recognize(_:ahead:)`` would have seen of it.
    mutating func consume(_ section: SpecSection, _ name: JSONString, _ spec: WireSpec?, text: Text)

    /// Like ``recognize(_:ahead:)`` for a shared condition.
    mutating func recognizeCondition(ahead: Text) -> Int

    /// A shared condition.
    mutating func consume(_ id: JSONString, _ condition: WireCondition, text: Text)
}
