// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import Gatehouse

extension SDKKey {
    /// Reads the key from the option `key`, as a secret.
    ///
    /// A client that asks no server needs no key: with the option `file`, or with `bootstrapFile` and without a network, this is
    /// `SDKKey.unneeded` if there is no key. A collector or ID lists of a named server need one all the same.
    ///
    /// - Parameter configuration: The reader, usually scoped to `gatehouse`.
    /// - Throws: ``OptionError`` when there is none, without what stands there instead.
    public init(configuration: ConfigReader) throws(OptionError) {
        self = try OptionReader.read(configuration) { reader throws(OptionError) in
            let allowed = "a server key (secret-…) or a client key (client-…)"
            if let text = try reader.text("key", isSecret: true, allowed: allowed), !SDKKey(text).isEmpty {
                return SDKKey(text)
            }
            guard try reader.needsKey else { return .unneeded }
            throw OptionError("key", allowed: allowed)
        }
    }
}

extension OptionReader {
    /// Whether a client with these options sends its key to a server.
    fileprivate var needsKey: Bool {
        get throws(OptionError) {
            if try text("events.collectorURL") != nil { return true }
            if try text("idLists.manifestURL") != nil { return true }
            if try text("file") != nil { return false }
            if try text("bootstrapFile") == nil { return true }
            return try bool("network.enabled") ?? true
        }
    }
}
