// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Evaluates a program's tables for one user, for the time of one call (Evaluation §5).
///
/// Its extensions hold the parts: specs, rules, conditions, nested gates, delegates, layers, mappings, autotunes, overrides.
///
/// How it stays fast, stated here once for all of them:
/// - It walks plain memory that the caller keeps alive: it acquires no lock and retains no object per row.
/// - It allocates only for long texts, long lists and values that don't come from the ruleset.
/// - Methods on the common path are always inlined, because a call of a method that doesn't change the evaluator copies the
///   whole evaluator. Methods on rare paths are never inlined, which keeps the common path small.
/// - Records refer to values by their address in the ruleset, which costs less than a copy of a row.
struct Evaluator<Observer: EvaluationObserver>: ~Copyable {
    let program: UnsafePointer<Program>
    let lookup: FieldLookup
    // Few conditions need its closures and lookups. Unretained, because the caller retains it during the call.
    unowned(unsafe) let context: EvaluationContext
    /// Counts usage problems.
    ///
    /// Unretained, because the caller retains the ruleset that holds it.
    let usage: Unmanaged<UsageBoard>?
    /// Whether the caller reads secondary exposures.
    let collectsExposures: Bool
    var filter: RuleFilter

    var observer: Observer
    /// The secondary exposures of the call so far.
    var exposures: ScratchVector<SecondaryExposureRow>
    var memo: ScratchVector<GateMemo>
    /// Exposures of remembered gates.
    var memoExposures: ScratchVector<SecondaryExposureRow>
    /// Room for a lower-cased or computed text.
    let scratch: UnsafeMutableBufferPointer<UInt8>
    /// Made on first use; few evaluations need it.
    private var rareState: RareState?

    /// How many gates and delegates enclose the current evaluation (Evaluation §5.6).
    var nesting = 0
    /// How many evaluations are under way inside each other, by conditions, delegates, mappings and groups together.
    var recursion = 0
    /// How many more specs and mappings the call may evaluate.
    var remainingEvaluations = Limits.evaluations
    var conditions = 0
    /// Set when the call has used up ``Limits/evaluations`` or ``Limits/conditions``; every further evaluation is refused.
    var isExhausted = false
    /// Whether the current record's evaluation consulted an ID list (Evaluation §13).
    var consultedIDList = false

    /// A gate evaluated earlier in the call.
    ///
    /// Small, so that a few dozen fit the stack.
    struct GateMemo: BitwiseCopyable {
        /// A condition that names the gate, and the gate's index among the specs, -1 for an unknown one.
        let condition: Int32
        let spec: Int32
        let ruleID: Text
        let overrideConfigName: Text
        let firstExposure: UInt32
        let exposureCount: UInt32
        let bool: Bool
        let isUnsupported: Bool
        let consultedIDList: Bool
    }

    @inline(__always)
    init(
        program: UnsafePointer<Program>, user: UserView, context: EvaluationContext, usage: Unmanaged<UsageBoard>?,
        collectsExposures: Bool,
        filter: RuleFilter, observer: consuming Observer, exposures: consuming ScratchVector<SecondaryExposureRow>,
        memo: consuming ScratchVector<GateMemo>, memoExposures: consuming ScratchVector<SecondaryExposureRow>,
        scratch: UnsafeMutableBufferPointer<UInt8>
    ) {
        self.program = program
        lookup = FieldLookup(user: user, context: context.view, program: program)
        self.context = context
        self.usage = usage
        self.collectsExposures = collectsExposures
        self.filter = filter
        self.observer = observer
        self.exposures = exposures
        self.memo = memo
        self.memoExposures = memoExposures
        self.scratch = scratch
    }

    /// Where in ``memo`` each gate is, once there are many.
    var memoPositions: [[UInt8]: Int] {
        get { rareState?.memoPositions ?? [:] }
        _modify { yield &ownRareState().memoPositions }
    }

    /// Owns values that don't come from the ruleset, `nil` while there are none.
    var region: Region? { rareState?.region }

