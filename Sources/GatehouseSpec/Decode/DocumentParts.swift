// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// How a document is laid out.
public enum DocumentFormat: String, Sendable {
    /// Lists of specs, whose rules have their conditions inside.
    case v1 = "dcs-v1"
    /// Maps of specs by name, which share the conditions of one map.
    case v2 = "dcs-v2"
}

/// The members of a document that hold specs.
enum SpecSection: Int, CaseIterable {
    case gates, configs, layers

    /// The entity of specs that don't say what they are.
    var defaultEntity: StaticString {
        switch self {
        case .gates: "feature_gate"
        case .configs: "dynamic_config"
        case .layers: "layer"
        }
    }
}

/// The known members of a document (Evaluation §1.2).
enum TopLevelMember {
    case hasUpdates, time, featureGates, dynamicConfigs, layerConfigs
    case conditionMap, experimentToLayer, checksum, companyID, responseFormat, defaultEnvironment, bucketing, appID
    case paramStores, cmabConfigs, overrides, overrideRules
    case sdkKeysToAppIDs, hashedSDKKeysToAppIDs, idLists, diagnostics, sdkConfigs, sdkFlags
    case sessionReplayInfo, autoCaptureSettings, gcirConfig

    /// The members for loading a document; format v2 requires `condition_map` and `experiment_to_layer` as well.
    static let table = MemberTable(required: [("has_updates", .hasUpdates)] + alwaysRequired, optional: optional)
    /// The members for reading a document's header, which may be that of a document without updates.
    static let headerTable = MemberTable(
        required: [("has_updates", .hasUpdates)], optional: alwaysRequired + optional)

    private static let alwaysRequired: [MemberTable<TopLevelMember>.Entry] = [
        ("time", .time), ("feature_gates", .featureGates), ("dynamic_configs", .dynamicConfigs),
        ("layer_configs", .layerConfigs),
    ]
    private static let optional: [MemberTable<TopLevelMember>.Entry] = [
        ("condition_map", .conditionMap), ("experiment_to_layer", .experimentToLayer), ("checksum", .checksum),
        ("company_id", .companyID), ("response_format", .responseFormat),
        ("default_environment", .defaultEnvironment), ("bucketing", .bucketing), ("app_id", .appID),
        ("param_stores", .paramStores), ("cmab_configs", .cmabConfigs), ("overrides", .overrides),
        ("override_rules", .overrideRules), ("sdk_keys_to_app_ids", .sdkKeysToAppIDs),
        ("hashed_sdk_keys_to_app_ids", .hashedSDKKeysToAppIDs), ("id_lists", .idLists),
        ("diagnostics", .diagnostics), ("sdk_configs", .sdkConfigs), ("sdk_flags", .sdkFlags),
        ("session_replay_info", .sessionReplayInfo), ("auto_capture_settings", .autoCaptureSettings),
        ("gcir_config", .gcirConfig),
    ]
}

/// A document as decoded, without its specs and shared conditions, which are many and are compiled one by one.
struct DocumentParts {
    var metadata = Ruleset.Metadata()
    var bucketing: JSONString?
    /// The JSON of any value, missing where the document has none.
    var appID = Text.missing
    /// The apps of client keys and of hashed client keys: the JSON of any value.
    var clientKeys: [(key: JSONString, app: Text)]?
    var hashedClientKeys: [(key: JSONString, app: Text)]?
    var sessionReplay: DecodedSessionReplay?
    var autotunes: [DecodedAutotune] = []
    var parameterStores: [DecodedParameterStore] = []
    var mappings: [DecodedMappings]?
    var overrideRules: [DecodedRule]?
    var texts = Texts()

    /// The JSON of the four members with the same names, missing for those that the document doesn't have.
    struct Texts {
        var autotunes = Text.missing
        var parameterStores = Text.missing
        var mappings = Text.missing
        var overrideRules = Text.missing

        /// The same texts in memory that outlives the document: those of `previous` where they are equal, otherwise
        /// copies in `region`.
        func stored(in region: Region, replacing previous: Texts) -> Texts {
            func stored(_ text: Text, _ previous: Text) -> Text {
                if text.isMissing { return text }
                return text == previous && !previous.isMissing ? previous : region.text(text.bytes)
            }
            return Texts(
                autotunes: stored(autotunes, previous.autotunes),
                parameterStores: stored(parameterStores, previous.parameterStores),
                mappings: stored(mappings, previous.mappings),
                overrideRules: stored(overrideRules, previous.overrideRules))
        }
    }

