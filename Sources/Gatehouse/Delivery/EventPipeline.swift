// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers

/// What becomes of events after they were queued: JSON, batches, the spool, and the sink.
///
/// Two tasks do it, one that writes and one that sends, so that a sink that takes its time doesn't stop the writing.
final class EventPipeline: Sendable {
    private struct State {
        var sink: (any EventSink)?
        var deadline = Duration.seconds(5)
        var cutAt = Duration.zero
        var forgottenAt = Duration.zero
        var forgottenRulesAt = Duration.zero
        var retries = SendSchedule()
        var reported = EventLedger()
        var reportedEvictions = 0
        var isFinished = false
    }

    let options: EventOptions
    let queue: EventQueue
    let seen: SeenKeys
    let firstTimes: SeenKeys
    private let outcomes: EventOutcomes
    private let encoder: EventEncoder
    private let batches: BatchStore
    private let metrics = EventMetrics()
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
        guard let options = client.events, options.sink != nil || client.network != nil else { return nil }
        self.options = options
        self.board = board
        self.publication = publication
        time = client.time
        let alarm = Alarm(client.time)
        self.alarm = alarm
        outcomes = EventOutcomes(metrics)
        queue = EventQueue(outcomes) { alarm.ring() }
        seen = SeenKeys(capacity: options.dedupeKeys > 0 ? options.dedupeKeys : 100_000)
        firstTimes = SeenKeys(capacity: 100_000)
        encoder = EventEncoder(
            queue, outcomes,
            sender: EventEncoder.Sender(
                identity: identity, flushInterval: options.flushInterval,
                maximumWaitingBatches: options.maximumWaitingBatches),
            batchSize: options.batchSize)
        batches = BatchStore(options, outcomes, time: client.time, board: board)
        (sending, send) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let now = client.time.elapsed()
        var state = State(sink: options.sink)
        state.cutAt = now
        state.forgottenAt = now
        state.forgottenRulesAt = now
        self.state = NIOLockedValueBox(state)
    }

    /// The collector's URL, that of who serves the documents unless told.
    func collectorURL(_ network: NetworkOptions) -> String {
        if let url = options.collectorURL { return url }
        if network.specsURL == NetworkOptions.defaultSpecsURL { return EventOptions.defaultCollectorURL }
        let scheme = network.specsURL.prefix { $0 != ":" }
        let host = network.specsURL.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" }
        return "\(scheme)://\(host)/v1/log_event"
    }

    /// Sends to this sink unless the program brought one along.
    func use(_ sink: any EventSink) {
        state.withLockedValue { if $0.sink == nil { $0.sink = sink } }
    }

    // MARK: - Running

    /// Writes and sends until the task is cancelled.
    func run() async {
        await offload { [self] in batches.open() }
        send.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                while !Task.isCancelled {
                    await alarm.wait(for: untilTick)
                    await tick()
                }
            }
            group.addTask { [self] in
                for await _ in sending {
                    await withTaskCancellationHandler {
                        await turns.take { [self] in await sendAll(isPatient: true) }
                    } onCancel: {
                        batches.hold()
                    }
                }
            }
        }
    }

    /// A second, or less when events have to go before that.
    private var untilTick: Duration {
        let now = time.elapsed()
        let due = state.withLockedValue { $0.cutAt } + flushInterval - now
        return min(.seconds(1), max(due, .milliseconds(1)))
    }

    private var flushInterval: Duration { max(options.flushInterval, .seconds(1)) }

    private func tick() async {
        let now = time.elapsed()
        let settings = publication.store.withSnapshot { $0.ruleset.exposureSettings }
        let (isDue, forgets, forgetsRules) = state.withLockedValue { state in
            let isDue = now - state.cutAt >= flushInterval
            if isDue { state.cutAt = now }
            let forgets = now - state.forgottenAt > .milliseconds(settings.dedupeTTL)
            if forgets { state.forgottenAt = now }
            let forgetsRules = now - state.forgottenRulesAt > .milliseconds(settings.firstTimeTTL)
            if forgetsRules { state.forgottenRulesAt = now }
            return (isDue, forgets, forgetsRules)
        }
        if forgets { seen.removeAll() }
        if forgetsRules { firstTimes.removeAll() }
        if isDue || queue.count > 0 { await encode(cut: isDue ? .interval : nil) }
        if batches.count > 0, state.withLockedValue({ $0.retries.mayTry(now) }) { send.yield() }
        report()
    }

    private func encode(cut trigger: EventBatch.Trigger?) async {
        await offload { [self] in
            if trigger != nil { batches.open() }
            encoder.encode(cut: trigger, time: time.wallTime()) { batches.add($0) }
            if trigger != nil { batches.save(ledger) }
        }
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
    ///   - isPatient: Whether to wait after a failure, and let the others wait too.
    ///   - end: When to stop, on the machine's clock; `nil` for a client that goes on.
    private func sendAll(isPatient: Bool, until end: Duration? = nil) async {
        guard let sink = state.withLockedValue({ $0.sink }) else { return }
        var tried: Set<String> = []
        while let batch = await offload({ [self] in batches.next() }) {
            // All have been tried once when the first one comes again.
            guard tried.insert(batch.id).inserted else { return batches.putBack(batch) }
            let clock: any TimeSource = end == nil ? time : SystemTime()
            let timeout = end.map { min(options.timeout, $0 - clock.elapsed()) } ?? options.timeout
            guard timeout > .zero else { return batches.putBack(batch) }
            do {
                try await batches.withTry {
                    try await withDeadline(in: timeout, on: clock) { try await sink.deliver(batch) }
                }
                await offload { [self] in batches.delivered(batch) { self.ledger } }
                state.withLockedValue { $0.retries.succeeded() }
                board.succeeded(.events)
            } catch {
                let isFinal = (error as? EventSinkError)?.isRetryable == false
                await offload { [self] in batches.failed(batch, isFinal: isFinal) }
                if error is CancellationError || Task.isCancelled { return }
                board.failed(problem(error, timeout))
                if isFinal { continue }
                let now = time.elapsed()
                state.withLockedValue { $0.retries.failed(now, chance: Double.random(in: 0..<1)) }
                if isPatient { return }
            }
        }
    }

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

    /// Writes and sends all that is there, once.
    func flush() async {
        guard state.withLockedValue({ $0.sink != nil && !$0.isFinished }) else { return }
        await encode(cut: .manual)
        await turns.take { [self] in await sendAll(isPatient: false) }
        report()
    }

    /// Tells how long ``finish()`` may take.
    func setDeadline(_ deadline: Duration) {
        state.withLockedValue { $0.deadline = deadline }
    }

    /// Sends what is left, as long as there is time, and gives up the rest unless there is a spool.
    func finish() async {
        let clock = SystemTime()
        let deadline: Duration? = state.withLockedValue { state in
            defer { state.isFinished = true }
            return state.isFinished ? nil : state.deadline
        }
        guard let deadline else { return }
        // A little less, so that there is time to say what is left.
        let end = clock.elapsed() + deadline * 0.9
        queue.close()
        batches.release()
        await encode(cut: .shutdown)
        await turns.take { [self] in await sendAll(isPatient: false, until: end) }
        await offload { [self] in
            batches.close { self.ledger }
        }
        await state.withLockedValue { $0.sink }?.close()
        report()
    }

    // MARK: - Ledger

    /// What became of all events.
    var ledger: EventLedger { queue.ledger(outcomes) }

    /// The same, with the lives before in the spool.
    var totalLedger: EventLedger { batches.earlierLedger.continued(by: ledger) }

    /// How many events are neither delivered nor decided against.
    var undeliveredCount: Int {
        let ledger = ledger
        return ledger.pending + (ledger.dropped[.shutDown] ?? 0)
    }

    /// How many events wait, counted one by one where they are.
    var countedPending: Int { queue.count + encoder.count + batches.eventCount }

    /// Waits for work beside the cooperative pool.
    private func offload<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in offloading { continuation.resume(returning: body()) } }
    }
}

/// When to send again after failures: pauses from 1 s to 60 s.
///
/// It only reckons; waiting is up to whoever asks.
struct SendSchedule: Sendable {
    private var failures = 0
    private var nextTry = Duration.zero

    /// Whether the pause is over.
    ///
    /// - Parameter now: The elapsed time.
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

/// Lets tasks take turns, in the order in which they came.
actor Turns {
    private var last: Task<Void, Never>?

    /// Runs `body` after those who came before; cancelling the caller's task doesn't cancel it.
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
