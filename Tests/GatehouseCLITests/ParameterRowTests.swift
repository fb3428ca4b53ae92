// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseCLI
import GatehouseEvaluation
import Testing

/// What the reference's Python binding returned for static parameters with these values, recorded with
/// statsig-python-core 0.24.2.
@Suite struct ParameterRowTests {
    @Test(arguments: [
        ("null", "{}"),
        ("true", #"{"bool":true}"#),
        (#""""#, #"{"string":""}"#),
        ("5", #"{"float":5.0,"integer":5}"#),
        ("1.0", #"{"float":1.0}"#),
        ("1e2", #"{"float":100.0}"#),
        ("-0", #"{"float":-0.0}"#),
        ("9223372036854775807", #"{"float":9.223372036854776e18,"integer":9223372036854775807}"#),
        ("9223372036854775808", #"{"float":9.223372036854776e18}"#),
        ("123456789012345678901234567890", #"{"float":1.2345678901234568e29}"#),
        (
            #"{"a":1.5,"b":[2.5,{"u":18446744073709551615}]}"#,
            #"{"map":{"a":1.5,"b":[2.5,{"u":18446744073709551615}]}}"#
        ),
        // Arrays of arrays lose numbers, objects in arrays don't.
        (
            "[1.0, 2, 18446744073709551615, 9223372036854775808, 9223372036854775807]",
            #"{"array":[0,2,0,0,9223372036854775807]}"#
        ),
        ("[123456789012345678901234567890, 1e21, -0.0, -0]", #"{"array":[0,0,0,0]}"#),
        (#"[[1.5,[2.5,["x",null,true]]],{}]"#, #"{"array":[[0,[0,["x",null,true]]],{}]}"#),
        (#"[{"a":1.5,"b":[2.5,{"c":3.5}]}]"#, #"{"array":[{"a":1.5,"b":[2.5,{"c":3.5}]}]}"#),
    ])
    func isWhatTheBindingReturns(json: String, row: String) throws {
        let value = try #require(TestJSON.value(json))
        var writer = JSONWriter()
        ParameterRow.write(value, into: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == row)
    }

    @Test func isEmptyWithoutAParameter() {
        var writer = JSONWriter()
        ParameterRow.write(nil, into: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "{}")
    }
}