    /// Decodes a member that holds neither specs nor shared conditions.
    mutating func decode(_ member: TopLevelMember, _ reader: inout DocumentReader) throws(DecodingFailure) {
        let start = reader.position
        switch member {
        case .bucketing: bucketing = try reader.bucketing()
        case .appID: appID = try reader.raw()
        case .sdkKeysToAppIDs: clientKeys = try reader.clientKeys()
        case .hashedSDKKeysToAppIDs: hashedClientKeys = try reader.clientKeys()
        case .sessionReplayInfo: sessionReplay = try reader.sessionReplay()
        case .paramStores:
            parameterStores = try reader.parameterStores()
            texts.parameterStores = reader.text(from: start)
        case .cmabConfigs:
            autotunes = try reader.autotunes()
            texts.autotunes = reader.text(from: start)
        case .overrides:
            mappings = try reader.mappings()
            texts.mappings = reader.text(from: start)
        case .overrideRules:
            overrideRules = try reader.overrideRules()
            texts.overrideRules = reader.text(from: start)
        default:
            if try !reader.decode(member, into: &metadata) { try reader.check(member) }
        }
    }
}

extension DocumentReader {
    /// Decodes a member of the metadata.
    ///
    /// - Returns: `false` for a member that isn't part of the metadata, which isn't consumed.
    mutating func decode(
        _ member: TopLevelMember, into metadata: inout Ruleset.Metadata
    ) throws(DecodingFailure) -> Bool {
        switch member {
        case .time: metadata.time = try unsigned()
        case .checksum: metadata.checksum = try optionalString()?.string
        case .companyID: metadata.companyID = try optionalString()?.string
        case .defaultEnvironment: metadata.defaultEnvironment = try optionalString()?.string
        case .sdkConfigs: metadata.exposureSettings = try exposureSettings()
        default: return false
        }
        return true
    }

    /// Whether a document that can't be loaded at least says that there is nothing new (Evaluation §24).
    mutating func saysNoUpdates() -> Bool {
        var result = false
        let isReadable: Void? = try? members { (reader, name) throws(DecodingFailure) in
            if name == "has_updates" {
                result = try !reader.bool()
            } else {
                try reader.skip()
            }
        }
        return isReadable != nil && result
    }

    /// Checks a member that evaluations don't need, but whose faults make the reference refuse a document.
    fileprivate mutating func check(_ member: TopLevelMember) throws(DecodingFailure) {
        // The only one of them that may not be null.
        if member == .experimentToLayer {
            return try members { (reader, _) throws(DecodingFailure) in _ = try reader.string() }
        }
        if try isNull() { return }
        switch member {
        case .responseFormat: _ = try string()
        case .idLists, .sdkFlags:
            try members { (reader, _) throws(DecodingFailure) in _ = try reader.bool() }
        case .diagnostics:
            try members { (reader, _) throws(DecodingFailure) in _ = try reader.number() }
        case .autoCaptureSettings:
            let table = MemberTable<Void>(required: [("disabled_events", ())])
            try members(of: table) { (reader, _) throws(DecodingFailure) in
                try reader.members { (reader, _) throws(DecodingFailure) in _ = try reader.bool() }
            }
        case .gcirConfig:
            let table = MemberTable<Void>(required: [("remove_default_value_gates", ())])
            try members(of: table) { (reader, _) throws(DecodingFailure) in _ = try reader.bool() }
        default: try skip()
        }
    }

    /// Decodes the members of `sdk_configs` that say how exposures are logged.
    private mutating func exposureSettings() throws(DecodingFailure) -> ExposureSettings {
        if try isNull() { return ExposureSettings() }
        var configs = Object()
        try members { (reader, name) throws(DecodingFailure) in
            configs[name.string] = Value(json: try reader.raw())
        }
        return ExposureSettings(configs)
    }

    /// Decodes the apps that client keys belong to (Evaluation §1.2).
    fileprivate mutating func clientKeys() throws(DecodingFailure) -> [(key: JSONString, app: Text)]? {
        if try isNull() { return nil }
        var result: [(key: JSONString, app: Text)] = []
        try members { (reader, key) throws(DecodingFailure) in result.append((key, try reader.raw())) }
        return result
    }

    /// Decodes the extension `"bucketing"` (see <doc:GatehouseSpec>).
    fileprivate mutating func bucketing() throws(DecodingFailure) -> JSONString? {
        let start = position
        guard let value = try optionalString() else { return nil }
        guard value == "sha256" || value == "xxh3" else {
            throw failure("expected \"sha256\" or \"xxh3\", found \"\(value.string.prefix(40))\"", at: start)
        }
        return value
    }
}
