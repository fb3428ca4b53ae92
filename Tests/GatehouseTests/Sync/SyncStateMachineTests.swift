// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@testable import Gatehouse

@Suite("What keeps a document fresh, decided without servers and clocks")
struct SyncStateMachineTests {
    static let key = SDKKey("secret-0123456789abcdef")
    static let interval = Duration.seconds(10)

    static func machine(
        network: Bool = true, fallback: Bool = false, cache: Bool = false, storage: Bool = false,
        anyDocument: Bool = true
    ) -> SyncStateMachine {
        let options = NetworkOptions(
            specsURL: "http://a.example/v2", fallbackSpecsURL: fallback ? "http://b.example/v2" : nil,
            pollingInterval: interval)
        return SyncStateMachine(
            SyncStateMachine.Sources(
                network: network ? options : nil, hasCache: cache, hasStorage: storage,
                startsWithAnyDocument: anyDocument),
            interval: interval, key: key)
    }

    static func version(_ time: UInt64) -> DocumentVersion {
        var metadata = Ruleset.Metadata()
        metadata.time = time
        metadata.checksum = "\(time)"
        return DocumentVersion(metadata, wallTime: 1_800_000_000_000)
    }

    static func error(_ part: SyncError.Part, _ code: SyncError.Code = .unreachable) -> SyncError {
        SyncError(part, code, "no", at: 0)
    }

    /// What an action is, in one word or two.
    static func label(_ action: SyncStateMachine.Action) -> String {
        switch action {
        case .takeBootstrap: "bootstrap"
        case .readCache: "cache"
        case .readStorage: "storage"
        case .apply(_, let origin, let rule): "apply \(origin) \(rule)"
        case .acquireLease(let note): note.isEmpty ? "lease" : "lease \(note)"
        case .releaseLease: "release"
        case .download(.first, let version, _, _): "download \(version?.checksum ?? "all")"
        case .download(.fallback, let version, _, _): "fallback \(version?.checksum ?? "all")"
        case .writeStorage: "write storage"
        case .writeCache: "write cache"
        case .touchCache: "touch"
        case .rest(let pause): pause == .zero ? "round" : "rest"
        case .wait: "wait"
        case .waitForEnd: "wait for end"
        case .end: "end"
        }
    }

    /// Hands events to a machine, and collects what it does and reports.
    struct Course {
        var machine: SyncStateMachine
        var now = Duration.zero
        var key = SyncStateMachineTests.key
        var isStopping = false
        var reports: [SyncStateMachine.Report] = []
        var names: [String] = []

        init(_ machine: SyncStateMachine) { self.machine = machine }

        @discardableResult
        mutating func hand(_ events: SyncStateMachine.Event...) -> [String] {
            var names: [String] = []
            for event in events {
                let step = machine.handle(
                    event,
                    SyncStateMachine.Surroundings(now: now, chance: 0.5, key: key, isStopping: isStopping))
                reports += step.reports
                names.append(SyncStateMachineTests.label(step.action))
                switch step.action {
                case .rest(let pause), .wait(let pause): now += pause
                default: break
                }
            }
            self.names += names
            return names
        }
    }

    private static func read(_ byte: UInt8) -> SyncStateMachine.Event {
        .read(.success(SyncStateMachine.Found(bytes: [byte], age: .seconds(1))))
    }

    private static func applied(
        _ time: UInt64, _ verdict: DocumentIntake.Verdict = .applied
    ) -> SyncStateMachine.Event {
        .applied(.success(DocumentIntake.Taken(verdict: verdict, version: version(time))))
    }

    private static func failed(_ retry: DownloadFailure.Retry, _ code: SyncError.Code = .unreachable)
        -> SyncStateMachine.Event
    {
        .downloaded(.failure(DownloadFailure(error: error(.download, code), retry: retry)))
    }

    private static let nothing = SyncStateMachine.Event.read(.success(nil))
    private static let document = SyncStateMachine.Event.downloaded(.success(.document([1])))
    private static let unchanged = SyncStateMachine.Event.downloaded(.success(.unchanged))

    // MARK: - Starting

    @Test("Without a network and a storage there is nothing to do")
    func alone() {
        var course = Course(Self.machine(network: false))
        #expect(course.hand(.begin, Self.nothing) == ["bootstrap", "wait for end"])
        #expect(course.reports == [.started])
        course.isStopping = true
        #expect(course.hand(.waited) == ["end"])
    }

    @Test("A start is over with the cache's document, or with the answer of a server", arguments: [true, false])
    func start(anyDocument: Bool) {
        var course = Course(Self.machine(cache: true, anyDocument: anyDocument))
        #expect(course.hand(.begin, Self.nothing, Self.read(1)) == ["bootstrap", "cache", "apply lastKnownGood newer"])
        #expect(course.hand(Self.applied(1)) == ["round"])
        #expect(course.reports.contains(.confirmed(age: .seconds(1))))
        #expect(course.reports.contains(.started) == anyDocument)
        #expect(course.hand(.waited, Self.unchanged, .done(nil)) == ["download 1", "touch", "rest"])
        #expect(course.reports.filter { $0 == .started }.count == 1)
    }

