// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import Tracing

/// Writes queued events as JSON, makes batches of them, and hands these to the sink, as ``DeliveryStateMachine`` decides.
///
/// Two tasks do it, a writer and a sender, so that a slow sink doesn't stop the writing.
final class EventPipeline: Sendable {
    private struct State {
        var machine: DeliveryStateMachine
        var sink: (any EventSink)?
        var deadline = Duration.seconds(5)
        var reported = EventLedger()
        var reportedEvictions = 0
        var currentTry: Task<Void, any Error>?
        /// Whether tries are cancelled as soon as they begin.
        var isHeld = false
    }

    let options: EventOptions
    let queue: EventQueue
    let seen: SeenKeys
    let firstTimes: SeenKeys
    private let outcomes: EventOutcomes
    private let encoder: EventEncoder
    private let batches: BatchStore
    private let metrics: EventMetrics
    private let time: any TimeSource
    private let board: StatusBoard
    private let publication: Publication
    private let alarm: Alarm
    private let turns = Turns()
    private let sending: AsyncStream<Void>
    private let send: AsyncStream<Void>.Continuation
    private let state: NIOLockedValueBox<State>

    /// `nil` for a client that logs nothing.
    init?(_ client: ClientOptions, board: StatusBoard, identity: RequestIdentity, publication: Publication) {
        guard let options = client.events, Destinations(client).events != nil else { return nil }
        self.options = options
        self.board = board
        self.publication = publication
        time = client.time
        let alarm = Alarm(client.time)
        self.alarm = alarm
        metrics = EventMetrics(label: client.label)
        outcomes = EventOutcomes(metrics)
        queue = EventQueue(outcomes) { alarm.ring() }
        seen = SeenKeys(capacity: options.dedupeKeys > 0 ? options.dedupeKeys : 100_000)
        firstTimes = SeenKeys(capacity: 100_000)
        encoder = EventEncoder(queue, options, identity)
        batches = BatchStore(options, time: client.time, board: board)
        (sending, send) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state = NIOLockedValueBox(
            State(
                machine: DeliveryStateMachine(DeliveryStateMachine.Limits(options), now: client.time.elapsed()),
                sink: options.sink))
    }

    /// Sends to this sink unless the options have one.
    func use(_ sink: any EventSink) {
        state.withLockedValue { if $0.sink == nil { $0.sink = sink } }
    }

    private func decide<R>(_ body: (inout DeliveryStateMachine) -> R) -> R {
        state.withLockedValue { body(&$0.machine) }
    }

    // MARK: - Running

