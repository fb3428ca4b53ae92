// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseSpec

/// The parts of the engine that read bytes from elsewhere; GATEHOUSE_FUZZ names the one that libFuzzer calls.
private enum Reading: String {
    /// A document, which is evaluated when it is accepted, and loaded again to replace itself.
    case document
    /// A user, who asks the entities of a small document.
    case user
    /// A pattern, then a zero byte, then the text that it is matched with.
    case pattern
    /// The content of an ID list.
    case list

    static let chosen = ProcessInfo.processInfo.environment["GATEHOUSE_FUZZ"].flatMap(Reading.init) ?? .document
}

/// Reads one input of libFuzzer.
///
/// A trap, a hang or much memory is a finding; the answers aren't looked at.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    switch Reading.chosen {
    case .document: evaluate(document: bytes)
    case .user: evaluate(userJSON: bytes)
    case .pattern: match(bytes)
    case .list: read(list: bytes)
    }
    return 0
}

private let context = EvaluationContext(clock: { 1_700_000_000_000 })

private let user = try? User(
    json: Array(
        #"{"userID":"u","customIDs":{"stableID":"s"},"email":"a@b.c","ip":"8.8.8.8","custom":{"x":["a",1]}}"#.utf8))

private func ask(_ ruleset: Ruleset, _ user: User) {
    for name in ruleset.gateNames.prefix(20) { _ = ruleset.gate(name, for: user, in: context).secondaryExposures }
    for name in (ruleset.configNames + ruleset.autotuneNames).prefix(20) {
        _ = ruleset.experiment(name, for: user, in: context).groupName
    }
    for name in ruleset.layerNames.prefix(20) { _ = ruleset.layer(name, for: user, in: context).allocatedExperiment }
    for store in ruleset.parameterStoreNames.prefix(5) {
        let evaluation = ruleset.parameterStore(store.store, for: user, in: context)
        for name in store.parameters.prefix(10) { _ = evaluation.read(name) }
    }
    var response: [UInt8] = []
    ruleset.clientInitializeResponse(for: user, in: context, options: ClientResponseOptions(), into: &response)
}

private func evaluate(document: [UInt8]) {
    guard let user, let ruleset = try? Ruleset(document: document) else { return }
    ask(ruleset, user)
    if let again = try? Ruleset(document: document, replacing: ruleset) { ask(again, user) }
}

private let small = try? Ruleset(
    document: Array(
        #"""
        {"has_updates":true,"time":1,"feature_gates":{"g":{"type":"feature_gate","salt":"s","enabled":true,
        "defaultValue":false,"rules":[{"name":"r","id":"r","passPercentage":50,"conditions":["a","b","c","d","e"],
        "returnValue":true,"idType":"companyID"}],"idType":"userID","entity":"feature_gate"}},"dynamic_configs":{},
        "layer_configs":{},"experiment_to_layer":{},"condition_map":{
        "a":{"type":"user_field","field":"x","operator":"any","targetValue":["a","1"],"idType":"userID"},
        "b":{"type":"user_field","field":"x","operator":"version_gt","targetValue":"1.2.3","idType":"userID"},
        "c":{"type":"user_field","field":"x","operator":"before","targetValue":"2024-01-01T00:00:00Z","idType":"userID"},
        "d":{"type":"ua_based","field":"os_version","operator":"eq","targetValue":"1","idType":"userID"},
        "e":{"type":"ip_based","field":"country","operator":"array_contains_any","targetValue":["US"],"idType":"userID"}}}
        """#.utf8))

private func evaluate(userJSON: [UInt8]) {
    guard let small, let user = try? User(json: userJSON) else { return }
    ask(small, user)
}

private func match(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let pattern = JSONText.quoted(String(decoding: parts[0], as: UTF8.self))
    let text = JSONText.quoted(String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self))
    let document = """
        {"has_updates":true,"time":1,"feature_gates":{"g":{"type":"feature_gate","salt":"s","enabled":true,\
        "defaultValue":false,"rules":[{"name":"r","id":"r","passPercentage":100,"conditions":["a"],"returnValue":true,\
        "idType":"userID"}],"idType":"userID","entity":"feature_gate"}},"dynamic_configs":{},"layer_configs":{},\
        "experiment_to_layer":{},"condition_map":{"a":{"type":"user_field","field":"x","operator":"str_matches",\
        "targetValue":\(pattern),"idType":"userID"}}}
        """
    guard let ruleset = try? Ruleset(document: Array(document.utf8)),
        let user = try? User(json: Array(#"{"custom":{"x":\#(text)}}"#.utf8))
    else { return }
    _ = ruleset.gate("g", for: user, in: context).value
}

private enum JSONText {
    /// A string as JSON.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

private func read(list: [UInt8]) {
    var lists = IDLists()
    lists["l"] = IDList(content: list)
    _ = lists["l"]
}
