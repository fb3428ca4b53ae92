// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import Gatehouse

extension SDKKey {
    /// Reads the key from the option `key`, as a secret.
    ///
    /// - Parameter configuration: The reader, usually scoped to `gatehouse`.
    /// - Throws: ``OptionError`` when there is none, without what stands there instead.
    public init(configuration: ConfigReader) throws(OptionError) {
        let allowed = "a server key (secret-…) or a client key (client-…)"
        let text = try OptionReader(configuration: configuration).text("key", isSecret: true, allowed: allowed)
        guard let text, !SDKKey(text).secret.isEmpty else { throw OptionError("key", allowed: allowed) }
        self.init(text)
    }
}