    /// Writes and sends until the task is cancelled.
    func run() async {
        await offload { [self] in open() }
        send.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                while !Task.isCancelled {
                    let now = time.elapsed()
                    await alarm.wait(for: decide { $0.pause(now) })
                    await tick()
                }
            }
            group.addTask { [self] in
                for await _ in sending {
                    await withTaskCancellationHandler {
                        await turns.take { [self] in await sendAll(isPatient: true) }
                    } onCancel: {
                        hold()
                    }
                }
            }
        }
    }

    private func tick() async {
        let now = time.elapsed()
        let settings = publication.store.withSnapshot { $0.ruleset.exposureSettings }
        let hasQueued = queue.count > 0
        let tick = decide { $0.tick(now, settings, hasQueued: hasQueued) }
        if tick.forgetsExposures { seen.removeAll() }
        if tick.forgetsRules { firstTimes.removeAll() }
        if tick.encodes { await encode(cut: tick.cuts ? .interval : nil) }
        if decide({ $0.maySend(now) }) { send.yield() }
        report()
    }

    private func open() {
        batches.open { found in
            // Counted before they can be delivered.
            outcomes.recovered(found.reduce(0) { $0 + $1.count })
            decide { $0.found(found) }
        }
    }

    private func encode(cut trigger: EventBatch.Trigger?) async {
        await offload { [self] in
            if trigger != nil { open() }
            let compresses = batches.hasSpool || state.withLockedValue { $0.sink is HTTPEventSink }
            encoder.encode(cut: trigger, time: time.wallTime()) { batch in
                let stored = batches.store(compresses ? batch.compressed() : batch)
                for drop in decide({ $0.added(stored) }) { self.drop(drop) }
            }
            if trigger != nil { batches.save(ledger) }
        }
    }

    private func drop(_ drop: DeliveryStateMachine.Drop) {
        outcomes.dropped(drop.batch.count, drop.reason)
        batches.remove(drop.batch)
    }

    private func report() {
        let ledger = ledger
        let evictions = seen.evictionCount
        let (last, lastEvictions) = state.withLockedValue { state in
            defer { (state.reported, state.reportedEvictions) = (ledger, evictions) }
            return (state.reported, state.reportedEvictions)
        }
        metrics.report(ledger, since: last, evictions: evictions - lastEvictions)
    }

    // MARK: - Sending

    /// Sends all batches, one after the other.
    ///
    /// - Parameters:
    ///   - isPatient: Whether the first failure ends it.
    ///   - end: When to stop, on the machine's clock; `nil` for a client that goes on.
    private func sendAll(isPatient: Bool, until end: Duration? = nil) async {
        guard let sink = state.withLockedValue({ $0.sink }) else { return }
        var action = decide { $0.begin(isPatient: isPatient) }
        while true {
            switch action {
            case .stop: return
            case .send(let batch):
                let outcome = await deliver(batch, to: sink, until: end)
                let now = time.elapsed()
                action = decide { $0.tried(outcome, now, chance: .random(in: 0..<1)) }
            case .acknowledge(let batch):
                await offload { [self] in
                    outcomes.delivered(batch.count)
                    batches.acknowledge(batch) { ledger }
                }
                board.succeeded(.events)
                action = decide { $0.handled() }
            case .drop(let drop):
                await offload { [self] in self.drop(drop) }
                action = decide { $0.handled() }
            case .split(let batch):
                let halves = await offload { [self] in split(batch) }
                action = decide { $0.split(into: halves) }
            }
        }
    }

    private func split(_ batch: DeliveryStateMachine.Batch) -> [DeliveryStateMachine.Batch] {
        guard let loaded = batches.load(batch) else { return [] }
        let isCompressed = loaded.compressedBody != nil
        let halves = loaded.halves().map { batches.store(isCompressed ? $0.compressed() : $0) }
        // If the process ends before this, the events come twice, and none is lost.
        if !halves.isEmpty { batches.remove(batch) }
        return halves
    }

    private func deliver(
        _ batch: DeliveryStateMachine.Batch, to sink: any EventSink, until end: Duration?
    ) async -> DeliveryStateMachine.Outcome {
        guard let loaded = await offload({ [self] in batches.load(batch) }) else { return .damaged }
        let clock: any TimeSource = end == nil ? time : SystemTime()
        let timeout = end.map { min(options.timeout, $0 - clock.elapsed()) } ?? options.timeout
        guard timeout > .zero else { return .cancelled }
        let result = await withSpan("gatehouse.events.deliver", ofKind: .client) { span -> Result<Void, any Error> in
            span.attributes["gatehouse.events.count"] = batch.count
            span.attributes["gatehouse.events.attempt"] = batch.attempts + 1
            do {
                try await withTry { try await withDeadline(in: timeout, on: clock) { try await sink.deliver(loaded) } }
                return .success(())
            } catch {
                // A shutdown that ends a try is no error.
                if !isHeld { span.recordError(error) }
                return .failure(error)
            }
        }
        switch result {
        case .success: return .delivered
        case .failure(let error):
            if isHeld { return .cancelled }
            let outcome = DeliveryStateMachine.Outcome(error)
            if outcome != .tooLarge || batch.count == 1 { board.failed(problem(error, timeout)) }
            return outcome
        }
    }

    private var isHeld: Bool { state.withLockedValue { $0.isHeld } }

    private func problem(_ error: any Error, _ timeout: Duration) -> SyncError {
        let code: SyncError.Code =
            switch error {
            case is DeadlineExceeded: .timeout
            case let error as HTTPEventSink.Failure: error.code
            case TransportError.timeout: .timeout
            case is TransportError: .unreachable
            default: .refused
            }
        let text = error is DeadlineExceeded ? "no answer within \(timeout)" : String(describing: error)
        return SyncError(.events, code, "cannot deliver events: \(text)", at: time.wallTime())
    }

    /// Runs a try that ``hold()`` can end.
    private func withTry(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await body() }
        let isHeld = state.withLockedValue { state in
            state.currentTry = task
            return state.isHeld
        }
        if isHeld { task.cancel() }
        defer { state.withLockedValue { $0.currentTry = nil } }
        try await task.value
    }

    /// Ends the try under way, and any other before ``finish()``.
    private func hold() {
        let current = state.withLockedValue { state in
            state.isHeld = true
            return state.currentTry
        }
        current?.cancel()
    }

    // MARK: - On demand

    /// Writes and sends all that is there, once.
    func flush() async {
        guard state.withLockedValue({ $0.sink != nil && $0.machine.isRunning }) else { return }
        await encode(cut: .manual)
        await turns.take { [self] in await sendAll(isPatient: false) }
        report()
    }

    /// Sets how long ``finish()`` may take.
    func setDeadline(_ deadline: Duration) {
        state.withLockedValue { $0.deadline = deadline }
    }

    /// Sends what is left, as long as there is time, and gives up the rest unless there is a spool.
    func finish() async {
        let deadline: Duration? = state.withLockedValue { state in
            guard state.machine.finish() else { return nil }
            state.isHeld = false
            return state.deadline
        }
        guard let deadline else { return }
        // A little less, so that there is time to say what is left.
        let end = SystemTime().elapsed() + deadline * 0.9
        queue.close()
        await encode(cut: .shutdown)
        await sendRest(until: end)
        await offload { [self] in
            for drop in decide({ $0.close() }) { self.drop(drop) }
            batches.close(ledger: ledger)
        }
        await state.withLockedValue { $0.sink }?.close()
        report()
    }

    /// Sends all batches, and again those that failed while they would be lost otherwise and there is time.
    private func sendRest(until end: Duration) async {
        while true {
            await turns.take { [self] in await sendAll(isPatient: false, until: end) }
            let left = end - SystemTime().elapsed()
            guard let pause = decide({ $0.pauseBeforeNextPass(left: left) }),
                (try? await SystemTime().sleep(for: pause)) != nil
            else { return }
        }
    }

    // MARK: - Ledger

    /// What became of all events.
    var ledger: EventLedger { queue.ledger(outcomes) }

    /// The same, with those of earlier processes in the spool.
    var totalLedger: EventLedger { batches.earlierLedger.continued(by: ledger) }

    /// How many events are neither delivered nor decided against.
    var undeliveredCount: Int {
        let ledger = ledger
        return ledger.pending + (ledger.dropped[.shutDown] ?? 0)
    }

    /// Waits for work that doesn't belong on the cooperative pool.
    private func offload<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in offloading { continuation.resume(returning: body()) } }
    }
}

