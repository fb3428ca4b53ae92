// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Logging

/// How a console is set up.
public struct ConsoleOptions: Sendable {
    /// Where keys, events and the audit log are kept.
    public enum DataLocation: Sendable {
        /// Nowhere: they are gone with the process.
        case memory
        /// In a SQLite file, made when there is none.
        case file(String)
    }

    /// Files with a certificate chain and its private key, both in PEM.
    public struct TLSFiles: Sendable {
        /// The certificate chain, the server's certificate first.
        public var certificates: String
        /// The private key.
        public var privateKey: String

        /// Names the files.
        ///
        /// - Parameters:
        ///   - certificates: The certificate chain, the server's certificate first.
        ///   - privateKey: The private key.
        public init(certificates: String, privateKey: String) {
            self.certificates = certificates
            self.privateKey = privateKey
        }
    }

    /// The address to listen at: this machine only, unless it is changed.
    public var host = "127.0.0.1"
    /// The port to listen at, 0 for a free one.
    public var port = 0
    /// Where keys, events and the audit log are kept.
    public var data = DataLocation.memory
    /// The specs to serve.
    public var specs = SpecSource.none
    /// A folder whose files are the ID lists to serve, named like them and read again when they change.
    public var idLists: String?
    /// What TLS needs, `nil` for plain HTTP.
    public var tls: TLSFiles?
    /// How many changes may be made through the Console API.
    public var rateLimits = RateLimits.standard
    /// The time in ms since 1970, which everything with a time goes by.
    public var clock: @Sendable () -> Int64 = { SystemTime.now() }
    /// Where requests and what happens to specs are logged, without secrets.
    public var logger = Logger(label: "gatehouse.console")

    /// Makes the options that hold by default: in memory, on this machine, at a free port.
    public init() {}
}
