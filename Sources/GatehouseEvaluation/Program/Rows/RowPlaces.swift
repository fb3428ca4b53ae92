// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Records refer to values where they are in the ruleset, which is cheaper than a copy of what describes a value.

extension UnsafePointer<RuleRow> {
    /// Where the rule's value is.
    @inline(__always)
    var returns: UnsafePointer<ReturnRow> { pointer(to: \.returns).unsafelyUnwrapped }
}

extension UnsafePointer<SpecRow> {
    /// Where the default value is.
    @inline(__always)
    var defaultValue: UnsafePointer<ReturnRow> { pointer(to: \.defaultValue).unsafelyUnwrapped }
}

extension UnsafePointer<AutotuneRow> {
    /// Where the default value is.
    var defaultValue: UnsafePointer<ReturnRow> { pointer(to: \.defaultValue).unsafelyUnwrapped }
}

extension UnsafePointer<AutotuneRow.Group> {
    /// Where the group's value is.
    var returns: UnsafePointer<ReturnRow> { pointer(to: \.returns).unsafelyUnwrapped }
}

extension UnsafeBufferPointer {
    /// Where an element is; the buffer has to have it.
    @inline(__always)
    func place(_ index: Int) -> UnsafePointer<Element> { baseAddress.unsafelyUnwrapped + index }
}
