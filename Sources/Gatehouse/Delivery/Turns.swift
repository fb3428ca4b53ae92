// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Lets tasks take turns, in the order in which they came.
actor Turns {
    private var last: Task<Void, Never>?

    /// Runs `body` after those who came before; cancelling the caller's task doesn't cancel it.
    func take(_ body: @escaping @Sendable () async -> Void) async {
        let previous = last
        let turn = Task {
            await previous?.value
            await body()
        }
        last = turn
        await turn.value
    }
}
