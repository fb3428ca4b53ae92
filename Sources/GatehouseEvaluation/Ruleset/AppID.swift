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
    ///   - region: Where its texts go.
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
