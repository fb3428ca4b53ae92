// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The IDs of segments that are lists.
enum SegmentIDs {
    /// Longer lists travel as files beside the document.
    static let mostInline = 1000
}
