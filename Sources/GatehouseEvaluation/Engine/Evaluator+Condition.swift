// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Evaluates a condition (Evaluation §6): the verdict is the record's `bool`.
    ///
    /// - Returns: `false` when the evaluation has to end because it nests too deep.
    @inline(__always)
    mutating func evaluateCondition(at index: Int, into record: inout Record) -> Bool {
        let condition = program.pointee.conditions[index]
        observer.willCheck(condition.pointee)
        switch condition.pointee.kind {
        case .public:
            record.bool = true
            observer.didCheck(condition.pointee, value: .none, verdict: true, isUnsupported: false)
        case .userField:
            compare(lookup.field(condition.pointee.field), condition, &record)
        case .unitID:
            compare(lookup.unit(condition.pointee.unit), condition, &record)
        case .passGate, .failGate:
            guard nestedGate(condition, at: index, into: &record) else { return false }
        case .userBucket:
            compareBucket(condition, &record)
        case .environmentField:
            compare(lookup.environmentField(condition.pointee.field), condition, &record)
        case .unsupported:
            record.isUnsupported = true
            observer.didCheck(condition.pointee, value: .none, verdict: record.bool, isUnsupported: true)
        default:
            return evaluateComputed(condition, into: &record)
        }
        return true
    }

    /// Conditions on values that are computed first.
    @inline(never)
    private mutating func evaluateComputed(_ condition: UnsafePointer<ConditionRow>, into record: inout Record) -> Bool
    {
        switch condition.pointee.kind {
        case .currentTime:
            compare(.time(context.clock()), condition, &record)
        case .targetApp:
            compare(clientScope?.app ?? program.pointee.appID.view, condition, &record)
        case .userAgent:
            compareUserAgent(condition, &record)
        case .ipCountry:
            compareCountry(condition, &record)
        case .experimentGroup:
            return compareExperimentGroup(condition, &record)
        default:
            record.isUnsupported = true
        }
        return true
    }

    /// Applies the condition's operator (Evaluation §7).
    @inline(__always)
    mutating func compare(_ value: ValueView, _ condition: UnsafePointer<ConditionRow>, _ record: inout Record) {
        record.bool = verdict(value, condition.pointee.comparison, condition.pointee.target)
        observer.didCheck(condition.pointee, value: value, verdict: record.bool, isUnsupported: false)
    }

    /// The user's bucket among 1000 (Evaluation §4).
    @inline(__always)
    private mutating func compareBucket(_ condition: UnsafePointer<ConditionRow>, _ record: inout Record) {
        let id = lookup.unitText(condition.pointee.unit)
        if !id.hasBytes { reportMissing(condition.pointee.unit, .missing) }
        let bucket = Int(hash(condition.pointee.bucketPrefix, id) % 1_000)
        observer.bucketed(UInt64(bucket), of: 1_000, threshold: .nan, condition.pointee.unit, id)
        let target = condition.pointee.target
        if let buckets = target.pointee.buckets {
            let isMember = buckets[bucket >> 6] >> UInt64(bucket & 63) & 1 == 1
            record.bool = isMember == (condition.pointee.comparison == .anyOf)
            observer.didCheck(
                condition.pointee, value: .bucket(bucket, text: .missing), verdict: record.bool, isUnsupported: false)
            return
        }
        compareBucketAsText(bucket, condition, &record)
    }

    /// Compares the bucket by operators that read its text.
    @inline(never)
    private mutating func compareBucketAsText(
        _ bucket: Int, _ condition: UnsafePointer<ConditionRow>, _ record: inout Record
    ) {
        // A buffer of its own, because comparing may use the scratch buffer.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.decimalCapacity) { buffer in
            let count = NumberText.decimal(UInt64(bucket), into: buffer)
            compare(.bucket(bucket, text: Text(buffer, count: count)), condition, &record)
        }
    }

    @inline(never)
    private mutating func compareUserAgent(_ condition: UnsafePointer<ConditionRow>, _ record: inout Record) {
        let own = lookup.field(condition.pointee.field)
        guard own.kind == .none else { return compare(own, condition, &record) }
        let part = condition.pointee.field.userAgentPart
        if part == .none { return compare(.none, condition, &record) }
        if let known = lookup.userAgentPart(part) { return compare(.string(known), condition, &record) }
        guard let parsed = parsedUserAgent()?.part(part) else { return compare(.none, condition, &record) }
        parsed.withTextBytes { compare(.string($0), condition, &record) }
    }

    @inline(never)
    private mutating func compareCountry(_ condition: UnsafePointer<ConditionRow>, _ record: inout Record) {
        let own = lookup.field(condition.pointee.field)
        guard own.kind == .none, condition.pointee.field.isCountry else { return compare(own, condition, &record) }
        guard let countryLookup = context.countryLookup else {
            record.overrideReason = .countryLookupNotLoaded
            return compare(.none, condition, &record)
        }
        let ip = lookup.field(.ip).text
        guard !ip.isMissing, let address = IPv4Text.address(of: ip.bytes.span),
            let code = countryLookup.country(ofIPv4: address)
        else {
            observer.lacksOperand(ip.hasBytes ? .countryUnknown : .addressMissing)
            return compare(.none, condition, &record)
        }
        code.description.withTextBytes { compare(.string($0), condition, &record) }
    }

    /// Compares the user's group in another experiment, evaluated as in a call of its own.
    @inline(never)
    private mutating func compareExperimentGroup(
        _ condition: UnsafePointer<ConditionRow>, _ record: inout Record
    ) -> Bool {
        let name = condition.pointee.field.name
        guard !name.isMissing else {
            compare(.none, condition, &record)
            return true
        }
        if clientScope != nil { return compareExperimentGroupForClient(condition, &record) }
        let outer = (nesting, filter)
        (nesting, filter) = (0, .none)
        let (recognition, inner) = evaluateAside(name)
        (nesting, filter) = outer
        if isExhausted { return false }
        let hasGroup = recognition == .recognized && !inner.groupName.isMissing
        compare(hasGroup ? .string(inner.groupName) : .none, condition, &record)
        return true
    }

    /// Evaluates an experiment whose secondary exposures don't count.
    private mutating func evaluateAside(_ experiment: Text) -> (Recognition, Record) {
        var record = Record(firstExposure: exposures.count)
        let outerConsultedIDList = consultedIDList
        let index = program.pointee.configIndex(program.pointee.configs.index(of: experiment))
        let recognition = evaluate(.experiment, experiment, at: index, as: .nested, into: &record)
        consultedIDList = outerConsultedIDList
        exposures.truncate(to: min(Int(record.firstExposure), exposures.count))
        return (recognition, record)
    }

    /// The same in a client response, where it is part of the same call (Evaluation §21.4).
    ///
    /// There an experiment that leads back to itself has no group; elsewhere the whole evaluation fails.
    private mutating func compareExperimentGroupForClient(
        _ condition: UnsafePointer<ConditionRow>, _ record: inout Record
    ) -> Bool {
        let name = condition.pointee.field.name
        guard clientScope?.isResolvingGroup(of: name) == false else {
            compare(.none, condition, &record)
            return true
        }
        guard nesting < Limits.nesting else { return false }
        clientScope?.resolvedGroups.append(name)
        nesting += 1
        let (recognition, inner) = evaluateAside(name)
        nesting -= 1
        clientScope?.resolvedGroups.removeLast()
        if recognition == .tooDeep { return false }
        let hasGroup = recognition == .recognized && !inner.isUnsupported && !inner.groupName.isMissing
        compare(hasGroup ? .string(inner.groupName) : .none, condition, &record)
        return true
    }
}

// The fields that other values are derived from. They are looked up like any field, so that a custom field of the same name
// replaces a missing well-known one.
extension FieldSelector {
    static var ip: FieldSelector { FieldSelector(Text("ip"), Text("ip"), .ip) }
    static var userAgent: FieldSelector { FieldSelector(Text("userAgent"), Text("useragent"), .userAgent) }

    private init(_ name: Text, _ loweredName: Text, _ wellKnown: WellKnown) {
        self.init()
        self.name = name
        self.loweredName = loweredName
        self.wellKnown = wellKnown
    }
}
