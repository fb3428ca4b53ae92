// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import GatehouseSpec
import TestSupport

/// Documents to serve.
enum TestSpecs {
    static func sample(_ format: DocumentFormat = .v2) throws -> [UInt8] {
        try Fixture.bytes("sample/sample-\(format.rawValue).json")
    }

    /// Options for a console that serves documents.
    static func options(_ documents: [UInt8]...) -> ConsoleOptions {
        var options = TestConsole.options()
        options.specs = .documents(documents)
        return options
    }

    /// A document with two gates, one of them of an app and for an environment each.
    static func twoApps() -> [UInt8] {
        Array(
            #"""
            {"has_updates":true,"time":1700000000000,"response_format":"dcs-v2","hashed_sdk_key_used":"1",
             "sdk_keys_to_app_ids":{"client-imported":"web"},"id_lists":{"web_list":true,"ios_list":true},
             "feature_gates":{
              "web_gate":{"type":"feature_gate","entity":"feature_gate","salt":"a","enabled":true,"defaultValue":false,
               "idType":"userID","targetAppIDs":["web"],"rules":[
                {"name":"staging","id":"staging","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_staging"]},
                {"name":"not_prod","id":"not_prod","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_not_production"]},
                {"name":"list","id":"list","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_web_list"]},
                {"name":"segment","id":"segment","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_segment"]}]},
              "ios_gate":{"type":"feature_gate","entity":"feature_gate","salt":"b","enabled":true,"defaultValue":false,
               "idType":"userID","targetAppIDs":["ios"],"rules":[
                {"name":"list","id":"list","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_ios_list"]}]},
              "untagged_gate":{"type":"feature_gate","entity":"feature_gate","salt":"c","enabled":true,
               "defaultValue":false,"idType":"userID","rules":[
                {"name":"all","id":"all","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_public"]}]},
              "segment:testers":{"type":"feature_gate","entity":"segment","salt":"d","enabled":true,
               "defaultValue":false,"idType":"userID","rules":[
                {"name":"r","id":"r","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_inner"]}]},
              "segment:inner":{"type":"feature_gate","entity":"segment","salt":"e","enabled":true,
               "defaultValue":false,"idType":"userID","rules":[
                {"name":"r","id":"r","salt":"","passPercentage":100,"returnValue":true,"idType":"userID",
                 "conditions":["c_tester"]}]},
              "segment:others":{"type":"feature_gate","entity":"segment","salt":"f","enabled":true,
               "defaultValue":false,"idType":"userID","rules":[]}},
             "dynamic_configs":{"web_config":{"type":"dynamic_config","entity":"dynamic_config","salt":"g",
               "enabled":true,"defaultValue":{"color":"blue","size":2,"ratio":0.5},"idType":"userID",
               "targetAppIDs":["web"],"rules":[]}},
             "layer_configs":{},"experiment_to_layer":{},"param_stores":{},
             "condition_map":{
              "c_public":{"type":"public","targetValue":null,"operator":null,"idType":"userID"},
              "c_staging":{"type":"environment_field","targetValue":["Staging"],"operator":"any","field":"tier",
               "additionalValues":{},"idType":"userID"},
              "c_not_production":{"type":"environment_field","targetValue":["production"],"operator":"none",
               "field":"tier","additionalValues":{},"idType":"userID"},
              "c_web_list":{"type":"unit_id","targetValue":"web_list","operator":"in_segment_list","idType":"userID"},
              "c_ios_list":{"type":"unit_id","targetValue":"ios_list","operator":"in_segment_list","idType":"userID"},
              "c_segment":{"type":"pass_gate","targetValue":"segment:testers","operator":null,"idType":"userID"},
              "c_inner":{"type":"pass_gate","targetValue":"segment:inner","operator":null,"idType":"userID"},
              "c_tester":{"type":"user_field","targetValue":["tester"],"operator":"any","field":"userID",
               "idType":"userID"}}}
            """#.utf8)
    }
}
