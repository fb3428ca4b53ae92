// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("SDK keys")
struct SDKKeyTests {
    private static let secret = "secret-9IWfdzNwExEYHEW4YfOQcFZ4xreZyFkbOXHaNbPsMwW"
    private let key = SDKKey(SDKKeyTests.secret)

    @Test(
        "A key shows its kind and a start that tells it from others, no more",
        arguments: [
            (secret, "secret-9IWfd*****"), ("client-9IWfdzNwExEYHEW4YfOQ", "client-9IWfd*****"),
            ("console-9IWfdzNwExEYHEW4YfOQ", "console-9IWfd*****"), ("secret-12345678", "secret-12*****"),
            ("secret-123", "secret-*****"), ("secret-", "secret-*****"), ("secret", "*****"), ("", "none"),
            ("something-9IWfdzNwExEYHEW4YfOQ", "*****"), ("9IWfdzNwExEYHEW4YfOQ", "*****"),
        ])
    func description(secret: String, shown: String) {
        #expect(SDKKey(secret).description == shown)
    }

    @Test("However it is shown, it is the same")
    func everywhere() {
        struct Holder {
            let key: SDKKey
            let more: [SDKKey?]
        }
        let holder = Holder(key: key, more: [key, nil])
        var dumped = ""
        dump(holder, to: &dumped)
        dump(key, to: &dumped)
        let texts = [
            "\(key)", String(describing: key), String(reflecting: key), key.debugDescription, "\([key])",
            "\(["a": key])", "\(Optional(key) as Any)", "\(holder)", String(reflecting: holder), dumped,
            "\(Mirror(reflecting: key).children.map { "\($0)" })",
        ]
        for text in texts { #expect(!text.contains("zNwEx"), "\(text)") }
        #expect("\(key)" == "secret-9IWfd*****")
    }

    @Test("White space around a key isn't part of it")
    func whiteSpace() {
        #expect(SDKKey(" \t\(SDKKeyTests.secret)\r\n") == key)
        #expect(SDKKey("\n").secret.isEmpty)
        #expect(SDKKey("secret-a b").secret == "secret-a b")
    }

    @Test(
        "Neither is a byte order mark, nor what can't be seen; the key says that it was there",
        arguments: [
            ("\u{FEFF}", ""), ("\u{FEFF}", "\r\n"), ("", "\u{FEFF}"), (" \u{FEFF} ", " "), ("\u{200B}", "\u{200B}"),
            ("\u{A0}", "\u{2028}"), ("\0", "\0"), ("", "\n"), ("\u{2060}\t", ""),
        ])
    func byteOrderMark(before: String, after: String) {
        let trimmed = SDKKey(before + SDKKeyTests.secret + after)
        #expect(trimmed == key && trimmed.hashValue == key.hashValue)
        #expect(trimmed.secret.utf8.elementsEqual(SDKKeyTests.secret.utf8))
        #expect(trimmed.wasTrimmed && !key.wasTrimmed)
    }

    @Test("The hash is the base64 of the SHA-256, padding included")
    func hash() {
        #expect(SDKKey("secret-key").hash == "hdvhXXXvkwjHrg8zx6MkzG9L9Rmi7S8wJ70zwUCk+ao=")
        #expect(SDKKey("").hash == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    @Test("Keys of the storage are those of other SDKs")
    func storageKeys() {
        let key = SDKKey("secret-key-of-thirty-characters")
        #expect(
            StorageKey.specs(of: key, schema: .prefix)
                == "statsig|/v2/download_config_specs|plain_text|secret-key-of-thirty")
        #expect(StorageKey.specs(of: key) == "statsig|/v2/download_config_specs|plain_text|\(key.hash)")
        #expect(StorageKey.lease(of: key) == "gatehouse|lease|\(key.hash)")
    }
}
