// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// How results are written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case table
    /// An object per user, for other programs.
    case json
    /// A row per user and entity, for comparing and for large numbers of users.
    case jsonl
}
