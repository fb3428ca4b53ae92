// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    private static let group = Schemas.closed(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "id": Schemas.nullable(Schemas.text(longest: 100)), "size": MemberSchemas.percentage,
            "parameterValues": MemberSchemas.optionalValues, "disabled": MemberSchemas.flag,
            "description": MemberSchemas.description, "foreignGroupID": Schemas.string,
        ], required: ["name", "size", "parameterValues"])

    private static func words(_ words: String...) -> Value { ["type": "string", "enum": .strings(words)] }

    private static let metrics = Schemas.array(
        Schemas.closed(
            [
                "name": Schemas.string, "type": Schemas.string, "direction": words("increase", "decrease"),
                "hypothesizedValue": ["type": "number"],
            ], required: ["name", "type"]), most: 10_000)

    private static let scores = Schemas.array(
        Schemas.closed(
            [
                "criteriaName": Schemas.string, "status": words("PASSED", "FAILED", "WARNING"),
                "criteriaDescription": Schemas.string, "score": ["type": "number"], "weight": ["type": "number"],
            ], required: ["criteriaName", "status", "criteriaDescription", "score", "weight"]), most: 10_000)

    private static let sampling = Schemas.closed(
        [
            "status": words("pending", "success", "error"),
            "metric": Schemas.closed(
                ["name": Schemas.string, "startDate": Schemas.string, "endDate": Schemas.string],
                required: ["name", "startDate", "endDate"]),
            "entityPropertySource": Schemas.closed(
                ["propertySourceName": Schemas.string, "column": Schemas.string],
                required: ["propertySourceName", "column"]),
            "csv": Schemas.closed(
                ["original": Schemas.string, "identifier": Schemas.string], required: ["original", "identifier"]),
        ], required: ["status"])

    private static let assignmentFilters = Schemas.array(
        Schemas.closed(
            [
                "column": Schemas.string, "values": MemberSchemas.texts,
                "condition": words(
                    "in", "not_in", "=", ">", "<", ">=", "<=", "is_null", "non_null", "contains", "not_contains",
                    "sql_filter", "starts_with", "ends_with", "after_exposure", "before_exposure", "is_true",
                    "is_false"),
            ], required: ["condition"]), most: 10_000)

    /// A number of days or exposures.
    private static let count: Value = ["type": "integer", "exclusiveMinimum": 1]

    /// Members for the analysis, which no document has.
    private static let analysis: Object = [
        "hypothesis": Schemas.text(longest: 10_000),
        "links": Schemas.array(
            Schemas.closed(["url": Schemas.string, "title": Schemas.string], required: ["url"]), most: 10_000),
        "primaryMetrics": metrics, "secondaryMetrics": metrics, "otherMetrics": metrics,
        "primaryMetricTags": MemberSchemas.texts, "secondaryMetricTags": MemberSchemas.texts, "duration": count,
        "targetExposures": count, "sequentialTesting": MemberSchemas.flag,
        "bonferroniCorrection": MemberSchemas.flag, "bonferroniCorrectionPerMetric": MemberSchemas.flag,
        "benjaminiHochbergPerMetric": MemberSchemas.flag, "benjaminiHochbergPerVariant": MemberSchemas.flag,
        "benjaminiPrimaryMetricsOnly": MemberSchemas.flag,
        "defaultConfidenceInterval": words("80", "90", "95", "98", "99"),
        "analyticsType": words("frequentist", "bayesian", "sprt"), "fixedAnalysisDuration": count,
        "manualQualityScores": scores, "stratifiedSampling": Schemas.nullable(sampling),
        "secondaryIDType": MemberSchemas.optionalText,
        "identifierMappingMode": words("strictOneToOne", "firstTouchOneToMany", "lastTouchOneToMany"),
        "identityResolutionSource": MemberSchemas.optionalText,
        "assignmentSourceName": Schemas.text(longest: 1000),
        "assignmentSourceExperimentName": Schemas.text(longest: 1000),
        "assignmentSourceFilters": assignmentFilters, "allocationDuration": Schemas.nullable(count),
        "cohortedAnalysisDuration": count, "cohortedMetricsMatureAfterEnd": MemberSchemas.flag,
        "cohortWaitUntilEndToInclude": MemberSchemas.flag,
        "scheduledReloadHour": Schemas.nullable(Schemas.integer(0...23)),
        "scheduledReloadType": words("full", "incremental"), "analysisEndTime": MemberSchemas.analysisTime,
        "isSidecar": MemberSchemas.flag,
        // The console assigns the users of all experiments: it has none for the analysis alone.
        "isAnalysisOnly": ["type": ["boolean", "null"], "enum": [false, nil]],
    ]

    static let experiments: ResourceDescription = {
        var experiments = ResourceDescription(
            type: .experiments, noun: "Experiment", plural: "Experiments",
            audit: AuditNames(
                create: "experiment_create", edit: "experiment_edit", delete: "experiment_delete",
                parts: [
                    "description": "experiment_description_edit", "name": "experiment_display_name_edit",
                    "hypothesis": "hypothesis_edit", "primaryMetrics": "key_experiment_metrics_edit",
                    "secondaryMetrics": "key_experiment_metrics_edit",
                    "targetApps": "experiment_update_target_apps", "salt": "update_experiment_salt",
                ]))
        experiments.reservedIDs = [
            "assignment_source", "assignment_sources", "entity_properties", "entity_property", "qualifying_events",
        ]
        experiments.properties = MemberSchemas.shared.merging(analysis).merging([
            "name": MemberSchemas.name, "idType": MemberSchemas.name, "groups": Schemas.array(group, most: 100),
            "controlGroupID": Schemas.string, "allocation": MemberSchemas.percentage,
            "targetingGateID": Schemas.nullable(Schemas.string),
            "status": Schemas.words(of: Experiment.Status.self), "launchedGroupID": Schemas.nullable(Schemas.string),
            "decisionReason": Schemas.nullable(Schemas.string),
            "layerSalt": Schemas.text(longest: 100),
            "buckets": Schemas.array(Schemas.integer(0...Experiment.bucketCount - 1), most: Experiment.bucketCount),
        ]).merging(MemberSchemas.creator)
        experiments.creationProperties = [
            "id": MemberSchemas.name, "layerID": Schemas.nullable(Schemas.string),
        ]
        experiments.requiredOnFullUpdate = [
            "description", "idType", "hypothesis", "groups", "allocation", "targetingGateID", "bonferroniCorrection",
            "defaultConfidenceInterval", "status",
        ]
        experiments.defaults = [
            "description": "", "hypothesis": "", "idType": "userID", "layerID": .null, "tags": [], "targetApps": [],
            "team": .null, "links": [], "groups": [], "targetingGateID": "", "inlineTargetingRulesJSON": "{}",
            "status": Experiment.Status.setup.json, "launchedGroupID": .null, "primaryMetrics": [],
            "secondaryMetrics": [],
            "otherMetrics": [], "primaryMetricTags": [], "secondaryMetricTags": [], "duration": 14,
            "sequentialTesting": false, "bonferroniCorrection": false, "defaultConfidenceInterval": "95",
            "analyticsType": "frequentist", "startTime": .null, "endTime": .null, "decisionTime": .null,
            "decisionReason": .null,
        ]
        experiments.hidden = [
            Experiment.members.conditionalOverrides.name, Experiment.members.idOverrides.name,
            Experiment.members.buckets.name, Resource.members.statusBefore.name,
        ]
        experiments.measured = ["healthChecks", "healthCheckStatus"]
        experiments.filters += ["status", "layerID", "idType"]
        experiments.rules.prepare = ExperimentNormalization.prepare
        experiments.rules.willDelete = { (resource, draft) throws(DomainError) in
            try References.checkUnused(resource, draft)
            Normalization.leaveHoldouts(resource, &draft)
        }
        experiments.rules.computed = { resource, project in
            // The holdouts of its layer hold users out of it as well.
            let layer = project[.layers, Experiment(resource).layerID]
            let holdouts = project.all(Holdout.self).filter { holdout in
                holdout.covers(.experiments, resource.id) || layer.map { holdout.covers(.layers, $0.id) } ?? false
            }
            return [
                "holdoutIDs": .strings(holdouts.map(\.id)), "healthChecks": [],
                "healthCheckStatus": "PASSED", "owner": Normalization.owner(resource),
            ]
        }
        return experiments
    }()
}
