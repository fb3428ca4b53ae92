// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A storage of sticky assignments (Evaluation §18.1).
///
/// The program loads assignments, with ``EvaluationScope/stickyValues(idType:)``. The client saves and deletes them in the
/// background, in the order of the evaluations.
public protocol StickyStorage: Sendable {
    /// Loads the sticky values of a unit.
    ///
    /// - Parameter key: `<unit>:<ID type>`.
    /// - Returns: The sticky values by experiment or layer.
    /// - Throws: Any error when the storage fails.
    func load(_ key: String) async throws -> [String: StickyValue]

    /// Saves a sticky value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - entity: The experiment or layer.
    ///   - key: `<unit>:<ID type>`.
    /// - Throws: Any error when the storage fails.
    func save(_ value: StickyValue, for entity: String, under key: String) async throws

    /// Deletes a sticky value. Does nothing if there is none.
    ///
    /// - Parameters:
    ///   - entity: The experiment or layer.
    ///   - key: `<unit>:<ID type>`.
    /// - Throws: Any error when the storage fails.
    func delete(_ entity: String, under key: String) async throws
}
