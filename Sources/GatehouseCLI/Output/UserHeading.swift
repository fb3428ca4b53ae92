// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The line above each user's results, where there are several users.
struct UserHeading {
    /// Whether there may be several users.
    let isShown: Bool
    let isColored: Bool

    /// The line, with an empty one before it but for the first user; empty when not shown.
    func text(for user: User, index: Int) -> String {
        guard isShown else { return "" }
        var title = "user \(index + 1)"
        if let id = user.userID {
            var writer = JSONWriter()
            writer.value(id)
            title += ": userID \(String(decoding: writer.bytes, as: UTF8.self))"
        }
        title = PlainText.oneLine(title)
        return (index > 0 ? "\n" : "") + (isColored ? TextStyle.heading.applied(to: title) : title) + "\n"
    }
}
