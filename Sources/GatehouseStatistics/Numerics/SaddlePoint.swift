// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Parts of densities that keep full relative precision where the textbook form cancels.
///
/// The densities of the gamma and beta distributions are differences of large logarithms. Written by deviances and the
/// error of Stirling's formula (C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000) they are not.
enum SaddlePoint {
    /// ln √(2π).
    static let logRootTwoPi = 0.918_938_533_204_672_741_78

    /// ln Γ(x + 1) minus Stirling's approximation (x + ½) ln x − x + ln √(2π).
    ///
    /// - Parameter x: Greater than 0.
    /// - Returns: The error of the approximation.
    static func stirlingError(_ x: Double) -> Double {
        guard x >= 15 else {
            return CMath.log(CMath.gamma(x + 1)) - (x + 0.5) * CMath.log(x) + x - logRootTwoPi
        }
        // Stirling's series; the first term left out is below 1e-18 from here on.
        let square = x * x
        var sum = 3617.0 / 122_400
        for coefficient in [1.0 / 156, 691.0 / 360_360, 1.0 / 1_188, 1.0 / 1_680, 1.0 / 1_260, 1.0 / 360, 1.0 / 12] {
            sum = coefficient - sum / square
        }
        return sum / x
    }

    /// The deviance a ln(a / x) + x − a, at least 0.
    ///
    /// - Parameters:
    ///   - a: Greater than 0.
    ///   - x: Greater than 0.
    ///   - difference: x − a, which the caller may know with more digits than the subtraction gives.
    /// - Returns: The deviance.
    static func deviance(_ a: Double, _ x: Double, difference: Double) -> Double {
        let relative = difference / a
        guard abs(relative) < 0.3 else {
            return a * (relative - (relative < 0 ? CMath.log(x / a) : CMath.log1p(relative)))
        }
        // r − ln(1 + r) by the series of the inverse hyperbolic tangent of v = r / (2 + r).
        let v = relative / (2 + relative)
        var power = 2 * v * v * v
        var sum = relative * v
        for step in 1...20 {
            let next = sum - power / Double(2 * step + 1)
            if next == sum { break }
            sum = next
            power *= v * v
        }
        return a * sum
    }

    /// x^a · e^−x / Γ(a + 1).
    ///
    /// - Parameters:
    ///   - a: Greater than 0.
    ///   - x: Greater than 0.
    /// - Returns: The term.
    static func gammaTerm(_ a: Double, _ x: Double) -> Double {
        guard a >= 15 else {
            // Half the exponent twice: e^−x alone may be too small for a number where the product isn't.
            let half = CMath.exp(-x / 2)
            return CMath.pow(x, a) * half / CMath.gamma(a + 1) * half
        }
        let exponent = -stirlingError(a) - deviance(a, x, difference: x - a)
        return CMath.exp(exponent) / (2 * Double.pi * a).squareRoot()
    }

    /// x^a · y^b / B(a, b), where B is the beta function.
    ///
    /// - Parameters:
    ///   - a: Greater than 0.
    ///   - b: Greater than 0.
    ///   - x: Between 0 and 1.
    ///   - y: 1 − x, with its own digits.
    /// - Returns: The term.
    static func betaTerm(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
        let n = a + b
        guard n >= 30 else {
            return CMath.pow(x, a) * CMath.pow(y, b) * (CMath.gamma(n) / CMath.gamma(a) / CMath.gamma(b))
        }
        // n·x − a and n·y − b are each other's negatives; the smaller of x and y gives them with more digits.
        let difference = x < y ? (-a).addingProduct(n, x) : -(-b).addingProduct(n, y)
        let exponent =
            stirlingError(n) - stirlingError(a) - stirlingError(b)
            - deviance(a, n * x, difference: difference) - deviance(b, n * y, difference: -difference)
        return CMath.exp(exponent) * (a / n * b / (2 * Double.pi)).squareRoot()
    }
}
