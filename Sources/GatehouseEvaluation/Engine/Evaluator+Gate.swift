// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Evaluates the gate that a condition names, with a record of its own (Evaluation §8).
    ///
    /// - Returns: `false` when the evaluation has to end because it nests too deep.
    @inline(never)
    mutating func nestedGate(
        _ condition: UnsafePointer<ConditionRow>, at index: Int, into record: inout Record
    ) -> Bool {
        let gate = condition.pointee.target.pointee.text
        let known: GateMemo
        if let remembered = recall(gate, at: index) {
            known = remembered
            repeatExposures(of: known)
            if known.consultedIDList { consultedIDList = true }
            observer.remembered(gate, value: known.bool, ruleID: known.ruleID)
        } else {
            guard nesting < Limits.nesting else { return false }
            nesting += 1
            var inner = Record(firstExposure: exposures.count)
            inner.samplingRate = record.samplingRate
            let outerConsultedIDList = consultedIDList
            consultedIDList = false
            let recognition = evaluate(
                .gate, gate, at: Int(program.pointee.gateLinks[index]), as: .nested, into: &inner)
            nesting -= 1
            if recognition == .tooDeep { return false }
            // The reference shares one record, so values that an inner gate sets stay until another rule sets them.
            record.samplingRate = inner.samplingRate
            record.forwardsAllExposures = inner.forwardsAllExposures
            if inner.hasSeenAnalyticalGates { record.hasSeenAnalyticalGates = true }
            known = remember(at: index, &inner)
            if outerConsultedIDList { consultedIDList = true }
        }
        if known.isUnsupported {
            // The verdict of the previous condition stays and isn't inverted.
            record.isUnsupported = true
            observer.didCheck(condition.pointee, value: .none, verdict: record.bool, isUnsupported: true)
            return true
        }
        // The outer evaluation shows both if it ends without a rule of its own.
        record.ruleID = known.ruleID
        if !known.overrideConfigName.isMissing { record.overrideConfigName = known.overrideConfigName }
        if !gate.hasPrefix(Text("segment:")), known.ruleID.hasBytes {
            // This is the rate of the gate evaluated last, even if this gate's result was remembered.
            if record.samplingRate == nil { record.hasSeenAnalyticalGates = true }
            append(SecondaryExposureRow(gate: gate, ruleID: known.ruleID, value: known.bool))
        }
        record.bool = known.bool != (condition.pointee.kind == .failGate)
        observer.didCheck(condition.pointee, value: .none, verdict: record.bool, isUnsupported: false)
        return true
    }

    @inline(__always)
    private func recall(_ gate: Text, at index: Int) -> GateMemo? {
        if !memoPositions.isEmpty { return memoPositions[Array(gate.bytes)].map { memo[$0] } }
        let spec = program.pointee.gateLinks[index]
        for position in 0..<memo.count where memo[position].spec == spec {
            // Gates that the document doesn't have share an index.
            if spec >= 0 || self.gate(of: memo[position]) == gate { return memo[position] }
        }
        return nil
    }

    @inline(__always)
    private func gate(of known: GateMemo) -> Text {
        program.pointee.conditions[Int(known.condition)].pointee.target.pointee.text
    }

    @inline(never)
    private mutating func remember(at index: Int, _ record: inout Record) -> GateMemo {
        let first = min(Int(record.firstExposure), exposures.count)
        let count = min(exposures.count - first, max(Limits.rememberedExposures - memoExposures.count, 0))
        let result = GateMemo(
            condition: Int32(truncatingIfNeeded: index), spec: program.pointee.gateLinks[index],
            ruleID: record.ruleID, overrideConfigName: record.overrideConfigName,
            firstExposure: UInt32(truncatingIfNeeded: memoExposures.count),
            exposureCount: UInt32(truncatingIfNeeded: count), bool: record.bool,
            isUnsupported: record.isUnsupported, consultedIDList: consultedIDList)
        // A copy, because a config mapping can remove the secondary exposures that precede it.
        memoExposures.append(
            contentsOf: UnsafeBufferPointer(rebasing: exposures.elements[first..<(first + count)]))
        memo.append(result)
        if memo.count > Evaluator.scannedGates { indexMemo() }
        return result
    }

    /// Up to this count comparing remembered gates one by one is faster than a table.
    private static var scannedGates: Int { 64 }

    @inline(never)
    private mutating func indexMemo() {
        for position in memoPositions.count..<memo.count {
            memoPositions[Array(gate(of: memo[position]).bytes)] = position
        }
    }

    private mutating func repeatExposures(of known: GateMemo) {
        let room = Limits.secondaryExposures - exposures.count
        guard collectsExposures, room > 0 else { return }
        let first = Int(known.firstExposure)
        let end = first + min(Int(known.exposureCount), room)
        exposures.append(
            contentsOf: UnsafeBufferPointer(rebasing: memoExposures.elements[first..<end]))
    }
}
