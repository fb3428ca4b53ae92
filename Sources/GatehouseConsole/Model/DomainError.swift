// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why the domain refuses a change, in terms of resources, members and rules; HTTP gives each case its status.
enum DomainError: Error, Equatable {
    /// Members of the request break rules.
    case invalid([FieldError])
    /// A resource, or a part of one, doesn't exist.
    case notFound(String)
    /// Another resource has the name.
    case nameInUse(isNew: Bool)
    /// The resource is archived.
    case archived
    /// The resource was imported with parts that no type describes.
    case verbatim
    /// The resource has changed since the version that the change is meant for.
    case outdated(version: Int64)
    /// Another resource needs this one.
    case used(name: String, by: String)
    case notStarted
    case alreadyStarted(noun: String)
    /// The change is for segments of another type.
    case segmentType(needed: Segment.Kind)

    /// One member breaks a rule.
    ///
    /// - Parameters:
    ///   - member: The path of the member, with dots between.
    ///   - rule: The rule, to be read after the member: `must be …`.
    /// - Returns: The error.
    static func invalid(_ member: String, _ rule: String) -> DomainError {
        .invalid([FieldError(property: member, message: "\(member) \(rule)")])
    }

    /// A member is nested deeper than authored values may be.
    static func tooNested(_ member: String) -> DomainError {
        let message = "\(member) must not be nested deeper than \(ConsoleLimits.maximumNesting) levels"
        return .invalid([FieldError(property: member, message: message, refusal: .nesting)])
    }

    /// The message of the response.
    var message: String {
        switch self {
        case .invalid: "Bad Request Exception"
        case .notFound(let noun): "\(noun) not found."
        case .nameInUse: "Name is already in use"
        case .archived: "It is archived, and can only be read."
        case .verbatim: "It was imported with parts that can't be edited; delete it to begin anew."
        case .outdated(let version): "It has been changed since; its version is \(version)."
        case .used(let name, let user): "\(name) is used by \(user)."
        case .notStarted: "Experiment has not yet started"
        case .alreadyStarted(let noun): "\(noun) has already started"
        case .segmentType(let kind): "Segment must be of type '\(kind.rawValue)' to be modified on this endpoint"
        }
    }
}
