// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CPCRE2
internal import Synchronization

/// Memory that matches of patterns work in, kept from one to the next so that a match allocates nothing.
///
/// Threads take one each, without waiting: who finds none makes one, and who finds no place to leave it frees it.
package struct PatternWorkspaces: BitwiseCopyable {
    // Addresses of PCRE2's match data, 0 where there is none.
    private let slots: UnsafeMutablePointer<Atomic<UInt>>
    private static let count = 4

    /// No workspaces; they are made when they are first needed.
    package init() {
        slots = .allocate(capacity: PatternWorkspaces.count)
        for index in 0..<PatternWorkspaces.count { (slots + index).initialize(to: Atomic(0)) }
    }

    /// Frees them all; no pattern they are lent to may be used afterwards.
    package func free() {
        for index in 0..<PatternWorkspaces.count {
            pcre2_match_data_free_8(OpaquePointer(bitPattern: slots[index].exchange(0, ordering: .acquiring)))
        }
        slots.deinitialize(count: PatternWorkspaces.count)
        slots.deallocate()
    }

    func take() -> OpaquePointer? {
        for index in 0..<PatternWorkspaces.count {
            if let data = OpaquePointer(bitPattern: slots[index].exchange(0, ordering: .acquiring)) { return data }
        }
        return pcre2_match_data_create_8(1, nil)
    }

    func give(_ data: OpaquePointer) {
        let address = UInt(bitPattern: data)
        for index in 0..<PatternWorkspaces.count {
            if slots[index].compareExchange(expected: 0, desired: address, ordering: .releasing).exchanged { return }
        }
        pcre2_match_data_free_8(data)
    }
}
