// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// The context of an evaluation, which becomes a `User`.
///
/// The targeting key is the user's ID, `environment` the tier. Attributes with the name and the type of a user's member are
/// that member: `email`, `customIDs` and so on. All others are custom fields.
public struct OpenFeatureContext: Sendable, Equatable {
    /// The ID of the user, `nil` without one.
    public var targetingKey: String?
    /// The attributes by name.
    public var attributes: Object

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - targetingKey: The ID of the user.
    ///   - attributes: The attributes by name.
    public init(targetingKey: String? = nil, attributes: Object = [:]) {
        self.targetingKey = targetingKey
        self.attributes = attributes
    }

    /// The user of the context, `nil` when it has an attribute `targetingKey` that is no string.
    public var user: User? {
        var members = attributes
        if let targetingKey { members["targetingKey"] = .string(targetingKey) }
        return User(openFeature: members)
    }
}

/// The result of a resolution, with the members that OpenFeature's specification names.
public struct OpenFeatureResolution<T: Sendable>: Sendable {
    /// The flag's value, or the fallback of the call.
    public let value: T
    /// The group or the rule that decided, `nil` in case of an error.
    public let variant: String?
    /// The reason for the value.
    public let reason: OpenFeatureReason
    /// The error, `nil` if there is none.
    public let errorCode: OpenFeatureErrorCode?
    /// A sentence about the error.
    public let errorMessage: String?
    /// `kind`, `ruleID`, `idType` and `version` of the entity, as far as it has them.
    public let metadata: Object
}

/// The reason for a value; the raw values are OpenFeature's.
public enum OpenFeatureReason: String, Sendable {
    /// The entity has no rules, so that all users have this value.
    case `static` = "STATIC"
    /// The entity has rules, and none has decided.
    case `default` = "DEFAULT"
    /// A rule has decided.
    case targetingMatch = "TARGETING_MATCH"
    /// The user is in a group.
    case split = "SPLIT"
    /// The entity is disabled.
    case disabled = "DISABLED"
    /// The evaluation says nothing.
    case unknown = "UNKNOWN"
    /// There is an error code.
    case error = "ERROR"
}

/// The error of a resolution; the raw values are OpenFeature's.
public enum OpenFeatureErrorCode: String, Error, Sendable {
    /// The client has no document.
    case providerNotReady = "PROVIDER_NOT_READY"
    /// No entity has the flag's name, or it hasn't the parameter.
    case flagNotFound = "FLAG_NOT_FOUND"
    /// The value has another type than the program asked for.
    case typeMismatch = "TYPE_MISMATCH"
    /// The context can't be read as a user.
    case invalidContext = "INVALID_CONTEXT"
}
