// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
internal import Synchronization

/// Logs the answers of the getters as exposures: it tells listeners, drops duplicates, samples, and appends the rest to the
/// queue.
///
/// For an exposure that was logged before it allocates nothing and takes no lock, and it writes to the calling thread's own
/// stripe only.
final class ExposureLog: Sendable {
    /// What a getter has to do with its answer.
    enum Policy: BitwiseCopyable {
        /// Nothing is logged. The log counts the answers that callers don't want logged, if there is a queue.
        case off
        /// The log needs the details of every answer, for hooks, listeners or secondary exposures.
        case slow
        /// The log needs the details of those answers only that weren't logged before.
        case fast(ExposurePath)
    }

    /// Always has listeners if there are hooks, so that a getter looks for both at once.
    let listeners: Broadcast<ObservedEvaluation>
    private let hooks: [any EvaluationHook]
    private let queue: EventQueue?
    // These own the memory that `path` points to.
    private let seen: SeenKeys?
    private let firstTimes: SeenKeys?
    /// `nil` if no event is logged.
    private let path: ExposurePath?
    /// The policy while there are no listeners.
    private let configuredPolicy: Policy
    /// The client's bucket of a thousand if it logs secondary exposures by themselves, `nil` if not.
    private let secondaryBucket: UInt64?
    private let time: any TimeSource
    private let isSystemTime: Bool

    /// - Parameters:
    ///   - options: The options of the client.
    ///   - queue: Where events wait, `nil` for a client without events; `seen` and `firstTimes` are `nil` then too.
    ///   - seen: The exposures that were logged within the deduplication time.
    ///   - firstTimes: The rules of which an exposure was logged.
    init(_ options: ClientOptions, queue: EventQueue?, seen: SeenKeys?, firstTimes: SeenKeys?) {
        hooks = options.evaluationHooks
        listeners = Broadcast(bufferCount: 1_024, isAlwaysHeard: !hooks.isEmpty)
        self.queue = queue
        self.seen = seen
        self.firstTimes = firstTimes
        time = options.time
        isSystemTime = options.time is SystemTime
        let secondaryID = options.events?.secondaryExposureID ?? ""
        guard let queue, let seen, let firstTimes, options.events?.disablesAllLogging == false else {
            path = nil
            configuredPolicy = .off
            secondaryBucket = nil
            return
        }
        let path = ExposurePath(stripes: queue.places, seen: seen.places, firstTimes: firstTimes.places)
        self.path = path
        secondaryBucket = secondaryID.isEmpty ? nil : ExposureSettings.secondaryBucket(secondaryID)
        configuredPolicy = secondaryBucket == nil ? .fast(path) : .slow
    }

    /// What a getter has to do now.
    @inline(__always)
    var policy: Policy { listeners.hasListeners ? .slow : configuredPolicy }

    /// Whether the log has no use for any answer, neither to log nor to count it.
    var isIdle: Bool { queue == nil && !listeners.hasListeners }

    /// The hashes of a user that is asked for more than once, `nil` if nothing is logged.
    @inline(__always)
    func hashes(of user: User) -> UserHashes? { path == nil ? nil : user.hashes }

    /// Whether secondary exposures are logged by themselves.
    private func logsSecondary(in snapshot: Snapshot) -> Bool {
        guard let secondaryBucket else { return false }
        return secondaryBucket < snapshot.ruleset.exposureSettings.secondaryShare
    }

    // MARK: - Results

    /// Whether getters have to call ``observe(_:_:for:_:)``, since there are hooks or listeners.
    @inline(__always)
    var isObserved: Bool { listeners.hasListeners }

    /// Calls a getter with the hooks around it, and passes its result on to listeners.
    ///
    /// The getters call it from functions of their own, since a closure in a getter keeps the compiler from inlining that.
    func observe<Result: EvaluationResult>(
        _ kind: EvaluationCall.Kind, _ name: String, for user: User, _ answer: () -> Result
    ) -> Result {
        guard isObserved else { return answer() }
        return tell(EvaluationCall(kind, name, for: user), answer) { $0 }
    }

    /// Reads a parameter of a store, with the hooks around it, and passes the result behind it on to listeners.
    func observe(
        _ parameter: String, of store: String, for user: User, _ read: () -> ParameterStoreEvaluation.Reading
    ) -> ParameterStoreEvaluation.Reading {
        guard isObserved else { return read() }
        return tell(EvaluationCall(.parameterStore, store, parameter: parameter, for: user), read, result: \.source)
    }

    private func tell<Answer>(
        _ call: EvaluationCall, _ evaluate: () -> Answer, result: (Answer) -> (any EvaluationResult)?
    ) -> Answer {
        let answer = hooks.around(call, evaluate, result: result)
        if let result = result(answer) {
            let kind: EntityKind =
                switch result {
                case is DynamicConfigEvaluation: .dynamicConfig
                case is ExperimentEvaluation: .experiment
                case is LayerEvaluation: .layer
                default: .gate
                }
            listeners.send(ObservedEvaluation(kind: kind, result: result, user: call.user, time: wallTime()))
        }
        return answer
    }

