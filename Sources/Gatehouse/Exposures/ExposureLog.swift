// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import Synchronization

/// Sees what the getters answer: tells listeners, forgets what was seen before, samples, and queues the rest.
///
/// For an exposure seen before this allocates nothing and takes no lock, and it writes only to the thread's own stripe.
final class ExposureLog: Sendable {
    let listeners = Broadcast<ObservedEvaluation>(bufferCount: 1_024)
    private let queue: EventQueue?
    // Owns the memory that the next one points to.
    private let events: EventPipeline?
    private let path: ExposurePath?
    private let isDisabled: Bool
    private let time: any TimeSource

    init(_ options: ClientOptions, _ events: EventPipeline?) {
        self.events = events
        queue = events?.queue
        path = events.map {
            ExposurePath(stripes: $0.queue.places, seen: $0.seen.places, firstTimes: $0.firstTimes.places)
        }
        isDisabled = options.events?.disablesAllLogging ?? true
        time = options.time
    }

    /// Whether anybody wants to know what getters answer.
    @inline(__always)
    var isActive: Bool { queue != nil || listeners.hasListeners }

    // MARK: - Gates

    /// Checks a gate in the fastest way that logs.
    @inline(__always)
    func checkGate(_ name: String, for user: User, in snapshot: Snapshot, logsExposure: Bool) -> Bool {
        if listeners.hasListeners || !logsExposure {
            let gate = snapshot.gate(name, for: user)
            see(gate, .gate, value: gate.value, for: user, in: snapshot, logsExposure: logsExposure)
            return gate.value
        }
        return snapshot.ruleset.checkGate(name, for: user, in: snapshot.context) { place in
            path?.seen.expect(place)
        } isNew: { key in
            isNew(key)
        } expose: { evaluation, key in
            expose(.gate, name, evaluation, key, for: user, in: snapshot)
        }
    }

    @inline(__always)
    func checkGate(_ gate: EntityHandle, for user: User, in snapshot: Snapshot, logsExposure: Bool) -> Bool {
        if listeners.hasListeners || !logsExposure {
            guard gate.kind == .gate else { return false }
            return checkGate(gate.name, for: user, in: snapshot, logsExposure: logsExposure)
        }
        return snapshot.ruleset.checkGate(gate, for: user, in: snapshot.context) { place in
            path?.seen.expect(place)
        } isNew: { key in
            isNew(key)
        } expose: { evaluation, key in
            expose(.gate, gate.name, evaluation, key, for: user, in: snapshot)
        }
    }

    // MARK: - Results

    /// Sees the result of a gate, a dynamic config or an experiment.
    ///
    /// - Parameters:
    ///   - result: The result.
    ///   - kind: What was asked for.
    ///   - value: What makes two exposures different: the gate's value, whether a rule passed, or whether the user is in
    ///     the experiment.
    func see(
        _ result: some EvaluationResult, _ kind: Exposure.Kind, value: Bool, for user: User, in snapshot: Snapshot,
        logsExposure: Bool, way: Exposure.Way = .getter, persistedTime: Int64? = nil
    ) {
        if listeners.hasListeners { tell(result, kind, user) }
        guard logsExposure else { return countNonExposedCheck(result.name) }
        log(result, kind, value: value, for: user, in: snapshot, way: way, persistedTime: persistedTime)
    }

    /// Sees the result of a layer, which isn't an exposure before a parameter is read.
    func see(layer: LayerEvaluation, for user: User, logsExposure: Bool) {
        if listeners.hasListeners { tell(layer, .layer(parameter: ""), user) }
        if !logsExposure { countNonExposedCheck(layer.name) }
    }

    /// Logs the exposure of a gate, a dynamic config or an experiment, unless it was logged before.
    func log(
        _ result: some EvaluationResult, _ kind: Exposure.Kind, value: Bool, for user: User, in snapshot: Snapshot,
        way: Exposure.Way, persistedTime: Int64? = nil
    ) {
        guard queue != nil else { return }
        let isGate = if case .gate = kind { true } else { false }
        let key = result.evaluation.exposureKey(
            isGate ? .gate : .config, result.name, for: user, value: value,
            countsUnit: way == .store || (isGate && way == .getter))
        guard isNew(key) else { return }
        expose(
            kind, result.name, UnretainedEvaluation(result.evaluation, keptWith: snapshot.ruleset), key, for: user,
            in: snapshot, way: way, persistedTime: persistedTime)
    }

