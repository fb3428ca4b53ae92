// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The app that a document's key belongs to, as `target_app` conditions compare it: any JSON.
package struct AppID: BitwiseCopyable {
    private let row: UserValue?
    private let store: ValueStore

    /// No app.
    package init() {
        row = nil
        store = ValueStore()
    }

    /// - Parameters:
    ///   - value: The document's value.
    ///   - region: The memory for its texts.
    package init(_ value: Value, in region: Region) {
        let size = ValueSize.of(value)
        let rows = size / MemoryLayout<UserValue>.stride + 1
        var area = ValueArea(
            region.allocate(UserValue.self, count: rows), byteCount: rows * MemoryLayout<UserValue>.stride)
        row = area.row(value)
        store = area.store
    }

    var view: ValueView { row.map { ValueView($0, in: store) } ?? .none }
}

/// The apps that client keys belong to.
package struct ClientKeyRows: BitwiseCopyable {
    /// The keys, or their hashes.
    package var keys: TextTable
    /// In the order of the keys.
    package var apps: UnsafeBufferPointer<AppID>

    package init(keys: TextTable, apps: UnsafeBufferPointer<AppID>) {
        self.keys = keys
        self.apps = apps
    }

    /// The app of a key, `nil` for an unknown one.
    func app(of key: Text) -> AppID? {
        let index = keys.index(of: key)
        return index < 0 ? nil : apps[index]
    }
}
