// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The ID lists of a project by name.
public struct IDLists: Sendable {
    private var lists: [[UInt8]: IDList] = [:]

    /// Makes an empty collection: every list is unknown and contains nobody.
    public init() {}

    /// A list by name, compared byte for byte; `nil` for an unknown one.
    public subscript(name: String) -> IDList? {
        get { lists[Array(name.utf8)] }
        set { lists[Array(name.utf8)] = newValue }
    }

    func list(named name: Text) -> IDList? {
        lists.isEmpty ? nil : lists[Array(name.bytes)]
    }
}
