// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What environment variables say of proxies and certificates.
///
/// `HTTPS_PROXY` and `HTTP_PROXY` name the proxies for URLs of these schemes, `NO_PROXY` the servers that need none, and
/// `SSL_CERT_FILE` the authorities that sign the certificates of servers. A name in lower case wins; an empty value counts as
/// none.
struct NetworkEnvironment: Sendable {
    private let http: Variable?
    private let https: Variable?
    private let exceptions: ProxyExceptions
    /// The path of a file of certificates, `nil` for those of the system.
    let certificateAuthorityFile: String?

    private struct Variable {
        let name: String
        let value: String

        init?(_ names: [String], in variables: [String: String]) {
            let found = names.lazy.compactMap { name -> (String, String)? in
                let value = (variables[name] ?? "").trimmingBlanks
                return value.isEmpty ? nil : (name, value)
            }.first
            guard let found else { return nil }
            (name, value) = found
        }
    }

    init(_ variables: [String: String]) {
        https = Variable(["https_proxy", "HTTPS_PROXY"], in: variables)
        // In a CGI script HTTP_PROXY is the header "Proxy" of the request, which any client of the script may send.
        let isScript = variables["REQUEST_METHOD"] != nil
        http = Variable(isScript ? ["http_proxy"] : ["http_proxy", "HTTP_PROXY"], in: variables)
        exceptions = ProxyExceptions(Variable(["no_proxy", "NO_PROXY"], in: variables)?.value ?? "")
        certificateAuthorityFile = Variable(["SSL_CERT_FILE"], in: variables)?.value
    }

    /// The proxy for a URL.
    ///
    /// - Returns: The proxy, `nil` for a direct connection.
    /// - Throws: ``TransportError/network(_:)`` if the variable doesn't name a proxy that can be used. The client doesn't
    ///   connect directly then, since the environment says that it must not.
    func proxy(for url: URL) throws(TransportError) -> ProxyOptions? {
        let isSecure = url.scheme?.lowercased() == "https"
        guard let variable = isSecure ? https : http, let host = url.host,
            !exceptions.contain(host: host, port: url.port ?? (isSecure ? 443 : 80))
        else { return nil }
        return try ProxyOptions(url: variable.value, of: variable.name)
    }
}

extension String {
    /// The text without white space and line ends around it.
    fileprivate var trimmingBlanks: String {
        let end = reversed().drop(while: \.isWhitespace).reversed()
        return String(end.drop(while: \.isWhitespace))
    }
}

extension ProxyOptions {
    /// Reads the URL of a proxy; `http://` may be left out.
    ///
    /// - Parameters:
    ///   - text: The URL, maybe with credentials, which no error shows.
    ///   - name: The variable that has it, for errors.
    /// - Throws: ``TransportError/network(_:)`` if it can't be used.
    fileprivate init(url text: String, of name: String) throws(TransportError) {
        guard let url = URL(string: text.contains("://") ? text : "http://\(text)"),
            let host = url.host(percentEncoded: false)?.trimmingBrackets, !host.isEmpty
        else { throw .network("\(name) isn't the URL of a proxy") }
        let user = url.user(percentEncoded: false)
        let password = url.password(percentEncoded: false)
        switch url.scheme?.lowercased() {
        case "http":
            let credentials = user == nil && password == nil ? nil : (user: user ?? "", password: password ?? "")
            self.init(.http, host: host, port: url.port ?? 80, credentials: credentials)
        case "socks5", "socks5h":
            guard user == nil, password == nil else {
                throw .network("\(name): a SOCKS proxy can only be used without credentials")
            }
            self.init(.socks5, host: host, port: url.port ?? 1080)
        default: throw .network("\(name): a proxy has to be an http or socks5 URL")
        }
    }
}
