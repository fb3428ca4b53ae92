// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation

extension JSONWriter {
    /// Text that is JSON already, or no JSON at all.
    package mutating func raw(_ text: String) {
        withText(of: text) { writer, text in writer.raw(text) }
    }

    /// Valid JSON in its compact form.
    package mutating func compact(_ json: String) {
        withText(of: json) { writer, json in writer.compact(json) }
    }

    private mutating func withText(of string: String, _ body: (inout JSONWriter, Text) -> Void) {
        var copy = string
        copy.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return }
            body(&self, Text(base: base, count: bytes.count))
        }
    }
}
