// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// A request's query, read strictly.
struct Query {
    private let parameters: FlatDictionary<Substring, Substring>

    init(_ request: Request) {
        parameters = request.uri.queryParameters
    }

    /// A parameter's text, `nil` without one.
    subscript(name: String) -> String? { parameters[name[...]].map(String.init) }

    /// All values of a parameter, commas counting as separators.
    func list(_ name: String) -> [String] {
        (parameters[values: name[...]] + parameters[values: "\(name)[]"[...]])
            .flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// A parameter's integer, `nil` without one.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw .invalid(name, "\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A parameter that has one of a few values, `nil` without one.
    func choice(_ name: String, of choices: [String]) throws(APIError) -> String? {
        guard let text = self[name] else { return nil }
        guard choices.contains(text) else {
            throw .invalid(name, "\(name) must be one of: \(choices.joined(separator: ", "))")
        }
        return text
    }
}
