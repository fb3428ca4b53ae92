// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A context's values as plain pointers into a region that the context owns.
struct ContextView: BitwiseCopyable {
    let store: ValueStore
    let globalCustom: UnsafeBufferPointer<UserValue>
    /// The tier, `nil` when the context leaves it to the document.
    let environment: UserValue?

    init(environment: String?, globalCustomFields: Object, in region: Region) {
        var storage = UserStorage()
        let rows = globalCustomFields.map { storage.row($0.value, named: $0.name) }
        self.environment = environment.map { storage.row(.string($0)) }
        globalCustom = region.store(rows)
        store = ValueStore(bytes: region.store(storage.bytes).baseAddress, children: region.store(storage.children))
    }
}
