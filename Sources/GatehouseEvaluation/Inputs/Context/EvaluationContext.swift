// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The inputs of an evaluation beside ruleset and user: time, random numbers, environment, ID lists and overrides.
///
/// Make one when these change, not per call. Contexts are immutable and may be used from several threads at once; the
/// closures have to allow that too.
public final class EvaluationContext: Sendable {
    /// Returns the time in ms since 1970; called only if a rule depends on it.
    public let clock: @Sendable () -> Int64
    /// Returns a number from 0 up to but not including 1; called only if an autotune explores.
    public let random: @Sendable () -> Double
    /// The environment tier of this process, `nil` for the document's default.
    public let environment: String?
    /// Custom fields that every user has unless they have one of the same name.
    public let globalCustomFields: Object
    /// The ID lists that conditions refer to.
    public let idLists: IDLists
    /// Finds the country of an IP address, `nil` to leave such conditions without a value.
    public let countryLookup: (any CountryLookup)?
    /// Results that replace the ruleset's.
    public let overrides: LocalOverrides

    /// The values that conditions can compare, laid out like a user's.
    private let values: User
    /// Valid as long as the context is.
    var view: ContextView { values.withView { ContextView($0) } }

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - clock: Returns the time in ms since 1970. The engine reads no clock itself.
    ///   - random: Returns a number from 0 up to but not including 1.
    ///   - environment: The environment tier, for example `staging`, used as given.
    ///   - globalCustomFields: Custom fields for all users.
    ///   - idLists: The ID lists by name.
    ///   - countryLookup: Finds the country of an IP address.
    ///   - overrides: Results that replace the ruleset's.
    public init(
        clock: @escaping @Sendable () -> Int64,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        environment: String? = nil,
        globalCustomFields: Object = [:],
        idLists: IDLists = IDLists(),
        countryLookup: (any CountryLookup)? = IP3Country(),
        overrides: LocalOverrides = LocalOverrides()
    ) {
        self.clock = clock
        self.random = random
        self.environment = environment
        self.globalCustomFields = globalCustomFields
        self.idLists = idLists
        self.countryLookup = countryLookup
        self.overrides = overrides
        values = User(custom: globalCustomFields, environment: environment.map { ["tier": .string($0)] })
    }
}

/// A context's values as a plain pointer into what the context owns.
///
/// They are stored like a user's: as custom fields and environment.
struct ContextView: BitwiseCopyable {
    private let values: UserView

    @inline(__always)
    init(_ values: UserView) {
        self.values = values
    }

    @inline(__always)
    var store: ValueStore { values.store }

    @inline(__always)
    var globalCustom: UnsafeBufferPointer<UserValue> { values.custom }

    /// The tier, `nil` when the context leaves it to the document.
    var environment: ValueView? {
        values.environment.first.map { ValueView($0, in: store) }
    }
}
