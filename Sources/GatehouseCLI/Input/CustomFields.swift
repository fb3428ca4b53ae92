// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The custom fields that `--global-custom-fields` gives every user.
enum CustomFields {
    static func object(json: String) throws(CommandFailure) -> Object {
        var copy = json
        let result = copy.withUTF8 { bytes -> Result<Object, CommandFailure> in
            guard let base = bytes.baseAddress else { return .failure(failure(.unexpectedEnd, at: 0)) }
            var reader = JSONReader(Text(base: base, count: bytes.count))
            do throws(JSONError) {
                let value = try reader.value()
                reader.skipWhitespace()
                guard reader.position == reader.end else { throw JSONError(.unexpectedByte, at: reader.position) }
                guard let object = value.object else {
                    return .failure(.input("--global-custom-fields: expected a JSON object"))
                }
                return .success(object)
            } catch {
                return .failure(failure(error.kind, at: error.offset))
            }
        }
        return try result.get()
    }

    private static func failure(_ kind: JSONError.Kind, at offset: Int) -> CommandFailure {
        .input("--global-custom-fields: column \(offset + 1): \(kind.rawValue)")
    }
}
