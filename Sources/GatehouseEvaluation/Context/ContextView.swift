// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A context's values as a plain pointer into what the context owns.
///
/// They are kept like a user's: as its custom fields and its environment.
struct ContextView: BitwiseCopyable {
    private let values: UserView

    @inline(__always)
    init(_ values: UserView) {
        self.values = values
    }

    @inline(__always)
    var store: ValueStore { values.store }

    @inline(__always)
    var globalCustom: UnsafeBufferPointer<UserValue> { values.custom }

    /// The tier, `nil` when the context leaves it to the document.
    var environment: ValueView? {
        values.environment.first.map { ValueView($0, in: store) }
    }
}
