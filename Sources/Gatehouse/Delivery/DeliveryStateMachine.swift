// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Decides what becomes of events: when to write them down, which batch to send next, and when to give one up.
///
/// A value without a clock, chance or I/O. ``EventPipeline`` performs what it decides. It sends in passes, one at a time,
/// which try each batch at most once.
struct DeliveryStateMachine: Sendable {
    /// The bounds that the options set.
    struct Limits: Sendable {
        var flushInterval: Duration
        /// How many bytes and how many batches wait in memory.
        var maximumWaitingBytes: Int
        var maximumWaitingBatches: Int
        /// How many bytes wait on disk.
        var maximumSpoolBytes: Int
        /// How often a batch is tried that isn't on disk.
        var maximumTries = 6

        init(_ options: EventOptions) {
            flushInterval = max(options.flushInterval, .seconds(1))
            maximumWaitingBytes = options.maximumWaitingBytes
            maximumWaitingBatches = max(options.maximumWaitingBatches, 1)
            maximumSpoolBytes = options.spool?.maximumBytes ?? 0
        }
    }

    /// A batch without its events.
    struct Batch: Sendable, Equatable {
        var id: String
        /// The number of its events.
        var count: Int
        var byteCount: Int
        var isOnDisk: Bool
        /// How often it was tried.
        var attempts = 0
    }

    /// A batch that is given up.
    struct Drop: Sendable, Equatable {
        var batch: Batch
        var reason: EventLedger.DropReason
    }

    /// What the writer does at a moment.
    struct Tick: Sendable, Equatable {
        /// Write down what is queued.
        var encodes = false
        /// Make a batch of what is written down, and save the ledger.
        var cuts = false
        /// Forget which exposures were seen.
        var forgetsExposures = false
        /// Forget which rules were seen.
        var forgetsRules = false
    }

    /// What the sender does next.
    enum Action: Sendable, Equatable {
        /// Hand the batch to the sink: ``Outcome``.
        case send(Batch)
        /// Count the batch as delivered, and remove it: ``handled()``.
        case acknowledge(Batch)
        /// Count the batch as dropped, and remove it: ``handled()``.
        case drop(Drop)
        /// Make two batches of one: ``split(into:)``.
        case split(Batch)
        /// The pass is over.
        case stop
    }

    /// How a try ended.
    enum Outcome: Sendable, Equatable {
        /// The sink has taken the batch.
        case delivered
        /// The sink may take it another time.
        case failed
        /// The sink will never take it.
        case rejected
        /// The batch is too large for the sink.
        case tooLarge
        /// The batch isn't there any more, or isn't one.
        case damaged
        /// The try was cancelled, or there was no time for it.
        case cancelled
    }

    private enum Phase {
        case running, finishing, finished
    }

    /// What the pass under way is doing.
    private enum Sending {
        case idle
        /// The sink has the batch; with those that the pass has tried, and whether the first failure ends the pass.
        case trying(Batch, tried: Set<String>, isPatient: Bool)
        /// The driver removes or splits a batch; with whether the pass goes on after that.
        case handling(Batch, tried: Set<String>, isPatient: Bool, continues: Bool)
    }

    let limits: Limits
    private var phase = Phase.running
    private var sending = Sending.idle
    /// The oldest first, without the one that is being sent.
    private(set) var waiting: [Batch] = []
    private var schedule = SendSchedule()
    private var passesOfEnd = 0
    private var cutAt: Duration
    private var forgottenExposuresAt: Duration
    private var forgottenRulesAt: Duration

    /// - Parameters:
    ///   - limits: The bounds.
    ///   - now: The elapsed time.
    init(_ limits: Limits, now: Duration) {
        self.limits = limits
        cutAt = now
        forgottenExposuresAt = now
        forgottenRulesAt = now
    }

    // MARK: - Writing

    /// The time until the next tick: a second, or less when events have to go before that.
    func pause(_ now: Duration) -> Duration {
        min(.seconds(1), max(cutAt + limits.flushInterval - now, .milliseconds(1)))
    }

    /// - Parameters:
    ///   - now: The elapsed time.
    ///   - settings: How long the project wants exposures to be remembered.
    ///   - hasQueued: Whether events wait to be written down.
    /// - Returns: What is due at this moment.
    mutating func tick(_ now: Duration, _ settings: ExposureSettings, hasQueued: Bool) -> Tick {
        guard case .running = phase else { return Tick() }
        var tick = Tick()
        tick.cuts = now - cutAt >= limits.flushInterval
        if tick.cuts { cutAt = now }
        tick.encodes = tick.cuts || hasQueued
        tick.forgetsExposures = now - forgottenExposuresAt > .milliseconds(settings.dedupeTTL)
        if tick.forgetsExposures { forgottenExposuresAt = now }
        tick.forgetsRules = now - forgottenRulesAt > .milliseconds(settings.firstTimeTTL)
        if tick.forgetsRules { forgottenRulesAt = now }
        return tick
    }

    /// Whether a pass has anything to do.
    func maySend(_ now: Duration) -> Bool { isRunning && !waiting.isEmpty && schedule.mayTry(now) }

    /// Whether the end hasn't begun.
    var isRunning: Bool { if case .running = phase { true } else { false } }

