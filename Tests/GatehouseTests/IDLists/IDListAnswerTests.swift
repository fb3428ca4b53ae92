// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("Answers to requests for a part of a list")
struct IDListAnswerTests {
    private static func answer(
        _ status: Int, _ headers: [(String, String)] = [], bytes: Int, from start: Int, size: Int = 100,
        hasMissed: Bool = false, byQuery: Bool = false
    ) throws -> IDListAnswer {
        let entry = IDListEntry(url: "u", fileID: "a", byteCount: size, creationTime: 1)
        var copy = IDListCopy(of: entry)
        if hasMissed { copy.finish(entry) }
        return try IDListAnswer(
            HTTPReply(status: status, headers: headers, body: [UInt8](repeating: 10, count: bytes)), from: start,
            of: entry, extending: copy, isAskedByQuery: byQuery)
    }

    @Test("A part is where it says, as long as it says")
    func part() throws {
        let range = [("content-range", "bytes 40-59/100")]
        #expect(try Self.answer(206, range, bytes: 20, from: 40) == .content(start: 40, fileByteCount: 100))
        #expect(try Self.answer(200, range, bytes: 20, from: 40) == .content(start: 40, fileByteCount: 100))
        #expect(throws: IDListFailure.self) { try Self.answer(206, range, bytes: 20, from: 30) }
        #expect(throws: IDListFailure.self) { try Self.answer(206, range, bytes: 20, from: 0) }
        #expect(throws: IDListFailure.self) { try Self.answer(206, range, bytes: 19, from: 40) }
    }

    @Test("A part that doesn't say where it is is where it was asked for", arguments: [[], [("content-range", "5")]])
    func unmarkedPart(headers: [(String, String)]) throws {
        #expect(try Self.answer(206, headers, bytes: 20, from: 40) == .content(start: 40, fileByteCount: nil))
        #expect(try Self.answer(200, headers, bytes: 20, from: 0) == .content(start: 0, fileByteCount: nil))
    }

    @Test("A server that doesn't know ranges sends the whole file, or it isn't clear what")
    func whole() throws {
        #expect(try Self.answer(200, bytes: 100, from: 40) == .content(start: 0, fileByteCount: nil))
        #expect(try Self.answer(200, bytes: 140, from: 40) == .content(start: 0, fileByteCount: nil))
        #expect(try Self.answer(200, bytes: 60, from: 40) == .uncertain)
    }

    @Test("Statsig's own server sends parts with status 200")
    func query() throws {
        #expect(try Self.answer(200, bytes: 60, from: 40, byQuery: true) == .content(start: 40, fileByteCount: nil))
        #expect(try Self.answer(200, bytes: 100, from: 40, byQuery: true) == .uncertain)
        #expect(try Self.answer(200, bytes: 9, from: 0, byQuery: true) == .content(start: 0, fileByteCount: nil))
    }

    @Test("Behind the end there is nothing, or another file")
    func behindEnd() throws {
        #expect(try Self.answer(416, [("Content-Range", "bytes */40")], bytes: 0, from: 40) == .end)
        #expect(try Self.answer(416, [("Content-Range", "bytes */30")], bytes: 0, from: 40) == .uncertain)
        #expect(try Self.answer(416, bytes: 9, from: 40) == .uncertain)
        #expect(try Self.answer(416, bytes: 9, from: 40, hasMissed: true) == .end)
        #expect(
            try Self.answer(416, [("Content-Range", "bytes */30")], bytes: 0, from: 40, hasMissed: true) == .uncertain)
        #expect(try Self.answer(204, bytes: 0, from: 40) == .end)
        #expect(try Self.answer(206, bytes: 0, from: 40) == .end)
    }

    @Test("An empty file is one if the manifest says so", arguments: [200, 204, 206, 416])
    func empty(status: Int) throws {
        #expect(try Self.answer(status, bytes: 0, from: 0, size: 0) == .end)
        #expect(throws: IDListFailure.self) { try Self.answer(status, bytes: 0, from: 0) }
    }

    @Test(
        "Errors and pages aren't lists",
        arguments: [
            (400, "text/plain", .refused), (401, "", .unauthorized), (403, "", .unauthorized), (404, "", .refused),
            (429, "", .tooManyRequests), (500, "", .refused), (304, "", .refused),
            (200, "Text/HTML; charset=utf-8", .invalidDocument), (206, "text/html", .invalidDocument),
        ] as [(Int, String, SyncError.Code)])
    func failures(status: Int, type: String, code: SyncError.Code) {
        let failure = #expect(throws: IDListFailure.self) {
            try Self.answer(status, [("Content-Type", type)], bytes: 100, from: 0)
        }
        #expect(failure?.code == code)
    }

    @Test(
        "Ranges are read as the standard writes them",
        arguments: [
            ("bytes 0-0/1", 0..<1, 1), ("bytes 5-9/200", 5..<10, 200), ("Bytes 5-9/*", 5..<10, nil),
            ("bytes */7", nil, 7), ("bytes */*", nil, nil),
        ] as [(String, Range<Int>?, Int?)])
    func ranges(text: String, bytes: Range<Int>?, count: Int?) throws {
        let range = try #require(ContentRange(text))
        #expect(range.bytes == bytes && range.fileByteCount == count)
    }

    @Test(
        "Other ranges aren't any",
        arguments: [
            "", "bytes", "bytes 5-9", "bytes 9-5/200", "bytes 5-9/9", "items 5-9/200", "bytes +5-9/200", "bytes -9/20",
            "bytes 5-/20", "bytes 5-9/20/3", "bytes 5-9/x", "bytes 0-9223372036854775807/*",
            "bytes 5-99999999999999999999/*", "bytes 5-9/ 20", "bytes a-b/c",
        ])
    func noRanges(text: String) {
        #expect(ContentRange(text) == nil)
    }
}
