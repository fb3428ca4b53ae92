// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// Makes users: from JSON, whole or damaged, and through the API.
struct UserGenerator {
    private let corpus: [[UInt8]]

    init(_ corpus: FuzzCorpus) {
        self.corpus = corpus.users
    }

    /// JSON that may be a user.
    func json(_ random: inout FuzzRandom) -> [UInt8] {
        switch random.below(4) {
        case 0: random.pick(corpus, or: [])
        case 1: Mutator.mutate(random.pick(corpus, or: []), with: corpus, &random)
        default: tree(&random).bytes
        }
    }

    private func tree(_ random: inout FuzzRandom) -> JSONTree {
        var members: [(String, JSONTree)] = []
        let fields = ["userID", "email", "ip", "userAgent", "country", "locale", "appVersion"]
        for field in fields where random.once(in: 2) {
            let isText = random.once(in: 2)
            members.append((field, isText ? .string(random.pick(WeirdValues.texts)) : WeirdValues.value(&random)))
        }
        for field in ["custom", "privateAttributes", "customIDs", "statsigEnvironment"] where random.once(in: 2) {
            if random.once(in: 30) {
                members.append((field, WeirdValues.value(&random)))
                continue
            }
            var object: [(String, JSONTree)] = []
            for _ in 0..<random.below(8) { object.append((name(field, &random), value(&random))) }
            members.append((field, .object(object)))
        }
        return .object(members)
    }

    private func name(_ field: String, _ random: inout FuzzRandom) -> String {
        switch field {
        case "customIDs": random.pick(WeirdValues.idTypes)
        case "statsigEnvironment": random.pick(["tier", "Tier", "x"])
        default: random.pick(WeirdValues.fields)
        }
    }

    private func value(_ random: inout FuzzRandom) -> JSONTree {
        if random.once(in: 6) { return .string(WeirdValues.hostileText(&random)) }
        if random.once(in: 60) {
            return .array((0..<random.below(3_000)).map { .number($0 % 1_500) })
        }
        if random.once(in: 60) {
            return .object((0..<random.below(2_000)).map { ("m\($0)", .number($0)) })
        }
        return WeirdValues.value(&random)
    }

    /// A user made by calls, as an app makes it.
    func built(_ random: inout FuzzRandom) -> User {
        var user = User(
            userID: random.once(in: 4) ? nil : random.pick(WeirdValues.texts),
            customIDs: Object([("companyID", value()), ("deviceid", .string(random.pick(WeirdValues.texts)))]),
            email: random.pick(WeirdValues.texts), ip: random.pick(WeirdValues.texts),
            userAgent: random.pick(WeirdValues.texts), country: random.once(in: 2) ? nil : "US",
            appVersion: random.pick(WeirdValues.texts), environment: random.once(in: 3) ? ["tier": "staging"] : nil)
        for _ in 0..<random.below(6) {
            let doubles: [Double] = [.nan, .infinity, -.infinity, -0.0, 1e300, .leastNonzeroMagnitude, 0.1]
            user.setCustom(.double(random.pick(doubles, or: 0)), for: random.pick(WeirdValues.fields))
        }
        user.custom["tags"] = .array([.double(.nan), .unsigned(.max), .integer(.min), .null, ["x": [1]], "ΑΣ"])
        user.custom["plan"] = nil
        user.privateAttributes["level"] = .unsigned(.max)
        user.setCustomID(.integer(.min), for: random.pick(WeirdValues.idTypes))
        if random.once(in: 5) { user[.email] = .bool(true) }
        if random.once(in: 5) { user[.userID] = .object(["a": nil]) }
        if random.once(in: 50) { user.custom["tags"] = UserGenerator.nested(levels: 1_000) }
        return user

        func value() -> Value { .string(random.pick(WeirdValues.texts)) }
    }

    private static func nested(levels: Int) -> Value {
        (0..<levels).reduce(Value.null) { inner, level in level % 2 == 0 ? .array([inner]) : .object(["x": inner]) }
    }
}
