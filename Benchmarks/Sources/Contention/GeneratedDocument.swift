// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A config-spec document of about a given size, the same on every run: gates and dynamic configs of three rules over
/// shared conditions, as large projects have them.
struct GeneratedDocument {
    private(set) var bytes: [UInt8] = []

    private static let conditionCount = 2_000
    private static let bytesPerEntity = 790

    /// - Parameter byteCount: The size to come near to, from 1 MB.
    init(byteCount: Int) {
        bytes.reserveCapacity(byteCount + byteCount / 8)
        append(#"{"has_updates":true,"time":1700000000000,"layer_configs":{},"experiment_to_layer":{},"#)
        append(#""condition_map":{"#)
        appendList(GeneratedDocument.conditionCount) { $0.appendCondition($1) }
        let entityCount = max(byteCount - bytes.count, 0) / GeneratedDocument.bytesPerEntity
        append(#"},"feature_gates":{"#)
        appendList(entityCount * 2 / 3) { $0.appendEntity("gate", "feature_gate", $1, "false") { _ in "true" } }
        append(#"},"dynamic_configs":{"#)
        appendList(entityCount / 3) {
            $0.appendEntity("config", "dynamic_config", $1, "{}") { rule in
                #"{"title":"A title for group \#(rule)","limit":\#(rule * 10),"colors":["red","green"],"on":true}"#
            }
        }
        append("}}")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendList(_ count: Int, _ element: (inout GeneratedDocument, Int) -> Void) {
        for number in 0..<count {
            if number > 0 { append(",") }
            element(&self, number)
        }
    }

    private mutating func appendCondition(_ number: Int) {
        let rest =
            switch number % 4 {
            case 0:
                #""type":"user_field","field":"email","operator":"any","targetValue":[\#(texts(20, "person", number))]"#
            case 1: #""type":"user_field","field":"country","operator":"any","targetValue":["US","DE","FR","JP"]"#
            case 2: #""type":"user_field","field":"appVersion","operator":"version_gte","targetValue":"1.\#(number)""#
            default:
                #""type":"user_field","field":"plan","operator":"any","targetValue":[\#(texts(10, "plan", number))]"#
            }
        append(#""c\#(number)":{"idType":"userID",\#(rest)}"#)
    }

    private func texts(_ count: Int, _ prefix: String, _ number: Int) -> String {
        (0..<count).map { #""\#(prefix)\#(number)-\#($0)@example.com""# }.joined(separator: ",")
    }

    private mutating func appendEntity(
        _ prefix: String, _ entity: String, _ number: Int, _ fallback: String, value: (Int) -> String
    ) {
        append(
            #""\#(prefix)_\#(number)":{"type":"\#(entity)","entity":"\#(entity)","salt":"salt-\#(prefix)-\#(number)","#
                + #""enabled":true,"idType":"userID","defaultValue":\#(fallback),"rules":["#)
        appendList(3) { document, rule in
            let conditions = (0...rule).map { "\"c\((number * 7 + rule * 13 + $0) % Self.conditionCount)\"" }
            document.append(
                #"{"id":"\#(prefix)-\#(number)-rule-\#(rule)","name":"\#(prefix)-\#(number)-rule-\#(rule)","#
                    + #""groupName":"Group \#(rule)","passPercentage":\#(rule == 0 ? 100 : 50),"idType":"userID","#
                    + #""salt":"rule-salt-\#(number)-\#(rule)","conditions":[\#(conditions.joined(separator: ","))],"#
                    + #""returnValue":\#(value(rule))}"#)
        }
        append("]}")
    }
}
