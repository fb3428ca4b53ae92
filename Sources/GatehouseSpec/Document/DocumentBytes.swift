// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A document's bytes at a fixed address, which decoded texts point to.
final class DocumentBytes {
    let text: Text
    private let region: Region

    init(_ bytes: [UInt8]) {
        region = Region(capacity: bytes.count + 16)
        text = region.text(bytes)
    }
}
