// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Logging
import Testing

@Suite("What is said of problems")
struct ProblemLogTests {
    private func error(_ code: SyncError.Code, _ part: SyncError.Part = .download) -> SyncError {
        SyncError(part, code, "it fails", at: 0)
    }

    @Test("A problem that stays is mentioned once, and every five minutes with a count")
    func silence() {
        var log = ProblemLog()
        #expect(
            log.line(for: error(.refused), now: .zero)
                == ProblemLog.Line(level: .warning, text: "download, refused: it fails"))
        for second in 1..<300 { #expect(log.line(for: error(.refused), now: .seconds(second)) == nil) }
        #expect(
            log.line(for: error(.refused), now: .seconds(300))?.text
                == "download, refused: it fails (and 299 times before)")
        #expect(log.line(for: error(.refused), now: .seconds(301)) == nil)
        #expect(
            log.line(for: error(.refused), now: .seconds(601))?.text
                == "download, refused: it fails (and 1 times before)")
    }

    @Test("Two problems in turns are mentioned once each")
    func flapping() {
        var log = ProblemLog()
        var lines: [String] = []
        for second in 0..<299 {
            let code: SyncError.Code = second % 2 == 0 ? .refused : .timeout
            if let line = log.line(for: error(code), now: .seconds(second)) { lines.append(line.text) }
        }
        #expect(lines == ["download, refused: it fails", "download, timeout: it fails"])
    }

    @Test("The end of a problem is mentioned once, and another one after it at once")
    func end() {
        var log = ProblemLog()
        #expect(log.line(forSuccessOf: .download) == nil)
        _ = log.line(for: error(.refused), now: .zero)
        #expect(log.line(forSuccessOf: .cache) == nil)
        #expect(log.line(forSuccessOf: .download) == ProblemLog.Line(level: .notice, text: "download: works again"))
        #expect(log.line(forSuccessOf: .download) == nil)
        #expect(log.line(for: error(.refused), now: .seconds(1)) != nil)
    }

    @Test("Parts are apart")
    func parts() {
        var log = ProblemLog()
        for part in SyncError.Part.allCases { #expect(log.line(for: error(.timeout, part), now: .zero) != nil) }
        for part in SyncError.Part.allCases { #expect(log.line(forSuccessOf: part) != nil) }
    }

    @Test("A problem that an operator has to solve is an error, one that may pass is a warning")
    func levels() {
        for code in SyncError.Code.allCases {
            var log = ProblemLog()
            let level: Logger.Level = [.unauthorized, .invalidDocument].contains(code) ? .error : .warning
            #expect(log.line(for: error(code), now: .zero)?.level == level)
        }
    }
}
