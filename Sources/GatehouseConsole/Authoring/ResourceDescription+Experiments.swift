// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    private static let group = Schemas.object(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "id": ["type": "string", "minLength": 1, "maxLength": 100], "size": MemberSchemas.percentage,
            "parameterValues": MemberSchemas.values, "disabled": MemberSchemas.flag,
            "description": MemberSchemas.description, "foreignGroupID": Schemas.string,
        ], required: ["name", "size", "parameterValues"])

    /// Members for the analysis, which no document has.
    private static let analysis: Object = [
        "hypothesis": Schemas.text(longest: 10_000), "links": MemberSchemas.objects,
        "primaryMetrics": MemberSchemas.objects, "secondaryMetrics": MemberSchemas.objects,
        "otherMetrics": MemberSchemas.objects, "primaryMetricTags": MemberSchemas.texts,
        "secondaryMetricTags": MemberSchemas.texts, "duration": ["type": "number", "minimum": 1, "maximum": 1000],
        "targetExposures": ["type": "number", "minimum": 0], "sequentialTesting": MemberSchemas.flag,
        "bonferroniCorrection": MemberSchemas.flag, "bonferroniCorrectionPerMetric": MemberSchemas.flag,
        "benjaminiHochbergPerMetric": MemberSchemas.flag, "benjaminiHochbergPerVariant": MemberSchemas.flag,
        "benjaminiPrimaryMetricsOnly": MemberSchemas.flag,
        "defaultConfidenceInterval": ["type": "string", "enum": ["80", "90", "95", "98", "99"]],
        "analyticsType": ["type": "string", "enum": ["frequentist", "bayesian", "sprt"]],
        "fixedAnalysisDuration": ["type": "number", "minimum": 0], "manualQualityScores": MemberSchemas.objects,
        "stratifiedSampling": Schemas.object,
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
        experiments.properties = MemberSchemas.shared.merging(analysis).merging([
            "name": MemberSchemas.name, "groups": Schemas.array(group, most: 100),
            "controlGroupID": Schemas.nullable(Schemas.string), "allocation": MemberSchemas.percentage,
            "targetingGateID": Schemas.nullable(Schemas.string),
            "status": Schemas.words(of: Experiment.Status.self), "launchedGroupID": Schemas.nullable(Schemas.string),
            "layerSalt": Schemas.text(longest: 100),
            "buckets": Schemas.array(Schemas.integer(0...Experiment.bucketCount - 1), most: Experiment.bucketCount),
        ])
        experiments.creationProperties = [
            "id": MemberSchemas.name, "idType": MemberSchemas.name, "layerID": Schemas.nullable(Schemas.string),
            "creatorID": Schemas.string, "creatorEmail": Schemas.string,
        ]
        experiments.requiredOnFullUpdate = [
            "description", "hypothesis", "groups", "allocation", "targetingGateID", "bonferroniCorrection",
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