    /// The region for values of this call.
    mutating func ownRegion() -> Region {
        let rareState = ownRareState()
        if let region = rareState.region { return region }
        let made = Region(capacity: 512)
        rareState.region = made
        return made
    }

    /// The settings of a client response, `nil` outside of one.
    var clientScope: ClientScope? {
        get { rareState?.clientScope }
        _modify { yield &ownRareState().clientScope }
    }

    /// The parts of the user's user agent, parsed at most once.
    mutating func parsedUserAgent() -> UserAgent? {
        let rareState = ownRareState()
        if !rareState.hasParsedUserAgent {
            rareState.hasParsedUserAgent = true
            let text = lookup.field(.userAgent).text
            // An empty well-known field counts as missing, but an empty custom one is parsed: as nothing known.
            if !text.isMissing { rareState.userAgent = UserAgent(parsing: text.bytes) }
        }
        return rareState.userAgent
    }

    private mutating func ownRareState() -> RareState {
        if let rareState { return rareState }
        let made = RareState()
        rareState = made
        return made
    }

    @inline(__always)
    mutating func append(_ exposure: SecondaryExposureRow) {
        if collectsExposures, exposures.count < Limits.secondaryExposures { exposures.append(exposure) }
    }
}

/// The parts of an evaluator that few evaluations need, behind one reference: all others only set up and release that.
final class RareState {
    var memoPositions: [[UInt8]: Int] = [:]
    var region: Region?
    var userAgent: UserAgent?
    var hasParsedUserAgent = false
    /// Set where the evaluation is part of a client response.
    var clientScope: ClientScope?
}

/// The settings for evaluations that are part of a client response.
struct ClientScope {
    /// The app that `target_app` conditions compare.
    var app: ValueView
    var includesLocalOverrides: Bool
    /// The experiments whose groups conditions are asking for, the innermost last; at most ``Limits/nesting``.
    var resolvedGroups: [Text] = []

    func isResolvingGroup(of experiment: Text) -> Bool {
        resolvedGroups.contains { $0 == experiment }
    }
}

extension Ruleset {
    // A temporary allocation of more than 1,024 bytes comes from the heap, which costs more than most evaluations.
    private static var exposuresOnStack: Int { 1_024 / MemoryLayout<SecondaryExposureRow>.stride }
    private static var gatesOnStack: Int { 1_024 / MemoryLayout<Evaluator<NoObserver>.GateMemo>.stride }

    /// Runs `body` with an evaluator whose lists start on the stack.
    @inline(__always)
    func run<Observer: EvaluationObserver, R>(
        _ user: User, _ context: EvaluationContext, collectsExposures: Bool, filter: RuleFilter = .none,
        observer: consuming Observer, _ body: (inout Evaluator<Observer>) -> R
    ) -> R {
        var observer = Optional(observer)
        return user.withView { view in
            withUnsafeTemporaryAllocation(of: SecondaryExposureRow.self, capacity: Ruleset.exposuresOnStack) {
                exposures in
                withUnsafeTemporaryAllocation(of: SecondaryExposureRow.self, capacity: Ruleset.exposuresOnStack) {
                    memoExposures in
                    withUnsafeTemporaryAllocation(of: Evaluator<Observer>.GateMemo.self, capacity: Ruleset.gatesOnStack)
                    { memo in
                        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { scratch in
                            var evaluator = Evaluator(
                                program: tables.pointer, user: view, context: context, usage: unretainedUsage,
                                collectsExposures: collectsExposures, filter: filter,
                                observer: observer.take().unsafelyUnwrapped,
                                exposures: ScratchVector(
                                    exposures.baseAddress.unsafelyUnwrapped, capacity: exposures.count),
                                memo: ScratchVector(memo.baseAddress.unsafelyUnwrapped, capacity: memo.count),
                                memoExposures: ScratchVector(
                                    memoExposures.baseAddress.unsafelyUnwrapped, capacity: memoExposures.count),
                                scratch: scratch)
                            return body(&evaluator)
                        }
                    }
                }
            }
        }
    }
}
