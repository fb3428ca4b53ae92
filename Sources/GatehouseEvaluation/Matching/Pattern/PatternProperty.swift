// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A Unicode property both sides know, in the spelling PCRE2 takes.
struct PatternProperty: Sendable {
    /// The text between the braces of `\p{…}`.
    let name: String
    /// What to match instead where case is ignored; `nil` if that changes nothing.
    var closedUnderCase: String? { PatternPropertyNames.closedUnderCase(name) }

    /// Resolves the name between the braces of `\p{…}`; `nil` if there is no such property.
    init?(_ text: String) {
        let parts = Self.split(text)
        let value = Self.normalized(parts.value)
        guard let key = parts.key else {
            self.init(lone: value)
            return
        }
        switch Self.normalized(key) {
        case "gc", "generalcategory": self.init(category: value)
        case "sc", "script": self.init(script: value, extensions: false)
        case "scx", "scriptextensions": self.init(script: value, extensions: true)
        default: return nil
        }
    }

    private init(name: String) {
        self.name = name
    }

    private init?(lone value: String) {
        if PatternPropertyNames.binary.contains(value) {
            self.init(name: PatternPropertyNames.binaryAliases[value] ?? value)
        } else if PatternPropertyNames.categories[value] != nil {
            self.init(category: value)
        } else {
            self.init(script: value, extensions: false)
        }
    }

    private init?(category value: String) {
        guard let known = PatternPropertyNames.categories[value] else { return nil }
        self.init(name: known)
    }

    private init?(script value: String, extensions: Bool) {
        // PCRE2 decides whether the script exists; only characters that can't end the escape may reach it.
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
        self.init(name: (extensions ? "scx:" : "sc:") + value)
    }

    /// Splits at `!=`, `:` or `=`, in this order of preference.
    ///
    /// The reference reads `!=` but then forgets the negation, so it means the same as `=`.
    private static func split(_ text: String) -> (key: String?, value: String) {
        let bytes = Array(text.utf8)
        func parts(at index: Int, skipping count: Int) -> (key: String?, value: String) {
            let key = String(decoding: bytes[..<index], as: UTF8.self)
            return (key, String(decoding: bytes[(index + count)...], as: UTF8.self))
        }
        for index in bytes.indices.dropLast() where bytes[index] == 0x21 && bytes[index + 1] == 0x3D {
            return parts(at: index, skipping: 2)
        }
        if let index = bytes.firstIndex(of: 0x3A) ?? bytes.firstIndex(of: 0x3D) {
            return parts(at: index, skipping: 1)
        }
        return (nil, text)
    }

    /// Loose matching of names: case, blanks, `-`, `_` and a leading `is` don't count.
    static func normalized(_ text: String) -> String {
        var bytes = Array(text.utf8)
        let hasPrefix = bytes.count >= 2 && bytes[0] | 0x20 == 0x69 && bytes[1] | 0x20 == 0x73
        if hasPrefix { bytes.removeFirst(2) }
        let kept = bytes.lazy.filter { $0 < 0x80 && $0 != 0x20 && $0 != 0x5F && $0 != 0x2D }
            .map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let result = String(decoding: Array(kept), as: UTF8.self)
        // "isc" is a name of its own, not "c" with a prefix.
        return hasPrefix && result == "c" ? "isc" : result
    }
}

/// The property names the reference knows, by their normalized spelling.
enum PatternPropertyNames {
    /// General categories and their aliases, with the abbreviation PCRE2 takes.
    static let categories: [String: String] = [
        "any": "Any", "ascii": "ascii", "assigned": "assigned", "c": "C", "casedletter": "L&", "cc": "Cc", "cf": "Cf",
        "closepunctuation": "Pe", "cn": "Cn",
        "cntrl": "Cc", "co": "Co", "combiningmark": "M", "connectorpunctuation": "Pc", "control": "Cc", "cs": "Cs",
        "currencysymbol": "Sc", "dashpunctuation": "Pd", "decimalnumber": "Nd", "digit": "Nd", "enclosingmark": "Me",
        "finalpunctuation": "Pf", "format": "Cf", "initialpunctuation": "Pi", "l": "L", "lc": "L&", "letter": "L",
        "letternumber": "Nl", "lineseparator": "Zl", "ll": "Ll", "lm": "Lm", "lo": "Lo", "lowercaseletter": "Ll",
        "lt": "Lt", "lu": "Lu", "m": "M", "mark": "M", "mathsymbol": "Sm", "mc": "Mc", "me": "Me", "mn": "Mn",
        "modifierletter": "Lm", "modifiersymbol": "Sk", "n": "N", "nd": "Nd", "nl": "Nl", "no": "No",
        "nonspacingmark": "Mn", "number": "N", "openpunctuation": "Ps", "other": "C", "otherletter": "Lo",
        "othernumber": "No", "otherpunctuation": "Po", "othersymbol": "So", "p": "P", "paragraphseparator": "Zp",
        "pc": "Pc", "pd": "Pd", "pe": "Pe", "pf": "Pf", "pi": "Pi", "po": "Po", "privateuse": "Co", "ps": "Ps",
        "punct": "P", "punctuation": "P", "s": "S", "sc": "Sc", "separator": "Z", "sk": "Sk", "sm": "Sm", "so": "So",
        "spaceseparator": "Zs", "spacingmark": "Mc", "surrogate": "Cs", "symbol": "S", "titlecaseletter": "Lt",
        "unassigned": "Cn", "uppercaseletter": "Lu", "z": "Z", "zl": "Zl", "zp": "Zp", "zs": "Zs",
    ]

