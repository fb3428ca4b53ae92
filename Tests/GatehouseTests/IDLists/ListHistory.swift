// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers

/// A random course of events on a server of ID lists, and what its lists ought to be.
struct ListHistory {
    static let ids = (0..<40).map { "u\($0)" }
    private static let hashes = ids.map { ListLine.hash($0) }
    private static let names = ["a", "b", "c", "d", "e"]

    /// What the lists are, by their files alone.
    private(set) var model: [String: Set<String>] = [:]
    /// The lists whose manifest or server isn't honest, or whose file was tampered with.
    private(set) var troubled: Set<String> = []
    /// What each list was at any time and after any line: nothing else may ever be seen.
    private(set) var pastStates: [String: Set<Set<String>>] = [:]
    // Lists whose manifest hasn't been honest since everything was well the last time.
    private var liedAbout: Set<String> = []
    // Files that an old manifest hides.
    private var hidden: [String: ListServer.File] = [:]
    private var fileCount = 0
    private var random: SeededRandom
    private let server: ListServer
    private let serversKnowRanges: Bool

    init(seed: UInt64, server: ListServer, serversKnowRanges: Bool) {
        random = SeededRandom(seed: seed)
        self.server = server
        self.serversKnowRanges = serversKnowRanges
    }

    // MARK: - Events

    /// Lets something happen to a few lists.
    mutating func step() {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let name = pick(ListHistory.names)
            guard server[name] != nil else {
                create(name)
                continue
            }
            guard hidden[name] == nil else { continue }
            switch Int.random(in: 0..<14, using: &random) {
            case 0..<5: append(to: name)
            case 5: cut(name)
            case 6, 7: replace(name)
            case 8: drop(name)
            case 9, 10: lie(about: name)
            case 11: goBack(name)
            default: fail(name)
            }
        }
    }

    /// Lets servers answer and manifests tell the truth again.
    mutating func heal() {
        for (name, file) in hidden { server[name] = file }
        for name in troubled {
            server.change(name) {
                $0.answer = { $1 }
                $0.listedSize = nil
            }
        }
        (troubled, liedAbout, hidden) = ([], [], [:])
    }

    private mutating func create(_ name: String) {
        fileCount += 1
        var file = ListServer.File(lines())
        (file.fileID, file.creationTime) = ("file\(fileCount)", Int64(fileCount))
        file.knowsRanges = serversKnowRanges || Bool.random(using: &random)
        server[name] = file
        note(name)
    }

    private mutating func append(to name: String) {
        // A cut file can't be told from the old one, once it is as long as before.
        guard !troubled.contains(name) else { return }
        let lines = lines()
        server.change(name) { $0.append(lines) }
        note(name)
    }

    /// Takes lines away from the end of a file.
    private mutating func cut(_ name: String) {
        guard !liedAbout.contains(name), let content = server[name]?.content, !content.isEmpty else { return }
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        let kept = lines.prefix(Int.random(in: 0..<lines.count, using: &random))
        server.change(name) { $0.content = kept.flatMap { $0 + [UInt8(ascii: "\n")] } }
        troubled.insert(name)
        note(name)
    }

    private mutating func replace(_ name: String) {
        fileCount += 1
        let (lines, count, keepsID) = (lines(), fileCount, Bool.random(using: &random))
        server.change(name) {
            $0.content = Array(lines.utf8)
            if !keepsID { $0.fileID = "file\(count)" }
            $0.creationTime = Int64(count)
        }
        note(name)
    }

    private mutating func drop(_ name: String) {
        server[name] = nil
        model[name] = nil
        troubled.remove(name)
        liedAbout.remove(name)
    }

    private mutating func lie(about name: String) {
        guard let size = server[name]?.content.count else { return }
        let lie = UInt64(max(pick([0, 1, size / 2, size - 5, size + 1, size + 10, size * 3, 1 << 40]), 0))
        server.change(name) {
            $0.listedSize = lie
            $0.answer = { $1 }
        }
        troubled.insert(name)
        liedAbout.insert(name)
    }

    /// Shows an older file for a while.
    private mutating func goBack(_ name: String) {
        let model = model[name]
        hidden[name] = server[name]
        server[name] = ListServer.File(lines())
        server.change(name) { $0.creationTime = 0 }
        // A client that doesn't know the list yet accepts that.
        note(name)
        self.model[name] = model
        troubled.insert(name)
    }

    private mutating func fail(_ name: String) {
        let fault = pick(ListHistory.faults)
        server.change(name) {
            $0.listedSize = nil
            $0.answer = fault
        }
        troubled.insert(name)
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    private static let faults: [@Sendable (ReceivedRequest, Answer) async -> Answer] = [
        { _, _ in Answer(status: 500) }, { _, _ in Answer(status: 404) }, { _, _ in Answer(status: 416) },
        { _, _ in .portal }, { _, _ in .hangUp }, { _, _ in Answer() }, { _, _ in .noContent },
        { _, honest in half(honest, .close) }, { _, honest in half(honest, .reset) },
        { _, honest in Answer(status: 206, headers: [("Content-Range", "bytes 5-9/10")], body: honest.body) },
        { _, honest in Answer(body: Array("{}\n".utf8) + honest.body) },
        { _, honest in Answer(status: 206, body: honest.body) },
        { _, honest in Answer(body: honest.body) },
    ]

    /// Half of an answer; not all of an empty one, since the client might use the connection again before it is closed.
    private static func half(_ answer: Answer, _ ending: Answer.Ending) -> Answer {
        answer.body.count < 2 ? .hangUp : answer.cut(after: answer.body.count / 2, ending)
    }

    // MARK: - Lines

    private mutating func lines() -> String {
        var lines = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let hash = pick(ListHistory.hashes)
            let end = pick(["\n", "\n", "\n", "\r\n"])
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<7: lines += "+\(hash)\(end)"
            case 7..<10: lines += "-\(hash)\(end)"
            case 10: lines += lines.isEmpty ? "+\n" : "+\(hash) \(end)"
            default: lines += lines.isEmpty ? "-\n" : "#\(hash)\(end)"
            }
        }
        return lines
    }

    /// Notes what a file says, and what it said at the end of each line.
    private mutating func note(_ name: String) {
        var members: Set<String> = []
        pastStates[name, default: []].insert(members)
        let text = String(decoding: server[name]?.content ?? [], as: UTF8.self)
        // "\r\n" is one character.
        for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            guard let index = ListHistory.hashes.firstIndex(of: String(line.dropFirst())) else { continue }
            if line.first == "+" { members.insert(ListHistory.ids[index]) }
            if line.first == "-" { members.remove(ListHistory.ids[index]) }
            pastStates[name, default: []].insert(members)
        }
        model[name] = members
    }
}
