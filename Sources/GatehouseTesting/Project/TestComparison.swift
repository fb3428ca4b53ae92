// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A comparison of a ``TestCondition``: an operator and a target.
public struct TestComparison: Sendable {
    let name: String
    let target: Value

    /// Makes any comparison, with the names of the document.
    ///
    /// - Parameters:
    ///   - name: The operator, for example `str_matches`.
    ///   - target: The target to compare with.
    public init(_ name: String, _ target: Value) {
        self.name = name
        self.target = target
    }

    // MARK: - Any value

    /// The same value; text in the same case.
    public static func equal(to value: Value) -> TestComparison { TestComparison("eq", value) }
    /// Another value, or none.
    public static func notEqual(to value: Value) -> TestComparison { TestComparison("neq", value) }
    /// No value.
    public static let missing = equal(to: .null)

    // MARK: - Text

    /// One of these, in any letter case.
    public static func any(of values: Value...) -> TestComparison { TestComparison("any", .array(values)) }
    /// None of these, in any letter case.
    public static func none(of values: Value...) -> TestComparison { TestComparison("none", .array(values)) }
    /// Text with one of these at the start, in any letter case.
    public static func startsWith(_ texts: String...) -> TestComparison {
        TestComparison("str_starts_with_any", array(texts))
    }
    /// Text with one of these at the end, in any letter case.
    public static func endsWith(_ texts: String...) -> TestComparison { endsWith(texts) }
    /// Text with one of these in it, in any letter case.
    public static func contains(_ texts: String...) -> TestComparison {
        TestComparison("str_contains_any", array(texts))
    }
    /// Text in which a regular expression is found.
    public static func matches(_ pattern: String) -> TestComparison { TestComparison("str_matches", .string(pattern)) }

    // MARK: - Numbers

    /// A larger number.
    public static func greater(than number: Double) -> TestComparison { TestComparison("gt", .double(number)) }
    /// The number or a larger one.
    public static func atLeast(_ number: Double) -> TestComparison { TestComparison("gte", .double(number)) }
    /// A smaller number.
    public static func less(than number: Double) -> TestComparison { TestComparison("lt", .double(number)) }
    /// The number or a smaller one.
    public static func atMost(_ number: Double) -> TestComparison { TestComparison("lte", .double(number)) }

    // MARK: - Versions

    /// A later version.
    public static func version(after version: String) -> TestComparison {
        TestComparison("version_gt", .string(version))
    }
    /// The version or a later one.
    public static func version(atLeast version: String) -> TestComparison {
        TestComparison("version_gte", .string(version))
    }
    /// An earlier version.
    public static func version(before version: String) -> TestComparison {
        TestComparison("version_lt", .string(version))
    }
    /// The version or an earlier one.
    public static func version(atMost version: String) -> TestComparison {
        TestComparison("version_lte", .string(version))
    }

    // MARK: - Times

    /// A time before another: ms since 1970.
    public static func before(_ time: Int64) -> TestComparison { TestComparison("before", .integer(time)) }
    /// A time after another: ms since 1970.
    public static func after(_ time: Int64) -> TestComparison { TestComparison("after", .integer(time)) }
    /// A time on the same day in UTC as another: ms since 1970.
    public static func on(_ time: Int64) -> TestComparison { TestComparison("on", .integer(time)) }

    // MARK: - Arrays

    /// An array with one of these in it.
    public static func array(containsAny values: Value...) -> TestComparison {
        TestComparison("array_contains_any", .array(values))
    }
    /// An array with all of these in it.
    public static func array(containsAll values: Value...) -> TestComparison {
        TestComparison("array_contains_all", .array(values))
    }
    /// An array with none of these in it.
    public static func array(containsNone values: Value...) -> TestComparison {
        TestComparison("array_contains_none", .array(values))
    }

    // MARK: - Lists that are arrays already

    static func any(of texts: [String]) -> TestComparison { TestComparison("any", array(texts)) }
    static func endsWith(_ texts: [String]) -> TestComparison { TestComparison("str_ends_with_any", array(texts)) }

    private static func array(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }
}
