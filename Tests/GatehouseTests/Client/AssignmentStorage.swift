// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import NIOConcurrencyHelpers

/// Keeps sticky assignments in memory, as a user of the library might.
final class AssignmentStorage: StickyStorage {
    struct Broken: Error {}

    private struct State {
        var values: [String: [String: StickyValue]] = [:]
        var log: [String] = []
        var isBroken = false
        var hold: Promise<Void>?
    }

    private let state = NIOLockedValueBox(State())

    /// What was done, in order.
    var log: [String] { state.withLockedValue { $0.log } }

    /// Has everything fail from now on, or work again.
    var isBroken: Bool {
        get { state.withLockedValue { $0.isBroken } }
        set { state.withLockedValue { $0.isBroken = newValue } }
    }

    /// Has writes wait for a promise.
    func hold(_ promise: Promise<Void>?) { state.withLockedValue { $0.hold = promise } }

    func load(_ key: String) async throws -> [String: StickyValue] {
        try state.withLockedValue { state in
            guard !state.isBroken else { throw Broken() }
            return state.values[key] ?? [:]
        }
    }

    func save(_ value: StickyValue, for entity: String, under key: String) async throws {
        try await change("save \(entity) \(key)") { $0[key, default: [:]][entity] = value }
    }

    func delete(_ entity: String, under key: String) async throws {
        try await change("delete \(entity) \(key)") { $0[key]?[entity] = nil }
    }

    private func change(
        _ name: String, _ body: (inout [String: [String: StickyValue]]) -> Void
    ) async throws {
        await state.withLockedValue { $0.hold }?.value()
        try state.withLockedValue { state in
            state.log.append(name)
            guard !state.isBroken else { throw Broken() }
            body(&state.values)
        }
    }
}
