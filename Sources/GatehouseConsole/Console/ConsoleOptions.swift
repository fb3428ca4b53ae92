// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
public import Logging

/// The options of a console.
public struct ConsoleOptions: Sendable {
    /// What the console keeps of the secrets of keys.
    public enum KeySecrets: Sendable {
        /// Hashes only: a secret is shown when the key is created or rotated, and not again.
        case hashed
        /// The secrets, encrypted with the key of a file; `nil` for a random key in memory.
        ///
        /// The file is created with the mode 0600 if it doesn't exist, and refused if others may read it. Keys that may change
        /// keys see the whole secrets of all keys that were created or rotated since.
        case shown(keyFile: String?)
    }

    /// Where keys, events, the audit log and the authored project are stored.
    public enum DataLocation: Sendable {
        /// In memory; the data is lost when the process ends.
        case memory
        /// In a SQLite file, which is created if it doesn't exist.
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

    /// The address to listen on, by default one that only this machine reaches.
    public var host = "127.0.0.1"
    /// The port to listen on, 0 for a free port.
    public var port = 0
    /// Where keys, events, the audit log and the authored project are stored.
    public var data = DataLocation.memory
    /// What the console keeps of the secrets of keys.
    public var keySecrets = KeySecrets.hashed
    /// Whether requests may give keys environments that the project doesn't have.
    public var allowsUnknownEnvironments = false
    /// Whether requests may give keys target apps that the project doesn't have.
    public var allowsUnknownTargetApps = false
    /// The imported documents to serve.
    public var specs = DocumentSource.none
    /// A folder whose files are the ID lists to serve, by the names of the files; files are read again when they change.
    public var idLists: String?
    /// The certificate for TLS, `nil` for plain HTTP.
    public var tls: TLSFiles?
    /// The maximum rates of changes through the Console API.
    public var rateLimits = RateLimits.standard
    /// The bounds on what requests may cost.
    public var limits = ConsoleLimits()
    /// The proxies whose `Forwarded` and `X-Forwarded-*` headers count: IP addresses and networks, as `10.0.0.0/8`.
    public var trustedProxies: [String] = []
    /// The clock of the console: the time in ms since 1970.
    public var clock: @Sendable () -> Int64 = { SystemTime.now() }
    /// The factory of the console's metrics.
    public var metrics: any MetricsFactory = MetricsSystem.factory
    /// The logger for requests and documents; log lines have no secrets.
    public var logger = Logger(label: "gatehouse.console")

    /// Makes the default options: in memory, on this machine, on a free port.
    public init() {}
}