    /// Passes the result of a getter on as an exposure to the queue.
    ///
    /// - Parameters:
    ///   - result: The result of a gate, a dynamic config or an experiment.
    ///   - kind: The kind of entity.
    ///   - value: A part of the deduplication key: the gate's value, or whether a rule passed, or whether the user is in the
    ///     experiment.
    ///   - user: The user.
    ///   - hashes: The user's hashes, `nil` to compute them where they are needed.
    ///   - snapshot: The snapshot that the result comes from.
    ///   - logsExposure: Whether to log the result; the log only counts it otherwise.
    ///   - way: How the program asked.
    ///   - persistedTime: The time of the sticky assignment that decided, `nil` if none did.
    func see(
        _ result: some EvaluationResult, _ kind: Exposure.Kind, value: Bool, for user: User, _ hashes: UserHashes?,
        in snapshot: Snapshot, logsExposure: Bool, way: Exposure.Way = .getter, persistedTime: Int64? = nil
    ) {
        guard logsExposure else { return countNonExposedCheck(result.name) }
        log(result, kind, value: value, for: user, hashes, in: snapshot, way: way, persistedTime: persistedTime)
    }

    /// Logs the exposure of a gate, a dynamic config or an experiment, unless it was logged before.
    func log(
        _ result: some EvaluationResult, _ kind: Exposure.Kind, value: Bool, for user: User, _ hashes: UserHashes?,
        in snapshot: Snapshot, way: Exposure.Way, persistedTime: Int64? = nil
    ) {
        guard let path else { return }
        let isGate = if case .gate = kind { true } else { false }
        let key = result.evaluation.exposureKey(
            isGate ? .gate : .config, result.name, for: user, hashes ?? user.hashes, value: value,
            countsUnit: way == .store || (isGate && way == .getter))
        if logsSecondary(in: snapshot) { exposeSecondary(of: result.evaluation, for: user, in: snapshot) }
        guard path.isNew(key) else { return }
        UnretainedEvaluation.withTemporary(UnretainedEvaluation(result.evaluation, keptWith: snapshot.ruleset)) {
            expose(kind, result.name, $0, key, for: user, in: snapshot, way: way, persistedTime: persistedTime)
        }
    }

    /// Logs the exposure of a layer's parameter, unless it was logged before.
    func log(
        _ parameter: String, of layer: LayerEvaluation, for user: User, in snapshot: Snapshot, way: Exposure.Way,
        persistedTime: Int64? = nil
    ) {
        guard let path else { return }
        let key = layer.evaluation.exposureKey(
            ofLayer: layer.name, parameter: parameter, for: user, countsUnit: way == .store,
            usesParameterRule: way == .getter)
        if logsSecondary(in: snapshot) {
            exposeSecondary(
                of: layer.evaluation, undelegated: !layer.evaluation.isExplicit(parameter), for: user, in: snapshot)
        }
        guard path.isNew(key) else { return }
        UnretainedEvaluation.withTemporary(UnretainedEvaluation(layer.evaluation, keptWith: snapshot.ruleset)) {
            expose(
                .layer(parameter: parameter), layer.name, $0, key, for: user, in: snapshot, way: way,
                persistedTime: persistedTime)
        }
    }

    /// Counts an answer that the caller doesn't want logged.
    func countNonExposedCheck(_ name: String) {
        queue?.countNonExposedCheck(name)
    }

    /// Logs an event of the program.
    func log(event: String, value: Value, metadata: Object?, for user: User, in snapshot: Snapshot) {
        guard path != nil, let queue else { return }
        let event = CustomEvent(
            name: event, value: value, metadata: metadata, user: user, snapshot: snapshot, time: wallTime())
        queue.append(.custom(event), in: snapshot)
    }

    // MARK: - Sampling and queueing

    /// Samples a new exposure and appends it to the queue.
    ///
    /// It moves or deinitializes the evaluation.
    @inline(never)
    func expose(
        _ kind: Exposure.Kind, _ name: String, _ evaluation: UnsafeMutablePointer<UnretainedEvaluation>,
        _ key: ExposureKey, for user: User, in snapshot: Snapshot, way: Exposure.Way = .getter,
        persistedTime: Int64? = nil
    ) {
        let settings = snapshot.ruleset.exposureSettings
        let leavesOutSecondary = logsSecondary(in: snapshot)
        var sampling: Exposure.Sampling?
        if let mode = settings.samplingMode {
            sampling = sample(
                evaluation.pointee.retained(by: snapshot.ruleset), kind, name, key, way, mode, settings,
                logsSecondary: leavesOutSecondary)
        }
        guard let queue, passes(sampling) else {
            evaluation.deinitialize(count: 1)
            return
        }
        queue.append(
            .exposure(
                Exposure(
                    kind: kind, name: name, way: way, user: user, snapshot: snapshot, persistedTime: persistedTime,
                    time: wallTime(), sampling: sampling, leavesOutSecondary: leavesOutSecondary)),
            moving: evaluation, in: snapshot)
    }

