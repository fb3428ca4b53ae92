// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseCLI
import GatehouseEvaluation
import Testing

@Suite struct JSONWriterCompactTests {
    @Test(arguments: [
        ("{}", "{}"),
        ("", ""),
        (" { \"a\" :\n\t1 ,\r\"b\": [ true , null ] } ", #"{"a":1,"b":[true,null]}"#),
        (#"{"a  b":"\" \\","c":" \n "}"#, #"{"a  b":"\" \\","c":" \n "}"#),
        (
            "[1.50,1E3,-0,-7,10000000000000000000,123456789012345678901234567890]",
            "[1.5,1000.0,-0.0,-7,10000000000000000000,1.2345678901234568e29]"
        ),
        (
            "[999999999999999999,18446744073709551615,-9223372036854775808]",
            "[999999999999999999,18446744073709551615,-9223372036854775808]"
        ),
    ])
    func writesOneLineWithTheReferencesNumbers(json: String, expected: String) {
        var writer = JSONWriter()
        writer.compact(json)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    /// It is for valid JSON, but mustn't read past the end of anything else.
    @Test(arguments: ["\"", "\"\\", "-", "1e", "[1.", "\"abc"])
    func endsWithTheText(json: String) {
        var writer = JSONWriter()
        writer.compact(json)
        #expect(writer.bytes.count <= json.utf8.count + 4)
    }
}
