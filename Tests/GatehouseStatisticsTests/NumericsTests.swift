// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseStatistics
import Testing

@testable import gatehouse_statistics

struct NumericsTests {
    private struct Case: Decodable {
        var function: String
        var arguments: [Double]
        var value: Double
    }

    @Test func functionsEqualTheResultsOfScipy() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../fixtures/statistics/numerics.jsonl").standardized
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 500)
        let decoder = JSONDecoder()
        for line in lines {
            let test = try decoder.decode(Case.self, from: Data(line.utf8))
            let value = try #require(NumericFunctions.value(test.function, test.arguments))
            expectClose(value, test.value, within: 1e-12, "\(line), computed \(value)")
        }
    }

    /// Values from tables and closed forms that need no other package.
    @Test func knownValues() {
        expectClose(StandardNormal.quantile(0.975), 1.959963984540054, within: 1e-15)
        expectClose(StandardNormal.cdf(-38), 2.8854277593867e-316, within: 1e-6)
        expectClose(StudentT(degreesOfFreedom: 1).survival(1e300), 1 / (.pi * 1e300), within: 1e-13)
        expectClose(StudentT(degreesOfFreedom: 1).quantile(survival: 1e-300), 1 / (.pi * 1e-300), within: 1e-12)
        // With 2 degrees of freedom the tail is ½ − t / 2√(2 + t²).
        expectClose(StudentT(degreesOfFreedom: 2).survival(1), 0.5 - 1 / (2 * 3.0.squareRoot()), within: 1e-14)
        // With 2 degrees of freedom χ² is exponential.
        expectClose(ChiSquare(degreesOfFreedom: 2).survival(1_400), exp(-700), within: 1e-12)
        expectClose(RegularizedBeta.lower(1, 3, 0.25), 1 - pow(0.75, 3), within: 1e-15)
    }

    @Test(arguments: [1, 1.5, 2, 3, 4.7, 10, 29, 100, 1e3, 1e6, 1e12, 1e16])
    func quantilesOfStudentTInvertTheDistribution(degrees: Double) {
        let distribution = StudentT(degreesOfFreedom: degrees)
        for probability in [1e-290, 1e-100, 1e-20, 1e-3, 0.01, 0.1, 0.2499, 0.25, 0.2501, 0.3, 0.49, 0.499999] {
            let t = distribution.quantile(survival: probability)
            expectClose(distribution.survival(t), probability, within: 2e-12, "\(degrees), \(probability), \(t)")
            #expect(distribution.quantile(probability) == -t)
        }
        #expect(distribution.quantile(0.5) == 0)
        #expect(distribution.quantile(0) == -.infinity)
        #expect(distribution.quantile(1) == .infinity)
    }

    @Test func largeDegreesOfFreedomApproachTheNormalDistribution() {
        for t in [0.1, 1, 3, 8] {
            expectClose(StudentT(degreesOfFreedom: 1e14).survival(t), StandardNormal.survival(t), within: 1e-10)
            expectClose(StudentT(degreesOfFreedom: 1e16).survival(t), StandardNormal.survival(t), within: 1e-15)
        }
    }

    @Test func argumentsOutsideOfTheDomainGiveNaN() {
        let bad: [Double] = [
            StandardNormal.quantile(-0.1), StandardNormal.quantile(1.1), StandardNormal.quantile(.nan),
            StandardNormal.cdf(.nan), StudentT(degreesOfFreedom: 0).cdf(1),
            StudentT(degreesOfFreedom: -1).quantile(0.3),
            StudentT(degreesOfFreedom: .nan).cdf(1), StudentT(degreesOfFreedom: 3).cdf(.nan),
            StudentT(degreesOfFreedom: 3).quantile(.nan), StudentT(degreesOfFreedom: 3).quantile(2),
            ChiSquare(degreesOfFreedom: 0).cdf(1), ChiSquare(degreesOfFreedom: 3).survival(.nan),
            ChiSquare(degreesOfFreedom: .infinity).survival(1), RegularizedGamma.lower(shape: 1, -1),
            RegularizedGamma.upper(shape: 1e11, 1e11), RegularizedBeta.lower(1, 1, 1.5),
            RegularizedBeta.lower(0, 1, 0.5), RegularizedBeta.upper(1e12, 1e12, 0.5), RegularizedBeta.upper(1, 1, .nan),
        ]
        for (index, value) in bad.enumerated() { #expect(value.isNaN, "number \(index) is \(value)") }
    }

    @Test func endsOfTheDomainAreReached() {
        #expect(StandardNormal.cdf(-.infinity) == 0)
        #expect(StandardNormal.cdf(.infinity) == 1)
        #expect(StandardNormal.quantile(0) == -.infinity)
        #expect(StandardNormal.quantile(.leastNonzeroMagnitude) < -38)
        #expect(StudentT(degreesOfFreedom: 3).survival(.infinity) == 0)
        #expect(StudentT(degreesOfFreedom: 3).survival(-.infinity) == 1)
        #expect(StudentT(degreesOfFreedom: 3).survival(0) == 0.5)
        #expect(ChiSquare(degreesOfFreedom: 3).survival(-1) == 1)
        #expect(ChiSquare(degreesOfFreedom: 3).survival(.infinity) == 0)
        #expect(ChiSquare(degreesOfFreedom: 3).cdf(0) == 0)
        #expect(RegularizedBeta.lower(2, 3, 0) == 0)
        #expect(RegularizedBeta.lower(2, 3, 1) == 1)
    }

    @Test func everyArgumentEndsInBoundedTime() {
        let numbers: [Double] = [
            0, .leastNonzeroMagnitude, 1e-300, 1e-10, 0.5, 1, 1.5, 1e3, 1e8, 1e10, 1e15, 1e300, .infinity, .nan, -1,
        ]
        for a in numbers {
            for b in numbers {
                for value in [
                    StudentT(degreesOfFreedom: a).cdf(b), ChiSquare(degreesOfFreedom: a).survival(b),
                    StudentT(degreesOfFreedom: a).quantile(b),
                ] where !value.isNaN && !value.isInfinite && b >= 0 && b <= 1 {
                    #expect(abs(value) >= 0)
                }
                for x in [0, 1e-300, 1e-5, 0.3, 0.5, 0.999, 1] {
                    let value = RegularizedBeta.lower(a, b, x)
                    #expect(value.isNaN || (0...1).contains(value), "\(a) \(b) \(x) \(value)")
                }
                let value = RegularizedGamma.upper(shape: a, b)
                #expect(value.isNaN || (0...1).contains(value), "\(a) \(b) \(value)")
            }
        }
    }
}
