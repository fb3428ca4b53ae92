// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// Where sticky assignments are kept (Evaluation §18.1).
///
/// Loading is up to whoever evaluates; saving and deleting are done by the client, in order, after the evaluation.
public protocol StickyStorage: Sendable {
    /// Loads what is kept for a user's unit.
    ///
    /// - Parameter key: `<unit>:<ID type>`.
    /// - Returns: Sticky values by entity.
    func load(_ key: String) async throws -> [String: StickyValue]

    /// Keeps a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - entity: The experiment or layer.
    ///   - key: `<unit>:<ID type>`.
    func save(_ value: StickyValue, for entity: String, under key: String) async throws

    /// Forgets a value; nothing happens when there is none.
    ///
    /// - Parameters:
    ///   - entity: The experiment or layer.
    ///   - key: `<unit>:<ID type>`.
    func delete(_ entity: String, under key: String) async throws
}
