// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentReader {
    private static let requiredInAutotune: [StaticString] = [
        "salt", "defaultValue", "idType", "enabled", "version", "sampleRate", "higherIsBetter", "groups",
    ]

    /// The contextual bandits by name (Evaluation §1.6); any fault spoils the document.
    mutating func autotunes() throws(DecodingFailure) -> [WireAutotune] {
        if try isNull() { return [] }
        var result: [WireAutotune] = []
        try members { (reader, name) throws(DecodingFailure) in
            result.append(try reader.autotune(named: name))
        }
        return result
    }

    private mutating func autotune(named name: JSONString) throws(DecodingFailure) -> WireAutotune {
        let start = reader.position
        var autotune = WireAutotune()
        autotune.name = name
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "salt" {
                try log.note(0, reader)
                autotune.salt = try reader.string()
            } else if name == "defaultValue" {
                try log.note(1, reader)
                autotune.defaultValue = try reader.returnValue()
            } else if name == "idType" {
                try log.note(2, reader)
                autotune.idType = try reader.string()
            } else if name == "enabled" {
                try log.note(3, reader)
                autotune.isEnabled = try reader.bool()
            } else if name == "version" {
                try log.note(4, reader)
                autotune.version = try reader.version()
            } else if name == "sampleRate" {
                try log.note(5, reader)
                autotune.sampleRate = try reader.double()
            } else if name == "higherIsBetter" {
                try log.note(6, reader)
                autotune.higherIsBetter = try reader.bool()
            } else if name == "groups" {
                try log.note(7, reader)
                try reader.elements { (reader) throws(DecodingFailure) in
                    autotune.groups.append(try reader.autotuneGroup())
                }
            } else if name == "config" {
                try log.note(8, reader)
                autotune.models = try reader.optional { (r) throws(DecodingFailure) in try r.models() }
            } else if name == "targetAppIDs" {
                try log.note(9, reader)
                autotune.targetAppIDs = try reader.optional { (r) throws(DecodingFailure) in try r.strings() }
            } else if name == "targetingGateName" {
                try log.note(10, reader)
                autotune.targetingGate = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            } else {
                try reader.skip()
            }
        }
        try log.require(DocumentReader.requiredInAutotune, self, at: start)
        return autotune
    }

    private mutating func autotuneGroup() throws(DecodingFailure) -> WireAutotune.Group {
        let start = reader.position
        var group = WireAutotune.Group()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "name" {
                try log.note(0, reader)
                group.name = try reader.string()
            } else if name == "id" {
                try log.note(1, reader)
                group.id = try reader.string()
            } else if name == "parameterValues" {
                try log.note(2, reader)
                group.returnValue = try reader.returnValue()
            } else {
                try reader.skip()
            }
        }
        try log.require(["name", "id", "parameterValues"], self, at: start)
        return group
    }

    private mutating func models() throws(DecodingFailure) -> [WireAutotune.Model] {
        var result: [WireAutotune.Model] = []
        try members { (reader, name) throws(DecodingFailure) in
            var model = try reader.model()
            model.groupID = name
            result.append(model)
        }
        return result
    }

    private mutating func model() throws(DecodingFailure) -> WireAutotune.Model {
        let start = reader.position
        var model = WireAutotune.Model()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "alpha" {
                try log.note(0, reader)
                model.alpha = try reader.double()
            } else if name == "intercept" {
                try log.note(1, reader)
                model.intercept = try reader.double()
            } else if name == "records" {
                try log.note(2, reader)
                model.records = try reader.unsigned()
            } else if name == "weightsNumerical" {
                try log.note(3, reader)
                try reader.members { (reader, field) throws(DecodingFailure) in
                    model.numerical.append((field, try reader.double()))
                }
            } else if name == "weightsCategorical" {
                try log.note(4, reader)
                try reader.members { (reader, field) throws(DecodingFailure) in
                    var weights: [(category: JSONString, weight: Double)] = []
                    try reader.members { (reader, category) throws(DecodingFailure) in
                        weights.append((category, try reader.double()))
                    }
                    model.categorical.append((field, weights))
                }
            } else {
                try reader.skip()
            }
        }
        try log.require(
            ["alpha", "intercept", "records", "weightsNumerical", "weightsCategorical"], self, at: start)
        return model
    }
}