/// When to send again after failures: pauses from 1 s to 60 s.
///
/// It computes times; the caller waits.
struct SendSchedule: Sendable {
    private var failures = 0
    private var nextTry = Duration.zero

    /// Whether the pause is over.
    ///
    /// - Parameter now: The elapsed time.
    /// - Returns: `true` when a batch may be sent.
    func mayTry(_ now: Duration) -> Bool { now >= nextTry }

    mutating func succeeded() {
        failures = 0
        nextTry = .zero
    }

    /// - Parameters:
    ///   - now: The elapsed time.
    ///   - chance: A number from 0 up to but not including 1: a pause is up to a quarter shorter, so that a fleet spreads out.
    mutating func failed(_ now: Duration, chance: Double) {
        let pause = min(Duration.seconds(1 << min(failures, 6)), .seconds(60))
        failures += 1
        nextTry = now + pause * (1 - chance / 4)
    }
}

/// Runs work of several tasks one after the other, in the order of the calls.
actor Turns {
    private var last: Task<Void, Never>?

    /// Runs `body` after the work of all earlier calls; cancelling the caller's task doesn't cancel it.
    func take(_ body: @escaping @Sendable () async -> Void) async {
        let previous = last
        let turn = Task {
            await previous?.value
            await body()
        }
        last = turn
        await turn.value
    }
}

extension DeliveryStateMachine.Outcome {
    /// What an error of a sink means.
    fileprivate init(_ error: any Error) {
        self =
            switch error {
            case let error as HTTPEventSink.Failure where error.code == .tooLarge: .tooLarge
            case let error as EventSinkError where !error.isRetryable: .rejected
            default: .failed
            }
    }
}