    @Test("What the storage has at the start isn't downloaded")
    func startFromStorage() {
        var course = Course(Self.machine(cache: true, storage: true))
        course.hand(.begin, Self.nothing, Self.nothing)
        #expect(course.names == ["bootstrap", "cache", "storage"])
        #expect(
            course.hand(Self.read(1), Self.applied(1), .done(nil)) == ["apply storage newer", "write cache", "rest"])
        #expect(course.reports.contains(.started))
    }

    @Test("A program's own document is written to the cache when a source has confirmed it")
    func bootstrap() {
        var course = Course(Self.machine(cache: true))
        course.hand(.begin, Self.read(1), Self.applied(1), Self.nothing)
        #expect(course.names == ["bootstrap", "apply bootstrap newer", "cache", "round"])
        #expect(course.hand(.waited, Self.unchanged, .done(nil)) == ["download 1", "write cache", "rest"])
        #expect(course.hand(.waited, Self.unchanged, .done(nil)) == ["download 1", "touch", "rest"])
    }

    // MARK: - Downloads

    private static func running(
        fallback: Bool = false, cache: Bool = false, storage: Bool = false
    ) -> Course {
        var course = Course(machine(fallback: fallback, cache: cache, storage: storage))
        course.hand(.begin, nothing)
        if cache { course.hand(nothing) }
        if storage { course.hand(nothing) }
        course.hand(.waited)
        if storage { course.hand(.leased(.success(.poller)), nothing) }
        course.hand(document, applied(5))
        if storage { course.hand(.done(nil), .leased(.success(.poller))) }
        if cache { course.hand(.done(nil)) }
        course.names = []
        course.reports = []
        return course
    }

    @Test("A download that fails is tried again three times, and then once an interval")
    func retries() {
        var course = Self.running()
        #expect(
            course.hand(
                .waited, Self.failed(.soon), .waited, Self.failed(.soon), .waited, Self.failed(.soon), .waited,
                Self.failed(.soon))
                == ["download 5", "wait", "download 5", "wait", "download 5", "wait", "download 5", "rest"])
        #expect(course.reports.filter { if case .roundFailed = $0 { true } else { false } }.count == 1)
        #expect(course.hand(.waited, Self.failed(.nextInterval)) == ["download 5", "rest"])
    }

    @Test("The fallback is asked after each failure but a key that isn't accepted")
    func fallback() {
        var course = Self.running(fallback: true)
        #expect(course.hand(.waited, Self.failed(.soon), Self.unchanged) == ["download 5", "fallback 5", "rest"])
        #expect(course.reports.contains { if case .serves(.fallback) = $0 { true } else { false } })
        #expect(course.hand(.waited, Self.failed(.nextInterval, .unauthorized)) == ["download 5", "rest"])
        #expect(course.hand(.waited, Self.failed(.soon), Self.failed(.soon)) == ["download 5", "fallback 5", "wait"])
    }

    @Test("A document that can't be used is a failure, and is written nowhere")
    func unusable() {
        var course = Self.running(fallback: true, cache: true, storage: true)
        let bad = SyncStateMachine.Event.applied(.failure(Self.error(.download, .invalidDocument)))
        #expect(
            course.hand(.waited, .leased(.success(.poller)), Self.document, bad, Self.document, bad, .done(nil))
                == [
                    "lease 5:5", "download 5", "apply network newer", "fallback 5", "apply network newer", "release",
                    "rest",
                ])
    }

    @Test("An earlier document is taken when the server sends an earlier one twice in a row")
    func restored() {
        var course = Self.running()
        #expect(
            course.hand(.waited, Self.document, Self.applied(4, .older)) == [
                "download 5", "apply network newer", "rest",
            ])
        #expect(course.hand(.waited, Self.failed(.nextInterval)) == ["download 5", "rest"])
        #expect(
            course.hand(.waited, Self.document, Self.applied(4)) == ["download 5", "apply network restored", "rest"])
        #expect(course.hand(.waited, Self.document) == ["download 4", "apply network newer"])
    }

    @Test(
        "An earlier document isn't taken when another answer comes in between",
        arguments: [DocumentIntake.Verdict?.none, .unchanged, .applied])
    func lagging(_ verdict: DocumentIntake.Verdict?) {
        var course = Self.running()
        course.hand(.waited, Self.document, Self.applied(4, .older), .waited)
        if let verdict { course.hand(Self.document, Self.applied(6, verdict)) } else { course.hand(Self.unchanged) }
        #expect(course.hand(.waited, Self.document).last == "apply network newer")
    }

    @Test("A fallback that lags behind never brings back an earlier document")
    func laggingFallback() {
        var course = Self.running(fallback: true)
        for _ in 0..<3 {
            #expect(
                course.hand(.waited, Self.failed(.soon), Self.document, Self.applied(4, .older))
                    == ["download 5", "fallback 5", "apply network newer", "rest"])
        }
    }

    // MARK: - Copies

    @Test("A cache that has lost its file is filled again")
    func lostCache() {
        var course = Self.running(cache: true)
        let error = Self.error(.cache, .unwritable)
        #expect(course.hand(.waited, Self.unchanged, .done(error)) == ["download 5", "touch", "rest"])
        #expect(
            course.hand(.waited, Self.document, Self.applied(5, .unchanged), .done(nil))
                == ["download all", "apply network newer", "write cache", "rest"])
        #expect(course.hand(.waited, Self.unchanged, .done(nil)) == ["download 5", "touch", "rest"])
    }

    @Test("What couldn't be written is written after the next answer")
    func unwritten() {
        var course = Self.running(cache: true)
        course.hand(.waited, Self.document, Self.applied(6), .done(Self.error(.cache, .unwritable)))
        #expect(course.hand(.waited, Self.unchanged, .done(nil)) == ["download 6", "write cache", "rest"])
    }

    @Test("A storage that has lost its document is filled again, and its lease renewed")
    func lostStorage() {
        var course = Self.running(storage: true)
        // The lease is lost for a moment, so that the storage is looked at.
        #expect(
            course.hand(.waited, .leased(.failure(Self.error(.storage))), Self.unchanged)
                == ["lease 5:5", "download 5", "rest"])
        #expect(
            course.hand(.waited, .leased(.success(.poller)), Self.nothing, Self.document, Self.applied(5, .unchanged))
                == ["lease", "storage", "download all", "apply network newer", "write storage"])
        #expect(course.hand(.done(nil), .leased(.success(.poller))) == ["lease 5:5", "rest"])
    }

    @Test("A process that can't write to the storage gives its lease back")
    func unwritableStorage() {
        var course = Self.running(storage: true)
        #expect(
            course.hand(
                .waited, .leased(.success(.poller)), Self.document, Self.applied(6),
                .done(Self.error(.storage)), .done(nil))
                == ["lease 5:5", "download 5", "apply network newer", "write storage", "release", "rest"])
    }

    // MARK: - Fleet

    @Test("A follower goes by the note, and reads the storage when that names another version")
    func follower() {
        var course = Self.running(storage: true)
        #expect(course.hand(.waited, .leased(.success(.follower(note: "5:5")))) == ["lease 5:5", "rest"])
        #expect(
            course.hand(.waited, .leased(.success(.follower(note: "6:6"))), Self.read(6), Self.applied(6))
                == ["lease 5:5", "storage", "apply storage newer", "rest"])
        #expect(course.reports.contains(.polls(false)))
    }

    @Test("A follower takes an earlier document that the storage has twice in a row")
    func followerRestored() {
        var course = Self.running(storage: true)
        let follows = SyncStateMachine.Event.leased(.success(.follower(note: "4:4")))
        course.hand(.waited, follows, Self.read(4), Self.applied(4, .older))
        #expect(course.hand(.waited, follows, Self.read(4)).last == "apply storage restored")
    }

    @Test("A follower without a document waits for the first one, and then downloads by itself")
    func patientFollower() {
        var course = Course(Self.machine(storage: true))
        course.hand(.begin, Self.nothing, Self.nothing, .waited)
        #expect(course.hand(.leased(.success(.follower(note: ""))), Self.nothing) == ["storage", "wait"])
        var count = 0
        while course.hand(.waited) == ["storage"], count < 100 {
            count += 1
            if course.hand(Self.nothing) != ["wait"] { break }
        }
        #expect(count == 30)
        #expect(course.names.last == "download all")
    }

    @Test("Another key's document is replaced whatever its version, and both copies are written")
    func otherKey() {
        var course = Self.running(cache: true)
        course.key = SDKKey("secret-another-0123456789")
        #expect(course.hand(.waited, Self.document) == ["download all", "apply network any"])
        #expect(course.machine.key == course.key)
        #expect(course.hand(Self.applied(3), .done(nil)) == ["write cache", "rest"])
        #expect(course.hand(.waited) == ["download 3"])
    }

    @Test("The same bytes under another key are written for it")
    func sameBytesOfOtherKey() {
        var course = Self.running(cache: true)
        course.key = SDKKey("secret-another-0123456789")
        course.hand(.waited, Self.document)
        #expect(course.hand(Self.applied(5, .unchanged), .done(nil)) == ["write cache", "rest"])
    }

    @Test("The end comes from every wait, and gives the lease back", arguments: [false, true])
    func end(inRound: Bool) {
        var course = Self.running(storage: true)
        if inRound { course.hand(.waited, .leased(.success(.poller)), Self.failed(.soon)) }
        course.isStopping = true
        #expect(course.hand(.waited, .done(nil)) == ["release", "end"])
    }
}
