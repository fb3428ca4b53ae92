// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics

/// An experiment in a line of `scripts/statistics/oracles.py`.
///
/// The columns of a unit are value, denominator, and both before the exposure.
struct ExperimentRequest: Decodable {
    struct Group: Decodable {
        var count: Int
        var sums: [Double]?
        var products: [Double]?
        var means: [Double]?
        var covariances: [Double]?

        func moments() throws(MissingNumber) -> Moments {
            if let sums { return try Moments(count: count, sums: sums, products: products ?? []) }
            return try Moments(count: count, means: means ?? [], covariances: covariances ?? [])
        }
    }

    var test: Group
    var control: Group
    var significance: Double
    var prior: [Double]
    var minimumEffect: Double
    var units: [Int]
    var weights: [Double]
    var pValues: [Double]
    var values: [Double]

    func answer() throws(MissingNumber) -> Answer {
        var answer = Answer()
        let (t, c) = (try test.moments(), try control.moments())
        means(t, c, &answer)
        ratios(t, c, &answer)
        cuped(t, c, &answer)
        if let comparison = try? Comparison(test: Estimate(t), control: Estimate(c)) {
            sequential(comparison, &answer)
            bayesian(comparison, &answer)
            power(comparison, &answer)
        }
        others(&answer)
        return answer
    }

    private func options(_ alternative: Alternative, _ distribution: TestDistribution) -> TestOptions {
        TestOptions(significance: significance, alternative: alternative, distribution: distribution)
    }

    private func means(_ t: Moments, _ c: Moments, _ answer: inout Answer) {
        guard let comparison = try? Comparison(test: Estimate(t), control: Estimate(c)) else { return }
        answer.add("mean.test") { comparison.test.value }
        answer.add("mean.control") { comparison.control.value }
        answer.add("mean.test.error") { comparison.test.standardError }
        answer.add("mean.control.error") { comparison.control.standardError }
        tests("mean", comparison, &answer)
        answer.add("mean.onesample.z") { () throws(MissingNumber) in try comparison.test.test(against: 1).zScore }
        answer.add("mean.onesample.p") { () throws(MissingNumber) in
            try comparison.test.test(against: 1, options(.twoSided, .normal)).pValue
        }
    }

    private func ratios(_ t: Moments, _ c: Moments, _ answer: inout Answer) {
        let form = MetricForm.ratio(0, 1)
        guard let comparison = try? Comparison(test: Estimate(t, form), control: Estimate(c, form)) else { return }
        answer.add("ratio.test") { comparison.test.value }
        answer.add("ratio.control") { comparison.control.value }
        answer.add("ratio.test.error") { comparison.test.standardError }
        answer.add("ratio.control.error") { comparison.control.standardError }
        tests("ratio", comparison, &answer)
    }

    private func cuped(_ t: Moments, _ c: Moments, _ answer: inout Answer) {
        let forms: [(String, MetricForm, MetricForm)] = [
            ("cuped", .mean(0), .mean(2)), ("cupedRatio", .ratio(0, 1), .ratio(2, 3)),
        ]
        for (name, form, covariate) in forms {
            guard let cuped = try? CUPED(test: t, control: c, form: form, covariate: covariate) else { continue }
            answer.add(name + ".theta") { cuped.theta }
            tests(name, Comparison(test: cuped.test, control: cuped.control), &answer)
        }
    }

    private func tests(_ name: String, _ comparison: Comparison, _ answer: inout Answer) {
        answer.add(name + ".change") { comparison.absoluteChange }
        answer.add(name + ".error") { comparison.standardError }
        answer.add(name + ".z") { () throws(MissingNumber) in try comparison.zScore() }
        answer.add(name + ".degrees") { () throws(MissingNumber) in try comparison.degreesOfFreedom() }
        answer.add(name + ".relative") { () throws(MissingNumber) in try comparison.relativeChange() }
        answer.add(name + ".relative.error") { () throws(MissingNumber) in try comparison.relativeStandardError() }
        for distribution in [TestDistribution.normal, .studentT] {
            for alternative in Alternative.allCases {
                let options = options(alternative, distribution)
                let prefix = "\(name).\(distribution == .normal ? "z" : "t").\(alternative.rawValue)"
                answer.add(prefix + ".p") { () throws(MissingNumber) in try comparison.pValue(options) }
                answer.add(prefix) { () throws(MissingNumber) in try comparison.interval(options) }
                for method in RelativeMethod.allCases {
                    answer.add(prefix + "." + method.rawValue) { () throws(MissingNumber) in
                        try comparison.relativeInterval(options, method)
                    }
                }
            }
        }
    }