    /// Binary properties, names and abbreviations.
    static let binary: Set<String> = [
        "ahex", "alpha", "alphabetic", "asciihexdigit", "bidic", "bidicontrol", "bidim", "bidimirrored", "cased",
        "caseignorable", "changeswhencasefolded", "changeswhencasemapped", "changeswhenlowercased",
        "changeswhentitlecased", "changeswhenuppercased", "ci", "cwcf", "cwcm", "cwl", "cwt", "cwu", "dash",
        "defaultignorablecodepoint", "dep", "deprecated", "di", "dia", "diacritic", "ebase", "ecomp", "emod", "emoji",
        "emojicomponent", "emojimodifier", "emojimodifierbase", "emojipresentation", "epres", "ext",
        "extendedpictographic", "extender", "extpict", "graphemebase", "graphemeextend", "graphemelink", "grbase",
        "grext", "grlink", "hex", "hexdigit", "idc", "idcontinue", "ideo", "ideographic", "ids", "idsb",
        "idsbinaryoperator", "idst", "idstart", "idstrinaryoperator", "joinc", "joincontrol", "loe",
        "logicalorderexception", "lower", "lowercase", "math", "nchar", "noncharactercodepoint", "patsyn",
        "patternsyntax", "patternwhitespace", "patws", "pcm", "prependedconcatenationmark", "qmark", "quotationmark",
        "radical", "regionalindicator", "ri", "sd", "sentenceterminal", "softdotted", "space", "sterm", "term",
        "terminalpunctuation", "uideo", "unifiedideograph", "upper", "uppercase", "variationselector", "vs",
        "whitespace", "wspace", "xidc", "xidcontinue", "xids", "xidstart",
    ]

    /// Names of binary properties PCRE2 doesn't take under that spelling.
    static let binaryAliases: [String: String] = ["space": "whitespace"]

    /// Properties that aren't closed under case, each with an expression for one scalar of the set that is.
    ///
    /// The reference closes the set over simple case folding; PCRE2 tests a property without regard to case, and not
    /// in the same way in every version. So case is looked up in the properties about case mappings, less the letters
    /// whose mapping is to a title case or to more than one letter.
    static func closedUnderCase(_ name: String) -> String? {
        switch name {
        case "Lu", "uppercase", "upper":
            let base = name == "Lu" ? "Lu" : "Uppercase"
            return #"[\p{\#(base)}\x{1c5}\x{1c8}\x{1cb}\x{1f2}]|(?=\p{CWU})(?![\#(withoutUpperCase)])"#
                + (name == "Lu" ? #"\p{Ll}"# : #"\p{Lowercase}"#)
        case "Ll": return #"[\p{Ll}\p{Lt}\x{345}]|(?=\p{CWL})(?!\x{130})\p{Lu}"#
        case "lowercase", "lower": return #"[\p{Lowercase}\p{CWT}\p{CWU}]|(?=\p{CWL})[^\x{130}]"#
        case "Lt": return #"[\p{Lt}\#(withTitleCase)]"#
        default: return nil
        }
    }

    /// Lower-case letters without a single upper-case one.
    private static let withoutUpperCase =
        #"\x{131}\x{149}\x{1f0}\x{390}\x{3b0}\x{587}\x{1e96}-\x{1e9a}\x{1f50}\x{1f52}\x{1f54}\x{1f56}"#
        + #"\x{1f80}-\x{1f87}\x{1f90}-\x{1f97}\x{1fa0}-\x{1fa7}\x{1fb2}-\x{1fb4}\x{1fb6}-\x{1fb7}"#
        + #"\x{1fc2}-\x{1fc4}\x{1fc6}-\x{1fc7}\x{1fd2}-\x{1fd3}\x{1fd6}-\x{1fd7}\x{1fe2}-\x{1fe4}"#
        + #"\x{1fe6}-\x{1fe7}\x{1ff2}-\x{1ff4}\x{1ff6}-\x{1ff7}\x{fb00}-\x{fb06}\x{fb13}-\x{fb17}"#

    /// The other cases of title-case letters.
    private static let withTitleCase =
        #"\x{1c4}\x{1c6}-\x{1c7}\x{1c9}-\x{1ca}\x{1cc}\x{1f1}\x{1f3}\x{1f80}-\x{1f87}\x{1f90}-\x{1f97}"#
        + #"\x{1fa0}-\x{1fa7}\x{1fb3}\x{1fc3}\x{1ff3}"#
}
