// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension ProjectWriter {
    static let subjects = [
        "checkout", "search", "profile", "billing", "onboarding", "feed", "message", "upload", "editor", "map",
        "invite",
        "payment", "report", "login", "video", "cart",
    ]
    static let aspects = [
        "button", "layout", "ranking", "cache", "limit", "banner", "flow", "sync", "preview", "filter", "export",
        "hint",
    ]

    // MARK: - Conditions

    /// Adds a condition of one of the kinds that projects use, in about their proportions.
    mutating func typicalCondition() -> String {
        let text =
            switch random.number(1...100) {
            case ...38: fieldCondition()
            case ...45:
                SpecText.condition(
                    "user_field", operator: random.pick(["str_contains_any", "str_contains_none"]), field: "email",
                    target: SpecText.strings((0..<random.number(1...3)).map { _ in "@" + domain() }))
            case ...52:
                SpecText.condition(
                    "unit_id", operator: "any",
                    target: SpecText.strings((0..<random.number(1...4)).map { _ in random.uuid() }))
            case ...66 where !gateNames.isEmpty: nil as String?
            case ...74: userAgentCondition()
            case ...79:
                SpecText.condition(
                    "ip_based", operator: "any", field: "country", target: SpecText.strings(countries(3)))
            case ...83:
                SpecText.condition(
                    "environment_field", operator: random.pick(["any", "none"]), field: "tier",
                    target: SpecText.strings([random.pick(["development", "staging", "production"])]))
            case ...88:
                SpecText.condition(
                    "current_time", operator: random.pick(["after", "before"]),
                    target: String(random.number(1_600_000...1_900_000) * 1_000_000))
            case ...93:
                SpecText.condition(
                    "user_field", operator: random.pick(["version_gte", "version_lte", "version_lt"]),
                    field: "appVersion", target: "\"\(version())\"")
            case ...98:
                SpecText.condition(
                    "user_field", operator: random.pick(["gt", "gte", "lt"]), field: "level",
                    target: String(random.number(1...100)))
            default:
                SpecText.condition(
                    "user_field", operator: "str_matches", field: "email",
                    target: "\"^[a-z.]+@(\(domain())|\(domain()))$\"")
            }
        guard let text else { return gateCondition(random.pick(["pass_gate", "fail_gate"])) }
        return sections.condition(text)
    }

    /// Adds a condition that asks for an earlier gate, so that no cycle comes about.
    mutating func gateCondition(_ type: String) -> String {
        sections.condition(SpecText.condition(type, target: "\"\(random.pick(gateNames))\""))
    }

    private mutating func fieldCondition() -> String {
        let count = random.happens(5) ? random.number(30...250) : random.number(1...8)
        let (field, targets): (String, [String]) =
            switch random.number(1...4) {
            case 1: ("userID", (0..<count).map { _ in random.uuid() })
            case 2: ("email", (0..<count).map { _ in "\(random.word(length: 8))@\(domain())" })
            case 3: ("country", countries(min(count, 12)))
            default: ("plan", (0..<min(count, 8)).map { _ in random.word(length: 6) })
            }
        return SpecText.condition(
            "user_field", operator: random.pick(["any", "any", "any", "any", "none"]), field: field,
            target: SpecText.strings(targets))
    }

    private mutating func userAgentCondition() -> String {
        random.happens(50)
            ? SpecText.condition(
                "ua_based", operator: "any", field: random.pick(["browser_name", "os_name"]),
                target: SpecText.strings(
                    random.pick([["Firefox", "Firefox Mobile"], ["Chrome"], ["iOS", "Android"]])))
            : SpecText.condition(
                "ua_based", operator: random.pick(["version_gt", "version_gte", "version_lt"]),
                field: random.pick(["os_version", "browser_version"]), target: "\"\(version())\"")
    }

    private mutating func domain() -> String { random.word(length: 7).lowercased() + ".example" }

    private mutating func version() -> String {
        "\(random.number(1...14)).\(random.number(0...9)).\(random.number(0...20))"
    }

    private mutating func countries(_ count: Int) -> [String] {
        (0..<count).map { _ in random.pick(["US", "GB", "DE", "FR", "JP", "BR", "IN", "CA", "AU", "NZ", "SE", "ES"]) }
    }

    // MARK: - Values

    /// An object of about this size, as JSON.
    mutating func value(byteCount: Int) -> String {
        var text = "{"
        var number = 0
        while text.utf8.count < byteCount - 8 {
            if number > 0 { text += "," }
            number += 1
            text += "\"\(random.pick(ProjectWriter.aspects))_\(number)\":"
            switch random.number(1...8) {
            case 1: text += random.happens(50) ? "true" : "false"
            case 2: text += String(random.number(0...100_000))
            case 3: text += "\(random.number(0...99)).\(random.number(1...9))"
            case 4:
                text += SpecText.strings((0..<random.number(1...4)).map { _ in random.pick(ProjectWriter.subjects) })
            case 5: text += "{\"url\":\"https://\(domain())/\(random.word(length: 12))\",\"weight\":\(number)}"
            default: text += "\"\(random.word(length: random.number(4...60)))\""
            }
        }
        return text + "}"
    }
}
