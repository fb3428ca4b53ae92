// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// A database file, looked at without the console.
enum SQLiteFile {
    /// What SQLite's own check says: `ok` for an intact file.
    static func check(_ path: String) throws -> String {
        try DatabaseQueue(path: path).read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check").joined(separator: "\n")
        }
    }
}
