// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GRDB

/// A row of `apiKey`.
struct KeyRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "apiKey"

    let id: String
    let hash: Data
    let mask: String
    let nameHash: UInt32
    let type: KeyType
    let status: KeyStatus
    let description: String
    let scopes: [KeyScope]
    let environments: [String]
    let primaryTargetApp: String?
    let secondaryTargetApps: [String]?
    let createdTime: Int64
    let sealedSecret: Data?

    init(_ key: Key) {
        id = key.id
        hash = Data(key.hash.bytes)
        mask = key.mask
        nameHash = key.nameHash
        type = key.type
        status = key.status
        description = key.description
        scopes = key.scopes
        environments = key.environments
        primaryTargetApp = key.primaryTargetApp
        secondaryTargetApps = key.secondaryTargetApps
        createdTime = key.createdTime
        sealedSecret = key.sealedSecret.map { Data($0) }
    }

    /// The key, `nil` if the row isn't valid.
    var key: Key? {
        guard let hash = SecretHash(bytes: Array(hash)) else { return nil }
        return Key(
            id: id, type: type, createdTime: createdTime, hash: hash, mask: mask, nameHash: nameHash,
            description: description, scopes: scopes, environments: environments,
            primaryTargetApp: primaryTargetApp, secondaryTargetApps: secondaryTargetApps, status: status,
            sealedSecret: sealedSecret.map { Array($0) })
    }
}
