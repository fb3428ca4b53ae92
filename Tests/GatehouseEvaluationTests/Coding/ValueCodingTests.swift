// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import Testing

@Suite("Values through coders")
struct ValueCodingTests {
    @Test(
        "A value written as JSON is read back the same",
        arguments: [
            nil, true, false, "", "a \"quoted\" é \u{1F600}\n", 0, -1, 1.5, -2.5e-300, 1e300, .integer(.max),
            .integer(.min), .unsigned(.max), [], [1, 2.5, "x", nil, [true]], [:],
            ["a": 1, "b": ["c": [nil, .unsigned(1 << 63)]], "": ""],
        ] as [Value])
    func roundTrip(value: Value) throws {
        let json = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(Value.self, from: json) == value)
    }

    @Test("Property lists work as well, but for null, which they don't have")
    func propertyList() throws {
        let value: Value = ["bool": true, "integer": 1, "double": 1.5, "array": ["x", false], "big": .unsigned(.max)]
        for format in [PropertyListSerialization.PropertyListFormat.xml, .binary] {
            let encoder = PropertyListEncoder()
            encoder.outputFormat = format
            #expect(try PropertyListDecoder().decode(Value.self, from: encoder.encode(value)) == value)
        }
    }

    @Test("A coder that tells kinds of numbers apart keeps them")
    func kinds() throws {
        for value: Value in [.integer(1), .unsigned(1), .double(1), .bool(true), .integer(0), .double(0), "1"] {
            let scalar = try #require(try ScalarCoder.encode(value))
            #expect(try ScalarCoder.decode(Value.self, from: scalar) == value)
        }
    }

    @Test(
        "JSON numbers are integers where they fit 64 bits, and floats otherwise",
        arguments: [
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .unsigned(1 << 63)),
            ("18446744073709551615", .unsigned(.max)), ("18446744073709551616", .double(18_446_744_073_709_551_616)),
            ("-9223372036854775808", .integer(.min)), ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
            ("0.1", .double(0.1)), ("123456789012345678901234567890.5", .double(1.2345678901234568e29)),
            // Foundation doesn't tell these from integers.
            ("1.0", .integer(1)), ("1e2", .integer(100)),
        ] as [(String, Value)])
    func numbers(json: String, value: Value) throws {
        #expect(try JSONDecoder().decode(Value.self, from: Data(json.utf8)) == value)
    }

    @Test("A number beyond 64-bit floats is an error", arguments: ["1e400", "-1e999", "[1,{\"a\":1e400}]"])
    func hugeNumbers(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Value.self, from: Data(json.utf8)) }
    }

    @Test("NaN and infinity, which some coders read, are errors", arguments: ["NaN", "-Infinity", "[1,{a:Infinity}]"])
    func numbersOfOtherCoders(json5: String) {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        #expect(throws: DecodingError.self) { try decoder.decode(Value.self, from: Data(json5.utf8)) }
    }

    @Test("An infinite number isn't written as JSON", arguments: [Double.infinity, -.infinity, .nan])
    func infinite(double: Double) {
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(["a": Value.double(double)]) }
    }

    // MARK: Nesting

    static func nested(_ depth: Int, _ open: String, _ close: String) -> Data {
        Data((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
    }

    @Test("127 levels are read, as from JSON text", arguments: [("[", "]"), ("{\"a\":", "}")])
    func deep(open: String, close: String) throws {
        let value = try JSONDecoder().decode(Value.self, from: ValueCodingTests.nested(127, open, close))
        #expect(try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value)) == value)
    }

    @Test(
        "More levels are an error, however many",
        arguments: [128, 129, 130, 300, 511, 600, 100_000], [("[", "]"), ("{\"a\":", "}")])
    func tooDeep(depth: Int, brackets: (String, String)) {
        let json = ValueCodingTests.nested(depth, brackets.0, brackets.1)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Value.self, from: json) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Object.self, from: json) }
    }

    @Test("A value of a program that nests too deep isn't written")
    func tooDeepToWrite() throws {
        var array: Value = 1
        var object: Value = 1
        for _ in 0..<128 {
            array = [array]
            object = ["a": object]
        }
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(array) }
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(object) }
    }

    // MARK: Names

    @Test("Key strategies leave the names of members alone")
    func keyStrategies() throws {
        let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
        encoder.keyEncodingStrategy = .convertToSnakeCase
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let object: Object = ["planName": ["inner_name": 1], "plan_name": 2]
        let json = try encoder.encode(object)
        #expect(try JSONDecoder().decode(Object.self, from: json) == object)
        #expect(try decoder.decode(Object.self, from: json) == object)
    }

    @Test("Names that Swift calls equal though their bytes differ don't trap")
    func equalNames() throws {
        let object: Object = ["\u{e9}": 1, "e\u{301}": 2]
        #expect(object.count == 2)
        let json = try JSONEncoder().encode(object)
        #expect(try JSONDecoder().decode(Object.self, from: json).count == 1)
    }

    @Test("Members are read in alphabetical order")
    func order() throws {
        let json = Data(#"{"b":1,"a":{"d":1,"c":2},"e":3}"#.utf8)
        let object = try JSONDecoder().decode(Object.self, from: json)
        #expect(object.map(\.name) == ["a", "b", "e"])
        #expect(object["a"]?.object?.map(\.name) == ["c", "d"])
    }
}