    /// The time in ms since 1970.
    ///
    /// Calls the system directly, without a witness table, if that is the client's clock.
    @inline(__always)
    private func wallTime() -> Int64 { isSystemTime ? SystemTime().wallTime() : time.wallTime() }

    /// Logs those gates that an evaluation passed through and that weren't logged before.
    private func exposeSecondary(
        of evaluation: Evaluation, undelegated: Bool = false, for user: User, in snapshot: Snapshot
    ) {
        guard let path, let queue else { return }
        let settings = snapshot.ruleset.exposureSettings
        let hashes = user.hashes
        for exposure in evaluation.loggedExposures(undelegated: undelegated) {
            let key = ExposureKey(secondary: exposure, hashes)
            guard path.isNew(key) else { continue }
            var sampling: Exposure.Sampling?
            if let mode = settings.samplingMode, isKnown(ExposureKey(ruleOf: exposure)) {
                sampling = sample(nil, isSpecial: !exposure.isDecidedByRule, key, mode, settings)
            }
            guard passes(sampling) else { continue }
            queue.append(
                .secondary(
                    SecondaryEvent(
                        exposure: exposure, user: user, snapshot: snapshot, time: wallTime(), sampling: sampling)),
                in: snapshot)
        }
    }

    /// Whether sampling lets an exposure pass.
    ///
    /// Counts the exposure if it doesn't.
    private func passes(_ sampling: Exposure.Sampling?) -> Bool {
        guard let sampling, sampling.mode == .on, !sampling.isSampled else { return true }
        path?.stripes.current.pointee.sampledOut.wrappingAdd(1, ordering: .relaxed)
        return false
    }

    /// Whether an exposure of a rule was logged before.
    private func isKnown(_ rule: ExposureKey) -> Bool {
        path?.firstTimes.insert(rule) == false
    }

    /// Samples by rate, unless the exposure is always logged (Evaluation §23.3).
    private func sample(
        _ evaluation: Evaluation, _ kind: Exposure.Kind, _ name: String, _ key: ExposureKey, _ way: Exposure.Way,
        _ mode: ExposureSettings.SamplingMode, _ settings: ExposureSettings, logsSecondary: Bool
    ) -> Exposure.Sampling? {
        if evaluation.forwardsAllExposures == true { return nil }
        if evaluation.hasSeenAnalyticalGates, !logsSecondary { return nil }
        var ruleID: Text?
        if case .layer(let parameter) = kind, way == .getter { ruleID = evaluation.parameterRuleID(parameter) }
        guard isKnown(evaluation.ruleKey(name, ruleID)) else { return nil }
        return sample(evaluation.samplingRate, isSpecial: !evaluation.isDecidedByRule(ruleID), key, mode, settings)
    }

    private func sample(
        _ ruleRate: UInt64?, isSpecial: Bool, _ key: ExposureKey, _ mode: ExposureSettings.SamplingMode,
        _ settings: ExposureSettings
    ) -> Exposure.Sampling {
        let rate = isSpecial ? settings.specialCaseSamplingRate ?? ruleRate : ruleRate
        let isSampled =
            switch rate {
            case nil: true
            case 0: false
            case .some(let rate): XXH3.combined(key.hash, 0x5851_F42D_4C95_7F2D) % rate == 0
            }
        return Exposure.Sampling(rate: rate, mode: mode, isSampled: isSampled)
    }
}

/// The memory that a getter writes to, by address: loading it from objects would retain those, and all threads share them.
///
/// Valid as long as the ``ExposureLog`` that made it.
struct ExposurePath: BitwiseCopyable {
    let stripes: EventStripes.Places
    let seen: SeenKeys.Places
    let firstTimes: SeenKeys.Places

    /// Whether no exposure with this key was logged within the deduplication time.
    ///
    /// Counts the exposure if one was.
    @inline(__always)
    func isNew(_ key: ExposureKey) -> Bool {
        if seen.insert(key) { return true }
        stripes.current.pointee.deduplicated.wrappingAdd(1, ordering: .relaxed)
        return false
    }
}

/// An answer of a getter, for ``GatehouseClient/evaluations``.
public struct ObservedEvaluation: Sendable {
    /// The kind of the entity.
    public let kind: EntityKind
    /// The answer, for example a `GateEvaluation`.
    public let result: any EvaluationResult
    /// The user.
    public let user: User
    /// The time of the answer in ms since 1970.
    public let time: Int64
}
