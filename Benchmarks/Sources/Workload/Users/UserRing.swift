// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// User ids that exist before anything is measured, so that a fresh user per call doesn't cost the making of its id.
public enum UserRing {
    /// How many ids there are; a power of two.
    public static let count = 4_096

    /// The ids: text of the form of a UUID.
    public static let ids: [String] = {
        var random = RandomNumbers(seed: 4_096)
        return (0..<count).map { _ in random.uuid() }
    }()

    /// The 100 ids, spread over the ring from its first on, that `gate_string_set` lists.
    public static var listed: [String] { stride(from: 0, to: count, by: 41).map { ids[$0] } }

    /// The id at a position, from the start again behind the last one.
    public static func id(_ position: Int) -> String { ids[position & (count - 1)] }
}
