// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// The tables, and how files of earlier versions come to have them.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.create(table: "apiKey") { table in
                table.primaryKey("id", .text)
                table.column("hash", .blob).notNull().unique()
                table.column("mask", .text).notNull()
                table.column("nameHash", .integer).notNull()
                table.column("type", .text).notNull()
                table.column("status", .text).notNull()
                table.column("description", .text).notNull()
                table.column("scopes", .jsonText).notNull()
                table.column("environments", .jsonText).notNull()
                table.column("primaryTargetApp", .text)
                table.column("secondaryTargetApps", .jsonText)
                table.column("createdTime", .integer).notNull()
            }
            try db.create(table: "auditEntry") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("time", .integer).notNull().indexed()
                table.column("action", .text).notNull()
                table.column("entityID", .text).notNull().indexed()
                table.column("entityName", .text).notNull()
                table.column("actorID", .text)
                table.column("actorName", .text).notNull()
                table.column("changes", .jsonText).notNull()
            }
            try db.create(table: "event") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("name", .text).notNull().indexed()
                table.column("keyID", .text).notNull()
                table.column("time", .integer).notNull()
                table.column("receivedTime", .integer).notNull()
                table.column("userID", .text)
                table.column("event", .jsonText).notNull()
            }
            try db.create(table: "eventCount") { table in
                table.primaryKey("name", .text)
                table.column("count", .integer).notNull()
                table.column("firstTime", .integer).notNull()
                table.column("lastTime", .integer).notNull()
            }
            try db.create(table: "specsVersion") { table in
                table.primaryKey("id", .integer)
                table.column("time", .integer).notNull()
                table.column("digest", .text).notNull()
            }
        }
        migrator.registerMigration("authoring") { db in
            try db.create(table: "entity") { table in
                table.column("family", .text).notNull()
                table.column("id", .text).notNull()
                table.column("version", .integer).notNull()
                table.column("members", .jsonText).notNull()
                table.primaryKey(["family", "id"])
            }
            try db.create(table: "entityVersion") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("family", .text).notNull()
                table.column("entityID", .text).notNull()
                table.column("version", .integer).notNull()
                table.column("time", .integer).notNull()
                table.column("actorName", .text).notNull()
                table.column("members", .jsonText)
            }
            try db.create(indexOn: "entityVersion", columns: ["family", "entityID"])
        }
        return migrator
    }
}
