// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@testable import Gatehouse

/// The state machine among sources that do anything, in an order that follows from a seed.
@Suite("What keeps a document fresh, by chance")
struct SyncWalkTests {
    @Test("Thousands of rounds among failing sources break no promise", arguments: Seed.some)
    func walk(seed: Seed) throws {
        var random = seed.random
        for _ in 0..<40 {
            var world = World(&random)
            try world.run(rounds: 60)
            // When nothing fails any more the copies are those of the document in use.
            world.isFaulty = false
            try world.run(rounds: 8)
            if world.hasNetwork {
                let inUse = try #require(world.inUse)
                if world.hasCache { #expect(world.cache == inUse) }
                if world.hasStorage, world.role == .poller { #expect(world.storage == inUse) }
                #expect(inUse == world.served)
            }
            try world.stop()
        }
    }
}

/// Sources that answer by chance, with what a client would have made of their answers.
private struct World {
    var random: SeededRandom
    var isFaulty = true
    let hasNetwork: Bool
    let hasCache: Bool
    let hasStorage: Bool
    private var machine: SyncStateMachine
    private var step: SyncStateMachine.Step
    private var now = Duration.zero
    private var key = SyncStateMachineTests.key
    /// The document in use, by its time.
    private(set) var inUse: UInt8?
    private(set) var served: UInt8 = 100
    private(set) var cache: UInt8?
    private(set) var storage: UInt8?
    private(set) var role = Fleet.Role.independent
    private var note = ""
    private var losesLease = false
    private var startCount = 0
    private var downloadCount = 0
    private var roundCount = 0

    init(_ random: inout SeededRandom) {
        hasNetwork = .random(using: &random)
        hasCache = .random(using: &random)
        hasStorage = .random(using: &random) || !hasNetwork
        machine = SyncStateMachineTests.machine(
            network: hasNetwork, fallback: .random(using: &random), cache: hasCache, storage: hasStorage,
            anyDocument: .random(using: &random))
        step = SyncStateMachine.Step(reports: [], action: .end)
        self.random = SeededRandom(seed: random.next())
        step = handle(.begin)
    }

    private mutating func handle(_ event: SyncStateMachine.Event, isStopping: Bool = false) -> SyncStateMachine.Step {
        machine.handle(
            event,
            SyncStateMachine.Surroundings(
                now: now, chance: .random(in: 0..<1, using: &random), key: key, isStopping: isStopping))
    }

    private mutating func happens(_ percentage: Int) -> Bool {
        isFaulty && Int.random(in: 0..<100, using: &random) < percentage
    }

    mutating func run(rounds: Int) throws {
        let end = roundCount + rounds
        var steps = 0
        while roundCount < end {
            steps += 1
            try #require(steps < rounds * 400, "a round has no end")
            try next()
        }
    }

    /// Performs one action, and checks it.
    private mutating func next() throws {
        for report in step.reports where report == .started { startCount += 1 }
        #expect(startCount <= 1)
        let event = try perform(step.action)
        step = handle(event)
    }

    private mutating func perform(_ action: SyncStateMachine.Action) throws -> SyncStateMachine.Event {
        switch action {
        case .takeBootstrap: return .read(.success(happens(50) ? SyncStateMachine.Found(bytes: [50]) : nil))
        case .readCache: return .read(read(cache, .cache))
        case .readStorage: return .read(read(storage, .storage))
        case .apply(let bytes, let origin, let rule): return .applied(apply(bytes, origin, rule))
        case .acquireLease(let note): return .leased(lease(note))
        case .releaseLease: return .done(nil)
        case .download(let server, let version, let hasDocument, _):
            downloadCount += 1
            #expect(downloadCount <= 8, "three retries, of two servers")
            if let version { #expect(version == inUse.map { SyncStateMachineTests.version(UInt64($0)) }) }
            return .downloaded(download(server, version, hasDocument))
        case .writeStorage(let bytes):
            #expect(bytes.first == inUse, "only the document in use is written")
            if happens(20) { return .done(SyncStateMachineTests.error(.storage, .unreachable)) }
            storage = bytes.first
            return .done(nil)
        case .writeCache(let bytes):
            #expect(bytes.first == inUse, "only the document in use is written")
            if happens(20) { return .done(SyncStateMachineTests.error(.cache, .unwritable)) }
            cache = bytes.first
            return .done(nil)
        case .touchCache:
            let fails = happens(10) || cache == nil
            return .done(fails ? SyncStateMachineTests.error(.cache, .unwritable) : nil)
        case .rest(let pause):
            #expect(pause <= .seconds(60) && (pause >= .seconds(9) || roundCount == 0))
            rest(pause)
            return .waited
        case .wait(let pause):
            #expect(pause > .zero && pause <= SyncStateMachineTests.interval)
            now += pause
            return .waited
        case .waitForEnd, .end:
            Issue.record("an end without a shutdown")
            return .waited
        }
    }

    private mutating func rest(_ pause: Duration) {
        now += pause
        downloadCount = 0
        roundCount += 1
        if roundCount > 1 { #expect(startCount == 1, "the first round ends the start") }
        if happens(30) { served &+= served < 250 ? 1 : 0 }
        if happens(3) { key = SDKKey("secret-\(Int.random(in: 0..<9, using: &random))-0123456789") }
        if happens(5) { cache = nil }
        if happens(5) {
            storage = nil
            losesLease = true
        }
    }

    private mutating func read(
        _ content: UInt8?, _ part: SyncError.Part
    ) -> Result<SyncStateMachine.Found?, SyncError> {
        if happens(15) { return .failure(SyncStateMachineTests.error(part, .unreadable)) }
        return .success(content.map { SyncStateMachine.Found(bytes: [$0], age: .seconds(1)) })
    }

    /// What ``DocumentIntake`` does.
    private mutating func apply(
        _ bytes: [UInt8], _ origin: DocumentOrigin, _ rule: DocumentIntake.Rule
    ) -> Result<DocumentIntake.Taken, SyncError> {
        guard let byte = bytes.first, !happens(10) else {
            return .failure(SyncStateMachineTests.error(.download, .invalidDocument))
        }
        let version = SyncStateMachineTests.version(UInt64(byte))
        if byte == inUse { return .success(DocumentIntake.Taken(verdict: .unchanged, version: version)) }
        if let inUse, rule == .newer, byte < inUse {
            return .success(DocumentIntake.Taken(verdict: .older, version: version))
        }
        inUse = byte
        return .success(DocumentIntake.Taken(verdict: .applied, version: version))
    }

    private mutating func lease(_ note: String) -> Result<Fleet.Role, SyncError> {
        // A storage that has lost its documents has lost its leases, too.
        if happens(10) || losesLease {
            losesLease = false
            return .failure(SyncStateMachineTests.error(.storage))
        }
        if !isFaulty {
            role = .poller
        } else {
            let others = storage.map { SyncStateMachineTests.version(UInt64($0)).note } ?? ""
            role = [.poller, .independent, .follower(note: others)].randomElement(using: &random) ?? .poller
        }
        return .success(role)
    }

    private mutating func download(
        _ server: SyncStateMachine.Server, _ version: DocumentVersion?, _ hasDocument: Bool
    ) -> Result<DocumentFetch, DownloadFailure> {
        if happens(25) {
            let retry: DownloadFailure.Retry =
                [.soon, .nextInterval, .after(.seconds(30))].randomElement(using: &random) ?? .soon
            let code: SyncError.Code = happens(20) ? .unauthorized : .unreachable
            return .failure(DownloadFailure(error: SyncStateMachineTests.error(.download, code), retry: retry))
        }
        if happens(10) { return .success(.document([served - UInt8.random(in: 1...9, using: &random)])) }
        if let version, version == SyncStateMachineTests.version(UInt64(served)) { return .success(.unchanged) }
        return .success(.document([served]))
    }

    /// Stops wherever the machine is.
    mutating func stop() throws {
        var releases = 0
        for _ in 0..<12 {
            if step.action == .end {
                #expect(releases == (hasStorage ? 1 : 0) || !hasStorage)
                return
            }
            if step.action == .releaseLease { releases += 1 }
            let event = try perform(step.action)
            step = handle(event, isStopping: true)
        }
        Issue.record("no end")
    }
}