    /// How long to wait before the next pass of the end: 100 ms, and longer after each, at most a second.
    ///
    /// - Parameter left: The time that is left.
    /// - Returns: The pause, `nil` if no batch would be lost, or if there is no time for another pass.
    mutating func pauseBeforeNextPass(left: Duration) -> Duration? {
        guard waiting.contains(where: { !$0.isOnDisk }) else { return nil }
        let pause = min(Duration.milliseconds(100 << min(passesOfEnd, 4)), .seconds(1))
        passesOfEnd += 1
        return pause < left ? pause : nil
    }

    /// Begins the end; what is queued is written down and sent once more.
    ///
    /// - Returns: Whether it hasn't begun before.
    mutating func finish() -> Bool {
        guard case .running = phase else { return false }
        phase = .finishing
        return true
    }

    /// Ends for good.
    ///
    /// - Returns: The batches that only the memory holds, which are lost.
    mutating func close() -> [Drop] {
        phase = .finished
        let lost = waiting.filter { !$0.isOnDisk }
        waiting.removeAll { !$0.isOnDisk }
        return lost.map { Drop(batch: $0, reason: .shutDown) }
    }

    // MARK: - Batches

    /// Takes note of the batches that an earlier process has left, the oldest first.
    mutating func found(_ batches: [Batch]) {
        waiting = batches + waiting
    }

    /// Takes note of a new batch.
    ///
    /// - Returns: The batches for which there is no room any more, the oldest ones.
    mutating func added(_ batch: Batch) -> [Drop] {
        waiting.append(batch)
        return dropExcess()
    }

    private mutating func dropExcess() -> [Drop] {
        var drops: [Drop] = []
        for isOnDisk in [false, true] {
            let kind = waiting.filter { $0.isOnDisk == isOnDisk }
            var (bytes, count) = (kind.reduce(0) { $0 &+ $1.byteCount }, kind.count)
            let maximumBytes = isOnDisk ? limits.maximumSpoolBytes : limits.maximumWaitingBytes
            let maximumCount = isOnDisk ? Int.max : limits.maximumWaitingBatches
            while bytes > maximumBytes || count > maximumCount,
                let index = waiting.firstIndex(where: { $0.isOnDisk == isOnDisk })
            {
                let batch = waiting.remove(at: index)
                bytes -= batch.byteCount
                count -= 1
                drops.append(Drop(batch: batch, reason: isOnDisk ? .spoolFull : .waitingFull))
            }
        }
        return drops
    }

    // MARK: - Sending

    /// Begins a pass.
    ///
    /// - Parameter isPatient: Whether the pass ends with the first failure that may pass, so that the sink gets some rest.
    /// - Returns: What to do first.
    mutating func begin(isPatient: Bool) -> Action {
        guard case .idle = sending else { return .stop }
        if case .finished = phase { return .stop }
        return next([], isPatient)
    }

    private mutating func next(_ tried: Set<String>, _ isPatient: Bool) -> Action {
        // When a batch comes for the second time, all have been tried.
        guard let batch = waiting.first, !tried.contains(batch.id) else { return stop() }
        waiting.removeFirst()
        sending = .trying(batch, tried: tried.union([batch.id]), isPatient: isPatient)
        return .send(batch)
    }

    private mutating func stop() -> Action {
        sending = .idle
        return .stop
    }

    /// Takes note of how a try ended.
    ///
    /// - Parameters:
    ///   - outcome: How.
    ///   - now: The elapsed time.
    ///   - chance: A number from 0 up to but not including 1.
    /// - Returns: What to do next.
    mutating func tried(_ outcome: Outcome, _ now: Duration, chance: Double) -> Action {
        guard case .trying(var batch, let tried, let isPatient) = sending else { return stop() }
        func handling(_ continues: Bool) -> Sending {
            .handling(batch, tried: tried, isPatient: isPatient, continues: continues)
        }
        switch outcome {
        case .delivered:
            schedule.succeeded()
            sending = handling(true)
            return .acknowledge(batch)
        case .cancelled:
            waiting.insert(batch, at: 0)
            return stop()
        case .damaged, .rejected:
            sending = handling(true)
            return .drop(Drop(batch: batch, reason: outcome == .damaged ? .damaged : .rejected))
        case .tooLarge:
            sending = handling(true)
            return batch.count > 1 ? .split(batch) : .drop(Drop(batch: batch, reason: .tooLarge))
        case .failed:
            schedule.failed(now, chance: chance)
            batch.attempts += 1
            // At the end the time is the limit.
            guard batch.isOnDisk || batch.attempts < limits.maximumTries || !isRunning else {
                sending = handling(!isPatient)
                return .drop(Drop(batch: batch, reason: .triesExhausted))
            }
            waiting.append(batch)
            return isPatient ? stop() : next(tried, isPatient)
        }
    }

    /// Goes on after a batch was removed.
    mutating func handled() -> Action {
        guard case .handling(_, let tried, let isPatient, let continues) = sending else { return stop() }
        return continues ? next(tried, isPatient) : stop()
    }

    /// Goes on with the halves of a batch, in its place; without any it can't be split, and is dropped.
    mutating func split(into batches: [Batch]) -> Action {
        guard case .handling(let batch, let tried, let isPatient, _) = sending else { return stop() }
        guard !batches.isEmpty else { return .drop(Drop(batch: batch, reason: .damaged)) }
        waiting = batches + waiting
        return next(tried, isPatient)
    }
}
