// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What the audit log calls a change of a key.
enum AuditAction: String, CaseIterable {
    case create = "sdk_key_create"
    case deactivate = "sdk_key_deactivate"
    case delete = "sdk_key_delete"
    case regenerateSecret = "secret_key_regenerate"
    case updateDescription = "sdk_key_update_description"
    case updateEnvironments = "sdk_key_update_environments"
    case updateTargetApp = "sdk_key_update_target_app"
    case updateScopes = "sdk_key_update_scopes"
}
