// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

/// Writes the output of the demo.
struct DemoReport {
    private static let valueWidth = 60

    private let isColored = Terminal.current.isColored
    private var last: ContinuousClock.Instant

    init(since begin: ContinuousClock.Instant) {
        last = begin
    }

    /// Reports a step with the time since the last one.
    mutating func step(_ name: String, _ text: String) throws(CommandFailure) {
        let now = ContinuousClock.now
        let time = (now - last).shortText
        let margin = String(repeating: " ", count: max(0, 9 - time.count))
        try DemoReport.write("\(margin)\(time)  \(style(name, .heading, width: 8))  \(PlainText.oneLine(text))\n")
        last = ContinuousClock.now
    }

    /// Shows the answers for a user, each with its reason.
    func show(
        _ user: DemoUser, _ questions: [DemoQuestion], _ answers: [(value: String, group: String?)],
        _ client: GatehouseClient
    ) throws(CommandFailure) {
        var text = "\n\(style(user.title, .heading))\n"
        let nameWidth = questions.map { PlainText.width(PlainText.oneLine($0.name)) }.max() ?? 0
        for (question, answer) in zip(questions, answers) {
            var writer = JSONWriter()
            writer.compact(answer.value)
            let value = PlainText.oneLine(String(decoding: writer.bytes, as: UTF8.self))
            let group = answer.group.map { "  group \(PlainText.oneLine($0))" } ?? ""
            let name = padded(PlainText.oneLine(question.name), nameWidth)
            text += "  \(style(question.label, .quiet, width: 10))  \(name)"
            text += "  \(PlainText.shortened(value, to: DemoReport.valueWidth))\(group)\n"
            let reason = ShortReason.text(for: client.explain(question.kind, question.name, for: user.user))
            text += style("      because of \(PlainText.oneLine(reason))", .quiet) + "\n"
        }
        try DemoReport.write(text)
    }

    static func write(_ text: String) throws(CommandFailure) {
        try System.write(Array(text.utf8), to: System.standardOutput)
    }

    private func style(_ text: String, _ style: TextStyle, width: Int = 0) -> String {
        let padded = padded(text, width)
        return isColored ? style.applied(to: padded) : padded
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - PlainText.width(text)))
    }
}

extension Duration {
    /// The duration in ms, with one decimal.
    var shortText: String {
        let (seconds, attoseconds) = components
        let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
