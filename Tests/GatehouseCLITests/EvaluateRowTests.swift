// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct EvaluateRowTests {
    @Test func writesARowForEveryEntityAndTheUnknownNames() async throws {
        let result = try await TestDocument.tool().evaluate(
            "--users", "-", "--format", "jsonl", input: "{\"userID\":\"a\"}\n{\"userID\":\"b\"}\n")
        #expect(result.status == 0)
        let rows = try result.output.split(separator: "\n").map { line in
            try JSONDecoder().decode(Row.self, from: Data(line.utf8))
        }
        let expected = [
            "gate after_launch", "gate dropped", "gate listed", "gate new_checkout", "gate odd", "gate staging_only",
            "gate __unknown_gate__", "dynamic_config colour", "dynamic_config pricing",
            "dynamic_config __unknown_config__", "experiment colour", "experiment pricing",
            "experiment __unknown_experiment__", "layer shop", "layer __unknown_layer__", "param_store store/list",
            "param_store store/price",
        ]
        #expect(rows.map { "\($0.u) \($0.kind) \($0.name)" } == expected.map { "0 \($0)" } + expected.map { "1 \($0)" })
    }

    @Test func writesTheMembersOfEachKind() async throws {
        let tool = try TestDocument.tool()
        try tool.write("+AAAAAAAA\n".utf8, to: "lists/beta")
        let result = try await tool.evaluate(
            "--user", #"{"custom":{"plan":"pro"}}"#, "listed", "odd", "dropped", "pricing", "shop", "store/list",
            "store/price", "--format", "jsonl", "--id-lists", "lists")
        let value = #"{"price":7,"big":1.2345678901234568e29,"text":"a  b\n","list":[1,[2.5]]}"#
        #expect(
            result.output == """
                {"u":0,"kind":"gate","name":"listed","value":false,"rule_id":"default","id_type":"userID",\
                "reason":"File:Recognized","sx":[]}
                {"u":0,"kind":"gate","name":"odd","value":false,"rule_id":"","id_type":"userID",\
                "reason":"File:Unsupported","sx":[]}
                {"u":0,"kind":"gate","name":"dropped","value":false,"rule_id":"","reason":"File:Unrecognized","sx":[]}
                {"u":0,"kind":"dynamic_config","name":"pricing","value":\(value),"rule_id":"pro",\
                "id_type":"userID","version":3,"reason":"File:Recognized","sx":[],"passed":true}
                {"u":0,"kind":"experiment","name":"pricing","value":\(value),"rule_id":"pro",\
                "id_type":"userID","version":3,"reason":"File:Recognized","group_name":"Pro users",\
                "is_experiment_active":false,"sx":[],"passed":true}
                {"u":0,"kind":"layer","name":"shop","value":{"colour":"blue"},"rule_id":"test","id_type":"userID",\
                "reason":"File:Recognized","group_name":"Test","is_experiment_active":true,\
                "allocated_experiment":"colour","sx":[],"usx":[]}
                {"u":0,"kind":"param_store","name":"store/list","value":{"array":[0,[0,3],{"a":1.5}]}}
                {"u":0,"kind":"param_store","name":"store/price","value":{"float":7.0,"integer":7}}

                """)
    }

    @Test func saysWhetherAnIDListWasAsked() async throws {
        let tool = try TestDocument.tool()
        try tool.write("+AAAAAAAA\n".utf8, to: "lists/beta")
        // Without the ID there is nothing to ask for.
        for (user, reason) in [(#"{"userID":"a"}"#, "File:Recognized:IdListInMemory"), ("{}", "File:Recognized")] {
            let result = try await tool.evaluate(
                "--user", user, "listed", "--format", "jsonl", "--id-lists", "lists")
            #expect(result.output.contains(#""reason":"\#(reason)""#), "\(result.output)")
        }
    }

    @Test func leavesOutLargeValues() async throws {
        let result = try await TestDocument.tool().evaluate(
            "--user", #"{"custom":{"plan":"pro"}}"#, "pricing", "shop", "--format", "jsonl", "--max-value-bytes", "40")
        #expect(result.status == 0)
        #expect(result.output.contains(#""kind":"dynamic_config","name":"pricing","value":null,"value_bytes":"#))
        #expect(result.output.contains(#""name":"shop","value":{"colour":"blue"},"#))
    }

    @Test func namesMisspeltMembersOfTheUser() async throws {
        let result = try await TestDocument.tool().evaluate(
            "--user", #"{"userid":"u","Custom":{},"device":1}"#, "new_checkout")
        #expect(result.status == 0)
        let warnings = result.errors.split(separator: "\n").filter { $0.contains("--user") }
        #expect(
            warnings == [
                #"gatehouse: warning: --user: the member "userid" is ignored; did you mean "userID"?"#,
                #"gatehouse: warning: --user: the member "Custom" is ignored; did you mean "custom"?"#,
            ])
    }

    @Test func explainsInRows() async throws {
        let result = try await TestDocument.tool().evaluate(
            "--user", "{}", "new_checkout", "store/list", "--format", "jsonl", "--explain")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines.first?.hasPrefix(
                #"{"u":0,"kind":"gate","name":"new_checkout","explanation":{"kind":"gate","name":"new_checkout""#)
                == true)
        #expect(
            lines.last
                == #"{"u":0,"kind":"param_store","name":"store/list","explanation":{"value":[1.5,[2.5,3],{"a":1.5}]}}"#)
    }

    private struct Row: Decodable {
        let u: Int
        let kind: String
        let name: String
    }
}
