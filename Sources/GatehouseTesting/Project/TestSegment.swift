// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A set of users of a ``TestProject`` that conditions refer to, with ``TestCondition/inSegment(_:)``.
public struct TestSegment: Sendable {
    let name: String
    let rules: [TestRule]
    let idType: String

    /// Makes a segment.
    ///
    /// - Parameters:
    ///   - name: Its name, without `segment:` in front.
    ///   - rules: Its rules in order. A user who passes one is in the segment.
    ///   - idType: The ID type of the unit that percentages go by.
    public init(_ name: String, _ rules: TestRule..., idType: String = "userID") {
        self.name = name
        self.rules = rules
        self.idType = idType
    }
}
