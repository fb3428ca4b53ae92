// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Typed reads convert exactly or not at all (Evaluation §19.4).
@Suite("Typed reads")
struct TypedReadTests {
    private static func config(_ value: Value) throws -> DynamicConfigEvaluation {
        var project = DocumentBuilder()
        project.config("config", default: .object(["p": value]))
        return try project.ruleset().dynamicConfig("config", for: User(), in: .plain)
    }

    struct Integers: Sendable, CustomTestStringConvertible {
        var value: Value
        var int: Int?
        var int8: Int8?
        var uint64: UInt64?

        init(_ value: Value, _ int: Int?, _ int8: Int8?, _ uint64: UInt64?) {
            (self.value, self.int, self.int8, self.uint64) = (value, int, int8, uint64)
        }

        var testDescription: String { value.description }
    }

    static let integerCases: [Integers] = [
        Integers(3, 3, 3, 3), Integers(3.0, 3, 3, 3), Integers(-0.0, 0, 0, 0), Integers(1e3, 1_000, nil, 1_000),
        Integers(9.99, nil, nil, nil), Integers(-1, -1, -1, nil), Integers(-1.0, -1, -1, nil),
        Integers(127, 127, 127, 127), Integers(128, 128, nil, 128), Integers(-128.0, -128, -128, nil),
        Integers(.integer(.max), .max, nil, UInt64(Int.max)), Integers(.integer(.min), .min, nil, nil),
        Integers(.unsigned(.max), nil, nil, .max),
        Integers(9.223372036854775e18, 9_223_372_036_854_774_784, nil, 9_223_372_036_854_774_784),
        Integers(9.3e18, nil, nil, 9_300_000_000_000_000_000), Integers(1e20, nil, nil, nil),
        Integers(1e300, nil, nil, nil), Integers("3", nil, nil, nil), Integers(true, nil, nil, nil),
        Integers(.null, nil, nil, nil), Integers([3], nil, nil, nil), Integers(["a": 3], nil, nil, nil),
    ]

    @Test("An integer is a number without a fraction in the type's range", arguments: integerCases)
    func integers(_ test: Integers) throws {
        let config = try Self.config(test.value)
        #expect(config["p", as: Int.self] == test.int)
        #expect(config["p", as: Int8.self] == test.int8)
        #expect(config["p", as: UInt64.self] == test.uint64)
        #expect(config["p", default: 77] == test.int ?? 77)
        #expect(config["p", default: Int8(7)] == test.int8 ?? 7)
        #expect(config["p", default: UInt64(7)] == test.uint64 ?? 7)
    }

    static let floatCases: [(Value, Double?, Float?)] = [
        (9.99, 9.99, 9.99), (3, 3, 3), (3.0, 3, 3), (-0.5, -0.5, -0.5),
        (.integer(9_007_199_254_740_992), 9_007_199_254_740_992, 9_007_199_254_740_992),
        // 2^53 + 1 lies between two floats of 64 bits, 2^24 + 1 between two of 32.
        (.integer(9_007_199_254_740_993), nil, nil), (16_777_217, 16_777_217, nil),
        (16_777_216, 16_777_216, 16_777_216),
        (.integer(.min), -9.223372036854775808e18, -9.223372036854775808e18), (.unsigned(.max), nil, nil),
        (1e300, 1e300, nil), ("9.99", nil, nil), (false, nil, nil), (.null, nil, nil), ([9.99], nil, nil),
    ]

    @Test("A float is a number that the type represents", arguments: floatCases)
    func floats(_ value: Value, _ double: Double?, _ float: Float?) throws {
        let config = try Self.config(value)
        #expect(config["p", as: Double.self] == double)
        #expect(config["p", default: 0.25] == double ?? 0.25)
        #expect(config["p", as: Float.self] == float)
    }

    private enum Color: String { case grey, blue }
    private enum Level: Int { case low = 1, high = 2 }

    @Test("Texts, Booleans, lists, objects and enums")
    func otherTypes() throws {
        #expect(try Self.config("text")["p", as: String.self] == "text")
        #expect(try Self.config(5)["p", as: String.self] == nil)
        #expect(try Self.config(true)["p", as: Bool.self] == true)
        #expect(try Self.config(1)["p", as: Bool.self] == nil)
        #expect(try Self.config("true")["p", default: false] == false)
        #expect(try Self.config(["a", "b"])["p", default: ["c"]] == ["a", "b"])
        #expect(try Self.config(["a", 1])["p", default: ["c"]] == ["c"])
        #expect(try Self.config([1, 2.0])["p", as: [Int].self] == [1, 2])
        #expect(try Self.config([1, 2.5])["p", as: [Int].self] == nil)
        #expect(try Self.config([[1], []])["p", as: [[Int]].self] == [[1], []])
        #expect(try Self.config(["a": 1, "b": 2])["p", default: ["c": 3]] == ["a": 1, "b": 2])
        #expect(try Self.config(["a": "x"])["p", default: ["c": 3]] == ["c": 3])
        #expect(try Self.config(["a", 1])["p", as: [Value].self] == ["a", 1])
        #expect(try Self.config(["a": 1])["p", as: Object.self] == ["a": 1])
        #expect(try Self.config([])["p", default: []].isEmpty)
        #expect(try Self.config("blue")["p", default: Color.grey] == .blue)
        #expect(try Self.config("red")["p", default: Color.grey] == .grey)
        #expect(try Self.config(2.0)["p", as: Level.self] == .high)
        #expect(try Self.config(3)["p", as: Level.self] == nil)
        #expect(try Self.config("x")["other", as: String.self] == nil)
    }
}
