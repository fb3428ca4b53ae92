// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Days of the Gregorian calendar in UTC, and their texts.
enum CalendarDay {
    static let milliseconds: Int64 = 86_400_000

    /// The start of the day `YYYY-MM-DD` in ms since 1970, `nil` for a day that doesn't exist.
    static func start(of text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]),
            (1...12).contains(month), day >= 1
        else { return nil }
        let start = days(year, month, day) * milliseconds
        return self.text(start).date == text ? start : nil
    }

    /// Date and time of day of a time in ms since 1970.
    static func text(_ time: Int64) -> (date: String, time: String) {
        let day = (time >= 0 ? time : time - milliseconds + 1) / milliseconds
        let second = (time - day * milliseconds) / 1000
        // The calendar repeats every 400 years; counted from a first of March, leap days come last.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (
            "\(pad(year, 4))-\(pad(month, 2))-\(pad(dayOfMonth, 2))",
            "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
        )
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func pad(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}

/// Dates of ISO 8601 with a time of day, as JavaScript writes them.
enum ISODate {
    /// Reads a date.
    ///
    /// - Parameter text: For example `2026-03-01T12:30:00.250+02:00`; a day alone is its start in UTC.
    /// - Returns: The time in ms since 1970, `nil` for any other text.
    static func milliseconds(of text: String) -> Int64? {
        guard text.utf8.count <= 64 else { return nil }
        if let start = CalendarDay.start(of: text) { return start }
        let hasFraction = text.utf8.contains(UInt8(ascii: "."))
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction)
        guard let date = try? style.parse(text) else { return nil }
        return Int64(exactly: (date.timeIntervalSince1970 * 1000).rounded())
    }
}

/// The system's clock.
enum SystemTime {
    /// The time in ms since 1970.
    @Sendable static func now() -> Int64 {
        var time = timespec()
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
