// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The list of ID lists (Protocol §6.1).
struct IDListManifest: Sendable {
    private(set) var entries: [IDListName: IDListEntry] = [:]
    /// Lists that there are, but whose entries can't be used.
    private(set) var malformed: [IDListName: IDListFailure] = [:]

    /// Reads a manifest.
    ///
    /// A malformed entry doesn't take the others along, as it does in the reference. A manifest of nothing but malformed
    /// entries is refused, for it may be an error in the form of an object, and would delete all lists.
    init(json bytes: [UInt8]) throws(IDListFailure) {
        let value = bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        guard let object = value?.object else {
            throw IDListFailure(.invalidDocument, "the manifest isn't a JSON object")
        }
        for member in object {
            do throws(IDListFailure) {
                entries[IDListName(member.name)] = try IDListEntry(member.value)
            } catch {
                malformed[IDListName(member.name)] = error
            }
        }
        guard !entries.isEmpty || malformed.isEmpty else {
            throw IDListFailure(.invalidDocument, "the manifest has no list that isn't malformed")
        }
    }
}
