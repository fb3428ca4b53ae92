// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// One call: decides what a user gets, by Evaluation §5, over a program's tables.
///
/// Everything it walks is plain memory that the caller keeps alive; it takes no locks, and allocates only for long texts,
/// long lists and values that don't come from the ruleset. Its extensions hold the parts: specs, rules, conditions,
/// nested gates, delegates, layers, mappings, autotunes and overrides.
struct Evaluator<Observer: EvaluationObserver>: ~Copyable {
    let program: UnsafePointer<Program>
    let lookup: FieldLookup
    // Closures and lookups of the context, needed by few conditions. The caller holds the context.
    unowned(unsafe) let owner: EvaluationContext
    /// Whether secondary exposures are wanted.
    let collectsExposures: Bool
    var filter: RuleFilter

    var observer: Observer
    var exposures: ScratchVector<ExposureRow>
    var memo: ScratchVector<GateMemo>
    /// Exposures of remembered gates.
    var memoExposures: ScratchVector<ExposureRow>
    /// Room for a lower-cased or computed text.
    let scratch: UnsafeMutableBufferPointer<UInt8>
    /// What next to no evaluation needs; made when first needed.
    private var luggage: EvaluatorLuggage?

    /// How many gates and delegates the evaluation is inside of (Evaluation §5.6).
    var nesting = 0
    /// How many evaluations are under way inside each other, by conditions, delegates, mappings and groups together.
    var recursion = 0
    /// How many more specs and mappings the call may evaluate.
    var remainingEvaluations = Limits.evaluations
    var conditions = 0
    /// Set when the call has used up ``Limits/evaluations`` or ``Limits/conditions``; nothing is evaluated any more.
    var isExhausted = false
    /// Whether an ID list was consulted.
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
    }

    @inline(__always)
    init(
        program: UnsafePointer<Program>, user: UserView, context: EvaluationContext, collectsExposures: Bool,
        filter: RuleFilter, observer: consuming Observer, exposures: consuming ScratchVector<ExposureRow>,
        memo: consuming ScratchVector<GateMemo>, memoExposures: consuming ScratchVector<ExposureRow>,
        scratch: UnsafeMutableBufferPointer<UInt8>
    ) {
        self.program = program
        lookup = FieldLookup(user: user, context: context.view, program: program)
        owner = context
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
        get { luggage?.memoPositions ?? [:] }
        _modify { yield &ownLuggage().memoPositions }
    }

    /// Owns values that don't come from the ruleset, `nil` while there are none.
    var region: Region? { luggage?.region }

    /// The region for values of this call.
    mutating func ownRegion() -> Region {
        let luggage = ownLuggage()
        if let region = luggage.region { return region }
        let made = Region(capacity: 512)
        luggage.region = made
        return made
    }

    /// What is different in a client response, `nil` outside of one.
    var clientScope: ClientScope? {
        get { luggage?.clientScope }
        _modify { yield &ownLuggage().clientScope }
    }

    /// The parts of the user's user agent, parsed at most once.
    mutating func parsedUserAgent() -> UserAgent? {
        let luggage = ownLuggage()
        if !luggage.hasParsedUserAgent {
            luggage.hasParsedUserAgent = true
            let text = lookup.field(.userAgent).text
            // An empty well-known field counts as missing, but an empty custom one is parsed: as nothing known.
            if !text.isMissing { luggage.userAgent = UserAgent(parsing: text.bytes) }
        }
        return luggage.userAgent
    }

    private mutating func ownLuggage() -> EvaluatorLuggage {
        if let luggage { return luggage }
        let made = EvaluatorLuggage()
        luggage = made
        return made
    }

    @inline(__always)
    mutating func append(_ exposure: ExposureRow) {
        if collectsExposures, exposures.count < Limits.secondaryExposures { exposures.append(exposure) }
    }
}

/// What an evaluator owns in the rare case, in one reference, so that the common one has only that to set up and give up.
final class EvaluatorLuggage {
    var memoPositions: [[UInt8]: Int] = [:]
    var region: Region?
    var userAgent: UserAgent?
    var hasParsedUserAgent = false
    /// Set where the evaluation is part of a client response.
    var clientScope: ClientScope?
}

/// What is different for evaluations that are part of a client response.
struct ClientScope {
    /// The app that `target_app` conditions compare.
    var app: ValueView
    var includesLocalOverrides: Bool
    /// The experiments whose groups conditions are asking for, the innermost last; never more than gates nest.
    var resolvedGroups: [Text] = []

    func isResolvingGroup(of experiment: Text) -> Bool {
        resolvedGroups.contains { $0 == experiment }
    }
}
