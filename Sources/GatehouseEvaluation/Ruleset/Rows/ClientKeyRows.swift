// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