    /// Logs the exposure of a layer's parameter, unless it was logged before.
    func log(
        _ parameter: String, of layer: LayerEvaluation, for user: User, in snapshot: Snapshot, way: Exposure.Way,
        persistedTime: Int64? = nil
    ) {
        guard queue != nil else { return }
        let key = layer.evaluation.exposureKey(
            ofLayer: layer.name, parameter: parameter, for: user, countsUnit: way == .store,
            usesParameterRule: way == .getter)
        guard isNew(key) else { return }
        expose(
            .layer(parameter: parameter), layer.name,
            UnretainedEvaluation(layer.evaluation, keptWith: snapshot.ruleset), key, for: user, in: snapshot,
            way: way, persistedTime: persistedTime)
    }

    /// Counts a check that isn't to be logged.
    func countNonExposedCheck(_ name: String) {
        queue?.countNonExposedCheck(name)
    }

    /// Logs an event of the program's own.
    func log(_ event: CustomEvent) {
        guard !isDisabled else { return }
        queue?.append(.custom(event), in: event.snapshot)
    }

    private func tell(_ result: some EvaluationResult, _ kind: Exposure.Kind, _ user: User) {
        let entity: EntityKind =
            switch kind {
            case .gate: .gate
            case .dynamicConfig: .dynamicConfig
            case .experiment: .experiment
            case .layer: .layer
            }
        listeners.send(ObservedEvaluation(kind: entity, result: result, user: user, time: time.wallTime()))
    }

    // MARK: - Deciding

    @inline(__always)
    private func isNew(_ key: ExposureKey) -> Bool {
        guard let path, !isDisabled else { return false }
        if path.seen.insert(key) { return true }
        path.stripes.current.pointee.deduplicated.wrappingAdd(1, ordering: .relaxed)
        return false
    }

    @inline(never)
    private func expose(
        _ kind: Exposure.Kind, _ name: String, _ evaluation: UnretainedEvaluation, _ key: ExposureKey,
        for user: User,
        in snapshot: Snapshot, way: Exposure.Way = .getter, persistedTime: Int64? = nil
    ) {
        guard let queue, let path else { return }
        let settings = snapshot.ruleset.exposureSettings
        var sampling: Exposure.Sampling?
        if let mode = settings.samplingMode {
            sampling = sample(evaluation.retained(by: snapshot.ruleset), name, key, mode, settings)
            if mode == .on, let sampling, !sampling.isSampled {
                path.stripes.current.pointee.sampledOut.wrappingAdd(1, ordering: .relaxed)
                return
            }
        }
        queue.append(
            .exposure(
                Exposure(
                    kind: kind, name: name, way: way, evaluation: evaluation, user: user, snapshot: snapshot,
                    persistedTime: persistedTime, time: time.wallTime(), sampling: sampling)), in: snapshot)
    }

    /// Decides by rate, unless the exposure has to be logged anyway (Evaluation §23.3).
    private func sample(
        _ evaluation: Evaluation, _ name: String, _ key: ExposureKey, _ mode: ExposureSettings.SamplingMode,
        _ settings: ExposureSettings
    ) -> Exposure.Sampling? {
        if evaluation.forwardsAllExposures == true || evaluation.hasSeenAnalyticalGates { return nil }
        if path?.firstTimes.insert(evaluation.ruleKey(name)) == true { return nil }
        let rate =
            evaluation.isDecidedByRule
            ? evaluation.samplingRate : settings.specialCaseSamplingRate ?? evaluation.samplingRate
        let isSampled =
            switch rate {
            case nil: true
            case 0: false
            case .some(let rate): ExposureKey.mixed(key.hash, 0x5851_F42D_4C95_7F2D) % rate == 0
            }
        return Exposure.Sampling(rate: rate, mode: mode, isSampled: isSampled)
    }
}
