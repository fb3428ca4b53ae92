// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Evaluates a rule's conditions, all of them, because gates behind a failing condition are secondary exposures too
    /// (Evaluation §5.4).
    ///
    /// The verdict is the record's `bool`.
    ///
    /// - Returns: `false` when the evaluation has to end because it nests too deep.
    @inline(__always)
    mutating func evaluate(
        _ rule: UnsafePointer<RuleRow>, _ links: Program.SpecLinks, into record: inout Record
    ) -> Bool {
        observer.willTry(rule.pointee)
        conditions &+= rule.pointee.conditionCount
        guard conditions <= Limits.conditions else {
            isExhausted = true
            return false
        }
        var allPass = true
        let first = links.firstCondition + rule.pointee.firstCondition
        for position in first..<(first + rule.pointee.conditionCount) {
            let index = Int(program.pointee.conditionLinks[position])
            guard index >= 0 else {
                // The reference stops here and keeps the verdict of the previous condition.
                record.isUnsupported = true
                observer.missingCondition()
                observer.didTry(passed: record.bool, isUnsupported: true)
                return true
            }
            guard evaluateCondition(at: index, into: &record) else { return false }
            if !record.bool { allPass = false }
        }
        record.bool = allPass
        observer.didTry(passed: allPass, isUnsupported: record.isUnsupported)
        return true
    }

    /// Whether the user is within the rule's percentage (Evaluation §5.5).
    @inline(__always)
    mutating func passesPercentage(_ rule: UnsafePointer<RuleRow>, of spec: UnsafePointer<SpecRow>) -> Bool {
        if let decided = rule.pointee.passesAllOrNone { return decided }
        let unit = lookup.unitText(rule.pointee.unit)
        if !unit.hasBytes { reportMissing(rule.pointee.unit, spec.pointee.name) }
        return isBelowPercentage(hash(rule.pointee.hashPrefix, unit), unit, rule)
    }

    /// The same for a rule of a config mapping, whose first salt is that of the mapped spec.
    mutating func passesPercentage(_ rule: UnsafePointer<RuleRow>, salt: Text) -> Bool {
        if let decided = rule.pointee.passesAllOrNone { return decided }
        var prefix = Array(salt.bytes)
        prefix.append(UInt8(ascii: "."))
        prefix.append(contentsOf: rule.pointee.salt.bytes)
        prefix.append(UInt8(ascii: "."))
        let unit = lookup.unitText(rule.pointee.unit)
        return isBelowPercentage(prefix.withUnsafeBufferPointer { hash(Text($0), unit) }, unit, rule)
    }

    @inline(__always)
    private mutating func isBelowPercentage(_ hash: UInt64, _ unit: Text, _ rule: UnsafePointer<RuleRow>) -> Bool {
        let bucket = hash % 10_000
        let threshold = rule.pointee.passPercentage * 100
        observer.bucketed(bucket, of: 10_000, threshold: threshold, rule.pointee.unit, unit)
        return Double(bucket) < threshold
    }

    /// The same for a prefix whose start has been hashed ahead.
    @inline(__always)
    private func hash(_ prefix: HashPrefix, _ unit: Text) -> UInt64 {
        guard let start = prefix.start, program.pointee.bucketing == .sha256 else { return hash(prefix.text, unit) }
        return SHA256.prefix64(prefix.text.bytes, startingAs: start, unit.bytes)
    }

    /// The hash of `prefix` followed by `unit` (Evaluation §4).
    @inline(__always)
    func hash(_ prefix: Text, _ unit: Text) -> UInt64 {
        switch program.pointee.bucketing {
        case .sha256: SHA256.prefix64(prefix.bytes, unit.bytes)
        case .xxh3: XXH3.hash(prefix.bytes.span, unit.bytes.span)
        }
    }
}

extension RuleRow {
    /// The verdict of a percentage that needs no bucket: 100 passes all users and 0 none; `nil` for any other.
    @inline(__always)
    fileprivate var passesAllOrNone: Bool? {
        if passPercentage == 100 { return true }
        return passPercentage == 0 ? false : nil
    }
}
