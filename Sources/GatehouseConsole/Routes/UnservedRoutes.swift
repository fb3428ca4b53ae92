// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

/// The paths of the Console API that the console doesn't serve.
///
/// Without them a path such as `/experiments/assignment_sources` would name the experiment `assignment_sources`.
enum UnservedRoutes {
    /// The paths behind `/console/v1/`.
    static let paths = [
        "alerts", "alerts/{id}", "alerts/{id}/events", "alerts/{id}/events/{eventId}",
        "change_validation", "change_validation/message",
        "dashboards", "dashboards/{id}", "dashboards/{id}/widgets", "dashboards/{id}/widgets/{widgetId}/results",
        "dynamic_configs/{id}/reviews/{reviewID}/commit",
        "events/{name}/metrics",
        "experiments/assignment_source/{name}", "experiments/assignment_sources", "experiments/entity_properties",
        "experiments/entity_property/{name}", "experiments/qualifying_events", "experiments/qualifying_events/{name}",
        "experiments/{id}/exposures", "experiments/{id}/alerts", "experiments/{id}/alerts/{metricId}/resolve",
        "experiments/{id}/code_cleanup", "experiments/{id}/context", "experiments/{id}/load_pulse",
        "experiments/{id}/pulse_load_history", "experiments/{id}/pulse_load_history/{dagID}",
        "experiments/{id}/pulse_load_history/{dagID}/cancel", "experiments/{id}/pulse_metric_result",
        "experiments/{id}/pulse_results", "experiments/{id}/reviews/{reviewID}/commit",
        "experiments/{id}/summary_charts",
        "gates/{id}/alerts/{metricId}/resolve", "gates/{id}/checks", "gates/{id}/code_cleanup",
        "gates/{id}/load_pulse", "gates/{id}/reviews/{reviewID}/commit",
        "gates/{id}/rules/{ruleID}/pulse_load_history", "gates/{id}/rules/{ruleID}/pulse_results",
        "holdouts/{id}/pulse_results",
        "ingestion", "ingestion/backfill", "ingestion/connection/databricks", "ingestion/events/count",
        "ingestion/events/delta", "ingestion/runs", "ingestion/runs/{id}", "ingestion/schedule", "ingestion/status",
        "metrics", "metrics/list", "metrics/metric_source", "metrics/metric_source/list",
        "metrics/metric_source/{name}", "metrics/metric_source/{name}/metrics", "metrics/values", "metrics/{id}",
        "metrics/{id}/cancel_archive", "metrics/{id}/experiments", "metrics/{id}/reload",
        "metrics/{id}/schedule_archive", "metrics/{id}/sql", "metrics/{id}/unarchive", "metrics/{id}/{type}",
        "project/usage_billing/report",
        "prompts", "prompts/{id}", "prompts/{id}/versions", "prompts/{id}/versions/{versionId}/start_evals",
        "release_pipeline_triggers", "release_pipeline_triggers/{id}", "release_pipeline_triggers/{id}/abort",
        "release_pipeline_triggers/{id}/approve", "release_pipeline_triggers/{id}/pause",
        "release_pipeline_triggers/{id}/rollout", "release_pipeline_triggers/{id}/skip",
        "release_pipeline_triggers/{id}/unpause",
        "release_pipelines", "release_pipelines/{id}",
        "reports",
        "roles", "roles/{id}",
        "segments/{id}/reviews/{reviewID}/commit",
        "settings/project", "settings/reviews", "settings/roles", "settings/teams",
        "users/id/{id}",
        "wh_connections",
    ]

    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    /// The operations that answer 404 and name the path; `/openapi.json` doesn't describe them.
    static var operations: [Operation] {
        paths.flatMap { path in
            methods.map { method in
                let description = OperationDescription("unserved", "Not served.")
                // Nothing is changed, so that the limit of changes doesn't count these requests.
                return Operation(method, "/console/v1/\(path)", .readProject, description) { _, _ in
                    throw APIError(.notFound, "/console/v1/\(path) is not served.")
                }
            }
        }
    }
}
