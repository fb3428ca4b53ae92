// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// The members of a document that the console decides, whatever the imported one has.
struct PayloadMembers {
    let view: KeyView
    let format: SpecDocument.Format
    let time: UInt64
    let clientApps: [String: String]?

    private static let defaultEnvironment = "production"

    func applied(to imported: Object) -> Object {
        var members = imported
        members["has_updates"] = true
        members["time"] = .unsigned(time)
        members["response_format"] = .string(format.rawValue)
        // It would name the key that the document was imported with, and SDKs refuse other keys' documents.
        members["hashed_sdk_key_used"] = nil
        members["checksum"] = nil
        if view.environments.count == 1, let environment = view.environments.first {
            members["default_environment"] = .string(environment)
        } else if members["default_environment"]?.string == nil {
            members["default_environment"] = .string(PayloadMembers.defaultEnvironment)
        }
        if let app = view.primaryApp { members["app_id"] = .string(app) }
        addClientApps(to: &members)
        return members
    }

    /// Apps of client keys, all by hash: SDKs look at no other keys once there are hashed ones.
    private func addClientApps(to members: inout Object) {
        defer {
            members["sdk_keys_to_app_ids"] = nil
            if clientApps == nil { members["hashed_sdk_keys_to_app_ids"] = nil }
        }
        guard let clientApps else {
            members["hashed_sdk_keys_to_entities"] = nil
            return
        }
        var apps: [String: Value] = [:]
        for (key, app) in members["sdk_keys_to_app_ids"]?.object ?? [:] {
            var copy = key
            apps[String(copy.withUTF8 { DJB2.hash($0) })] = app
        }
        for (hash, app) in members["hashed_sdk_keys_to_app_ids"]?.object ?? [:] { apps[hash] = app }
        for (hash, app) in clientApps { apps[hash] = .string(app) }
        guard !apps.isEmpty else { return }
        members["hashed_sdk_keys_to_app_ids"] = .object(
            Object(distinct: apps.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }
}
