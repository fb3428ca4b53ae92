// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Values at the limits of what conditions compare, and names that documents and users have in common.
struct WeirdValues {
    static let names = [
        "a", "b", "gate", "Gate", "segment:x", "layer", "exp", "store", "é", "e\u{301}", "", "😀", "x.y",
        "long_name_0123456789",
    ]
    static let fields = [
        "userID", "userid", "email", "ip", "country", "locale", "appVersion", "user_agent", "userAgent", "plan", "Plan",
        "level", "tags", "tier", "os_name", "os_version", "browser_name", "browser_version", "browserName", "when", "é",
        "",
    ]
    static let idTypes = ["userID", "USERID", "companyID", "companyid", "deviceID", "", "é"]
    static let texts = [
        "", "a", "A", "true", "false", "null", "0", "-0", "1", "1.0", "5", "005", "+5", ".5", "5.", "1e3", "1e308",
        "1e999",
        "-1e999", "inf", "-Infinity", "nan", "NaN", "0x10", "1_000", " 1", "9007199254740993", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551616",
        "170141183460469231731687303715884105728", "1.2.3", "1.2.3-beta", "1..2", "-1.-2", "1.2.x", "....", "-", "v1.0",
        "2023-01-02T00:00:00Z", "2023-01-02T00:00:00.123456789+23:59", "2023-01-02 00:00:00", "2023-1-2 3:4:5",
        "+262143-12-31 23:59:60", "-262144-01-01T00:00:00Z", "999999999999999-1-1 0:0:0", "2023-02-29T00:00:00Z",
        "2023-01-0200:00:00", "0000-00-00T00:00:00Z", "1672617600", "1672617600000", "1.1.1.1", "255.255.255.255",
        "256.1.1.1", "+1.0.0.1", "1.2.3", "99999999999999999999.1.1.1", "8.8.8.8", "::1", "US", "us", "İstanbul", "ΑΣ",
        "ß",
        "ǅ", "\u{0}", "\u{1F}\"\\", "é", "e\u{301}", "😀", "\u{FEFF}", "\u{2028}", "[1]", "{}", "staging", "production",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "((((((",
        "Mozilla/",
    ]
    static let numbers = [
        "0", "-0", "-0.0", "1", "1.0", "-1", "0.1", "5", "50", "100", "99.99", "1e-7", "1e21", "1e308", "-1e308",
        "5e-324",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615", "18446744073709551616", "12345678901234567890123", "1E+2", "1672617600",
        "1672617600000",
        "10000000000", "-10000000000", "4294967295", "4294967296",
    ]
    static let brokenNumbers = ["1e400", "-1e400", "01", "1.", ".5", "+1", "NaN", "Infinity", "-", "1e", "0x1", "1e+"]
    static let patterns = [
        "^(x+x+)+(?!z)y$", "(a*)*b", "(a|a)*$", "^$", "", "(", ")", "[", "[^", "a{1000}", "a{0,99999}", "(?i)é",
        "\\d+\\w\\s",
        "(?<=a)b", "(?<!a+)b", "\\1", "(a)\\1", "(?P<n>a)(?P=n)", "\\p{L}", "\\p{Foo}", "[[:alpha:]&&[^a]]",
        "\\bfoo\\b", "^\\h+\\Z",
        "(?=a)(?=b)", "\\u0041", "\\x{110000}", "(?>a+)b", "a++", "a?{3}", "((((((((((a))))))))))", "(?:a|b|c|d)*e",
        "\\", "[a-",
        "[z-a]", "(?x) a b # c", ".*.*.*.*.*=.*", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?i)ß|ſ|K", "\\K", "\\G", "(?R)",
        "(?1)", "\\C",
    ]
    private static let patternParts = [
        "a", "x", ".", "\\d", "\\w", "[a-z]", "[^x]", "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?i)", "(?P<n>",
        "|", "*", "+",
        "?", "{2}", "{1,3}", "{,}", "*?", "++", "^", "$", "\\b", "\\1", "\\k<n>", "\\z", "é", "😀", "[", "]", "&&", "--",
        "\\p{Lu}", "-",
    ]

    /// Any JSON value; broken numbers, which spoil the document, are rare.
    static func value(_ random: inout FuzzRandom, depth: Int = 0) -> JSONTree {
        switch random.below(depth > 3 ? 7 : 11) {
        case 0: return .null
        case 1: return .bool(random.once(in: 2))
        case 2, 3: return number(&random)
        case 4, 5: return .string(random.pick(texts))
        case 6: return .string(text(&random))
        case 7, 8:
            return .array((0..<random.below(6)).map { _ in value(&random, depth: depth + 1) })
        default:
            return .object((0..<random.below(5)).map { _ in (random.pick(fields), value(&random, depth: depth + 1)) })
        }
    }

    static func number(_ random: inout FuzzRandom) -> JSONTree {
        if random.once(in: 400) { return .raw(random.pick(brokenNumbers)) }
        if random.once(in: 3) { return .number(random.below(1_200) - 100) }
        return .raw(random.pick(numbers))
    }

    /// A text made of parts of others.
    static func text(_ random: inout FuzzRandom) -> String {
        var result = ""
        for _ in 0..<random.below(5) { result += random.pick(texts) }
        if random.once(in: 100) { result = String(repeating: result + "x", count: random.below(200)) }
        return result
    }

    static func pattern(_ random: inout FuzzRandom) -> String {
        if random.once(in: 2) { return random.pick(patterns) }
        return (0..<random.below(14)).map { _ in random.pick(patternParts) }.joined()
    }

    /// Texts for patterns that backtrack.
    static func hostileText(_ random: inout FuzzRandom) -> String {
        String(
            repeating: random.pick(["x", "a", "ab", "1", "é", " "]),
            count: random.below(random.once(in: 20) ? 5_000 : 60))
            + random.pick(["", "!", "y", "b", "\n"])
    }
}
