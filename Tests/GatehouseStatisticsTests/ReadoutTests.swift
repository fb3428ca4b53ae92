// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics
import Testing

@testable import gatehouse_statistics

struct ReadoutTests {
    /// A group whose units have a value and the value before.
    private func group(_ units: Int, change: Double, seed: UInt64) throws -> Moments {
        var random = SeededRandom(seed: seed)
        var moments = Moments(dimension: 2)
        for _ in 0..<units {
            let habit = random.normal()
            try moments.add([10 + change + 2 * habit + random.normal(), 10 + 2 * habit])
        }
        return moments
    }

    @Test func allNumbersOfAnOrdinaryMetric() throws {
        let (test, control) = (try group(400, change: 1, seed: 1), try group(500, change: 0, seed: 2))
        let readout = Readout(test: test, control: control, options: ReadoutOptions(isSequential: true))
        #expect(readout.testUnits == 400)
        #expect(readout.controlUnits == 500)
        let change = try readout.testMean.get() - readout.controlMean.get()
        #expect(try readout.absoluteChange.get() == change)
        expectClose(try readout.relativeChange.get(), try change / readout.controlMean.get(), within: 1e-14)
        #expect(try readout.interval.get().contains(change))
        #expect(try readout.relativeInterval.get().contains(readout.relativeChange.get()))
        #expect(try readout.pValue.get() < 0.01)
        let sequential = try #require(readout.sequential).get()
        #expect(try sequential.interval().margin > readout.interval.get().margin)
        #expect(sequential.pValue > (try readout.pValue.get()))
        #expect(readout.adjustment == .none)
        #expect(Readout(test: test, control: control).sequential == nil)
    }

    @Test func cupedIsAppliedByItsRules() throws {
        let (test, control) = (try group(400, change: 1, seed: 3), try group(500, change: 0, seed: 4))
        let plain = Readout(test: test, control: control)
        func readout(unitsBefore: Int) -> Readout {
            Readout(
                test: test, control: control,
                options: ReadoutOptions(covariate: .mean(1), unitsBefore: unitsBefore))
        }
        let adjusted = readout(unitsBefore: 900)
        guard case .applied(let theta, let reduction) = adjusted.adjustment else {
            Issue.record("CUPED is not applied: \(adjusted.adjustment)")
            return
        }
        expectClose(theta, 1, within: 0.1)
        #expect(reduction > 0.7)
        #expect(try adjusted.testStandardError.get() < plain.testStandardError.get() / 1.8)
        let few = readout(unitsBefore: 100)
        #expect(few.adjustment == .refused(.tooFewUnitsBefore))
        #expect(few.interval == plain.interval)
        let many = try Moments(count: 10_000, means: [1, 1], covariances: [1, 0.5, 1])
        let share = Readout(
            test: many, control: many, options: ReadoutOptions(covariate: .mean(1), unitsBefore: 1_000))
        #expect(share.adjustment == .refused(.tooSmallShareBefore))
        let unrelated = try Moments(count: 10_000, means: [1, 1], covariances: [1, 0, 1])
        let useless = Readout(
            test: unrelated, control: unrelated, options: ReadoutOptions(covariate: .mean(1), unitsBefore: 9_000))
        #expect(useless.adjustment == .refused(.noReduction))
        let constant = try Moments(count: 10_000, means: [1, 1], covariances: [1, 0, 0])
        let impossible = Readout(
            test: constant, control: constant, options: ReadoutOptions(covariate: .mean(1), unitsBefore: 9_000))
        #expect(impossible.adjustment == .impossible(.zeroVariance))
        #expect(try impossible.testMean.get() == 1)
    }

    @Test func missingNumbersAreNeverZero() throws {
        let some = try group(50, change: 0, seed: 5)
        let none = Readout(test: Moments(dimension: 2), control: some)
        #expect(none.testUnits == 0)
        #expect(none.testMean == .failure(.tooFewUnits))
        #expect(none.absoluteChange == .failure(.tooFewUnits))
        #expect(none.pValue == .failure(.tooFewUnits))
        #expect(none.interval == .failure(.tooFewUnits))
        #expect(try none.controlMean.get() == some.mean())

        var single = Moments(dimension: 2)
        try single.add([3, 1])
        let one = Readout(test: single, control: some)
        #expect(one.testMean == .success(3))
        #expect(try one.absoluteChange.get() == 3 - some.mean())
        #expect(one.testStandardError == .failure(.tooFewUnits))
        #expect(one.relativeInterval == .failure(.tooFewUnits))

        let still = try Moments(count: 5, means: [0], covariances: [0])
        let zero = Readout(test: still, control: still)
        #expect(zero.absoluteChange == .success(0))
        #expect(zero.relativeChange == .failure(.zeroDivisor))
        #expect(zero.pValue == .failure(.zeroVariance))
        #expect(zero.testStandardError == .success(0))

        let noDenominator = try Moments(count: 5, means: [1, 0], covariances: [1, 0, 0])
        let ratio = Readout(test: noDenominator, control: some, form: .ratio(0, 1))
        #expect(ratio.testMean == .failure(.zeroDivisor))
        let wrong = Readout(test: some, control: some, form: .ratio(0, 7))
        #expect(wrong.testMean == .failure(.wrongShape))
    }

    /// Sums that no database returns for real units: nothing traps, and every number is finite or has a reason.
    @Test func anySumsEndInNumbersOrReasons() {
        var random = SeededRandom(seed: 11)
        let numbers: [Double] = [
            0, 1, -1, 0.1, 3, 1e-300, 1e300, -1e300, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .nan, .infinity,
            -.infinity, 1e154, 1e-154, 1e16,
        ]
        let counts = [0, 1, 2, 3, 100, 1_000_000, Int.max]
        func pick() -> Double { numbers[Int(random.next() % UInt64(numbers.count))] }
        func group() -> Moments? {
            let count = counts[Int(random.next() % UInt64(counts.count))]
            let (first, second) = ((0..<2).map { _ in pick() }, (0..<3).map { _ in pick() })
            return random.next() % 2 == 0
                ? try? Moments(count: count, sums: first, products: second)
                : try? Moments(count: count, means: first, covariances: second)
        }
        var compared = 0
        for _ in 0..<100_000 {
            guard let test = group(), let control = group() else { continue }
            let form: MetricForm = random.next() % 2 == 0 ? .mean(0) : .ratio(0, 1)
            let readout = Readout(
                test: test, control: control, form: form,
                options: ReadoutOptions(isSequential: true, covariate: .mean(1), unitsBefore: 1_000_000))
            for number in [
                readout.testMean, readout.controlMean, readout.testStandardError, readout.controlStandardError,
                readout.absoluteChange, readout.relativeChange, readout.pValue,
            ] {
                if case .success(let value) = number { #expect(value.isFinite) }
            }
            if case .success(let pValue) = readout.pValue {
                compared += 1
                #expect((0...1).contains(pValue))
            }
            for interval in [readout.interval, readout.relativeInterval] {
                if case .success(let value) = interval { #expect(value.lower <= value.upper && value.margin.isFinite) }
            }
            if case .success(let comparison) = readout.comparison {
                _ = try? ProbabilityRatioTest(comparison, minimumEffect: 0.1)
                _ = try? Posterior.relative(comparison, prior: NormalPrior(mean: pick(), standardDeviation: pick()))
                _ = try? Impact.total(comparison, toplinePerDay: pick(), days: pick())
                _ = try? Power.unitsPerGroup(effect: pick(), unitVariance: pick())
            }
        }
        #expect(compared > 100)
    }
}
