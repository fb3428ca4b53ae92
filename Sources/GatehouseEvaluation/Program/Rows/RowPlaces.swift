// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Addresses of values in the ruleset, which records refer to.

extension UnsafePointer<RuleRow> {
    /// The address of the rule's value.
    @inline(__always)
    var returns: UnsafePointer<ReturnRow> { pointer(to: \.returns).unsafelyUnwrapped }
}

extension UnsafePointer<SpecRow> {
    /// The address of the default value.
    @inline(__always)
    var defaultValue: UnsafePointer<ReturnRow> { pointer(to: \.defaultValue).unsafelyUnwrapped }
}

extension UnsafePointer<AutotuneRow> {
    /// The address of the default value.
    var defaultValue: UnsafePointer<ReturnRow> { pointer(to: \.defaultValue).unsafelyUnwrapped }
}

extension UnsafePointer<AutotuneRow.Group> {
    /// The address of the group's value.
    var returns: UnsafePointer<ReturnRow> { pointer(to: \.returns).unsafelyUnwrapped }
}

extension UnsafeBufferPointer {
    /// The address of an element, which the buffer has to have.
    @inline(__always)
    func pointer(at index: Int) -> UnsafePointer<Element> { baseAddress.unsafelyUnwrapped + index }
}
