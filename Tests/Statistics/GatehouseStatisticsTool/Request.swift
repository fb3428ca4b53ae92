// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseStatistics

/// A line that the tool reads: a numeric function with its arguments, or an experiment.
struct Request: Decodable {
    var function: String?
    var arguments: [Double]?
    var experiment: ExperimentRequest?

    /// The line that answers a line.
    static func answer(_ line: Data, _ decoder: JSONDecoder) throws -> String {
        let request = try decoder.decode(Request.self, from: line)
        if let function = request.function {
            let value = NumericFunctions.value(function, request.arguments ?? [])
            return #"{"value": \#(value.map(json) ?? "null")}"#
        }
        if let experiment = request.experiment { return try experiment.answer().text }
        return "{}"
    }

    /// A number as JSON; null for what JSON has no number for.
    static func json(_ number: Double) -> String { number.isFinite ? "\(number)" : "null" }
}

/// Named numbers, and the reasons of those that are missing.
struct Answer {
    private var numbers: [(name: String, value: Double)] = []
    private var missing: [(name: String, reason: MissingNumber)] = []

    mutating func add(_ name: String, _ value: () throws(MissingNumber) -> Double) {
        do throws(MissingNumber) {
            numbers.append((name, try value()))
        } catch {
            missing.append((name, error))
        }
    }

    mutating func add(_ name: String, _ interval: () throws(MissingNumber) -> Interval) {
        do throws(MissingNumber) {
            let interval = try interval()
            numbers.append((name + ".lower", interval.lower))
            numbers.append((name + ".upper", interval.upper))
            numbers.append((name + ".margin", interval.margin))
        } catch {
            missing.append((name, error))
        }
    }

    var text: String {
        let numbers = numbers.map { #""\#($0.name)": \#(Request.json($0.value))"# }.joined(separator: ", ")
        let missing = missing.map { #""\#($0.name)": "\#($0.reason.rawValue)""# }.joined(separator: ", ")
        return #"{"numbers": {\#(numbers)}, "missing": {\#(missing)}}"#
    }
}