    private func sequential(_ comparison: Comparison, _ answer: inout Answer) {
        for alternative in Alternative.allCases {
            guard let test = try? SequentialTest(comparison, options(alternative, .normal)) else { continue }
            let prefix = "sequential.\(alternative.rawValue)"
            answer.add(prefix + ".mixingVariance") { test.mixingVariance }
            answer.add(prefix + ".criticalValue") { test.criticalValue }
            answer.add(prefix + ".p") { test.pValue }
            answer.add(prefix) { () throws(MissingNumber) in try test.interval() }
        }
        guard let test = try? ProbabilityRatioTest(comparison, minimumEffect: minimumEffect) else { return }
        answer.add("sprt.effect") { test.standardizedEffect }
        answer.add("sprt.score") { test.expectedScore }
        answer.add("sprt.ratio") { test.logLikelihoodRatio }
    }

    private func bayesian(_ comparison: Comparison, _ answer: inout Answer) {
        let prior = NormalPrior(mean: prior[0], standardDeviation: prior[1])
        let posteriors: [(String, Result<Posterior, MissingNumber>)] = [
            ("bayes", result { () throws(MissingNumber) in try .absolute(comparison, prior: prior) }),
            ("bayes.flat", result { () throws(MissingNumber) in try .absolute(comparison) }),
            ("bayes.relative", result { () throws(MissingNumber) in try .relative(comparison, prior: prior) }),
        ]
        for (name, posterior) in posteriors {
            answer.add(name + ".mean") { () throws(MissingNumber) in try posterior.get().mean }
            answer.add(name + ".error") { () throws(MissingNumber) in try posterior.get().standardDeviation }
            answer.add(name + ".chance") { () throws(MissingNumber) in try posterior.get().chanceToBeat() }
            answer.add(name + ".loss") { () throws(MissingNumber) in try posterior.get().expectedLoss() }
            answer.add(name + ".keeping") { () throws(MissingNumber) in
                try posterior.get().expectedLoss(shipping: false)
            }
            answer.add(name) { () throws(MissingNumber) in try posterior.get().interval(significance: significance) }
        }
    }

    private func result<Value>(_ body: () throws(MissingNumber) -> Value) -> Result<Value, MissingNumber> {
        do throws(MissingNumber) { return .success(try body()) } catch { return .failure(error) }
    }

    private func power(_ comparison: Comparison, _ answer: inout Answer) {
        let options = options(.twoSided, .normal)
        answer.add("power.smallest") { () throws(MissingNumber) in
            try Power.minimumDetectableEffect(standardError: comparison.standardError, options)
        }
        answer.add("power.power") { () throws(MissingNumber) in
            try Power.power(effect: comparison.absoluteChange, standardError: comparison.standardError, options)
        }
    }

    private func others(_ answer: inout Answer) {
        if let test = try? SampleRatioTest(units: units, weights: weights) {
            answer.add("ratioTest.statistic") { test.statistic }
            answer.add("ratioTest.p") { test.pValue }
        }
        answer.add("benjaminiHochberg") { BenjaminiHochberg.significance(significance, pValues: pValues) }
        if let limits = try? Winsorization(lower: 0.01, upper: 0.99) {
            let bounds = limits.bounds(values)
            if let lower = bounds.lower { answer.add("winsorization.lower") { lower } }
            if let upper = bounds.upper { answer.add("winsorization.upper") { upper } }
        }
    }
}
