// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentReader {
    /// Checks members that evaluations don't need, but whose faults make the reference refuse a document.
    mutating func checkUnused(_ member: TopLevelMember) throws(DecodingFailure) {
        if try isNull() { return }
        switch member {
        case .idLists, .sdkFlags:
            try members { (reader, _) throws(DecodingFailure) in _ = try reader.bool() }
        case .diagnostics:
            try members { (reader, _) throws(DecodingFailure) in _ = try reader.number() }
        case .autoCaptureSettings:
            try object(requiring: "disabled_events") { (reader) throws(DecodingFailure) in
                try reader.members { (reader, _) throws(DecodingFailure) in _ = try reader.bool() }
            }
        case .gcirConfig:
            try object(requiring: "remove_default_value_gates") { (reader) throws(DecodingFailure) in
                _ = try reader.bool()
            }
        default: try skip()
        }
    }

    /// The members of `sdk_configs` that say how exposures are logged.
    mutating func exposureSettings() throws(DecodingFailure) -> ExposureSettings {
        var configs = Object()
        try members { (reader, name) throws(DecodingFailure) in
            let text = try reader.raw()
            configs[name.string] = Value(json: text)
        }
        return ExposureSettings(configs)
    }

    private mutating func object(
        requiring name: StaticString, _ body: (inout DocumentReader) throws(DecodingFailure) -> Void
    ) throws(DecodingFailure) {
        let start = reader.position
        var log = MemberLog()
        try members { (reader, member) throws(DecodingFailure) in
            guard member == name else { return try reader.skip() }
            try log.note(0, reader)
            try body(&reader)
        }
        try log.require([name], self, at: start)
    }
}
