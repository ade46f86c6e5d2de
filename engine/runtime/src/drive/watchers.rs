//! Runs that start because another failed: the `flow_failed` trigger.

use causeway_model::{RunMode, RunStatus, TriggerKind};
use causeway_store::{Finished, NewRun, Origin, Watches};

use super::core::Core;
use crate::services::Services;
use crate::steps::call_flow;

/// The runs that a failure starts; made in the same commit as the failure's end. Failures of such runs start none.
pub async fn followers(services: &Services, core: &Core, finished: &Finished) -> Vec<NewRun> {
    let run = &core.run;
    if finished.status != RunStatus::Failed
        || run.mode == RunMode::Test
        || run.trigger == TriggerKind::FlowFailed
    {
        return Vec::new();
    }
    let watchers = match services.store.failure_watchers().await {
        Ok(watchers) => watchers,
        Err(error) => {
            tracing::warn!(run = %run.id, %error, "flows that watch for failures could not be looked up");
            return Vec::new();
        }
    };
    let tags = &core.machine.plan().flow.tags;
    let mut started = Vec::new();
    for (flow, version, watches) in watchers {
        if flow == run.flow || !concerns(&watches, run.slug.as_str(), tags) {
            continue;
        }
        let failure = finished.failure.as_ref();
        let event = serde_json::json!({
            "kind": "flow_failed",
            "flow": run.slug,
            "version": run.version,
            "run": run.id,
            "step": failure.and_then(|failure| failure.step.as_ref()),
            "error": failure.map(|failure| failure.error.to_value()),
            "created_at": run.created_at,
            "failed_at": finished.at,
        });
        let Ok(plan) = services.plan(flow, version).await else { continue };
        let origin = Origin { by: Some(format!("run:{}", run.id)), ..Origin::default() };
        let trigger = TriggerKind::FlowFailed;
        match call_flow::started(&plan, flow, version, trigger, &event, origin, RunMode::Normal, finished.at)
        {
            Ok(run) => started.push(run),
            Err(error) => {
                tracing::warn!(%flow, %error, "a flow that watches for failures could not be started")
            }
        }
    }
    started
}

fn concerns(watches: &Watches, slug: &str, tags: &[String]) -> bool {
    watches.all
        || watches.flows.iter().any(|watched| watched.as_str() == slug)
        || watches.tags.iter().any(|tag| tags.contains(tag))
}
