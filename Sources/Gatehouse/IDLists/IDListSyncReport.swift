// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation

/// What a synchronisation of ID lists came to.
package struct IDListSyncReport: Sendable {
    /// The lists as they are now.
    package let lists: IDLists
    /// Whether any list is another one than before, new, or gone.
    package let hasChanged: Bool
    /// How many bytes of lists were downloaded.
    package let receivedByteCount: Int
    /// What failed: the manifest, or each list that couldn't be renewed; empty when all is well.
    package let errors: [SyncError]
    package let status: IDListStatus
}
