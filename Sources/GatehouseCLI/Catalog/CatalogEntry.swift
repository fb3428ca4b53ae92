// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Something in a document that can be asked for.
package struct CatalogEntry: Sendable {
    package let kind: EntryKind
    /// The name; of a parameter the store's and its own: `store/parameter`.
    package let name: String
    /// For parameters: the store's name.
    package let store: String
    /// For parameters: the name within the store.
    package let parameter: String

    package init(_ kind: EntryKind, _ name: String) {
        self.kind = kind
        self.name = name
        store = ""
        parameter = ""
    }

    package init(store: String, parameter: String) {
        kind = .parameter
        name = "\(store)/\(parameter)"
        self.store = store
        self.parameter = parameter
    }
}
