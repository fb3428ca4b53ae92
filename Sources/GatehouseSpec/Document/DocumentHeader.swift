// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The parts of a document that are few: all but its specs and shared conditions.
struct DocumentHeader {
    var time: UInt64 = 0
    var checksum: JSONString?
    var companyID: JSONString?
    var defaultEnvironment: JSONString?
    var bucketing: JSONString?
    /// Any JSON, missing when the document has none.
    var appID = Text.missing
    /// The apps of client keys and of hashed client keys: any JSON.
    var clientKeys: [(key: JSONString, app: Text)]?
    var hashedClientKeys: [(key: JSONString, app: Text)]?
    var sessionReplay: WireSessionReplay?
    var exposureSettings = ExposureSettings()
    var autotunes: [WireAutotune] = []
    var parameterStores: [WireParameterStore] = []
    var mappings: [WireMappings]?
    var overrideRules: [WireRule]?
    /// The JSON of the four members above, missing for those the document doesn't have.
    var texts = Texts()

    struct Texts {
        var autotunes = Text.missing
        var parameterStores = Text.missing
        var mappings = Text.missing
        var overrideRules = Text.missing

        /// The same texts where they stay: those of `previous` that are equal, copies of the others.
        func kept(in region: Region, replacing previous: Texts) -> Texts {
            func kept(_ text: Text, _ previous: Text) -> Text {
                if text.isMissing { return text }
                return text == previous && !previous.isMissing ? previous : region.text(text.bytes)
            }
            return Texts(
                autotunes: kept(autotunes, previous.autotunes),
                parameterStores: kept(parameterStores, previous.parameterStores),
                mappings: kept(mappings, previous.mappings),
                overrideRules: kept(overrideRules, previous.overrideRules))
        }
    }

    /// What the document says of itself.
    var metadata: Ruleset.Metadata {
        var metadata = Ruleset.Metadata()
        metadata.time = time
        metadata.checksum = checksum?.string
        metadata.companyID = companyID?.string
        metadata.defaultEnvironment = defaultEnvironment?.string
        metadata.exposureSettings = exposureSettings
        return metadata
    }
}
