//! Waiting for a run: another process works on it, or this one does.

use std::time::Duration;

use causeway_document::StepView;
use causeway_model::{RunId, RunStatus, StepStatus, text};
use causeway_server::app::App;
use indicatif::ProgressBar;

use super::show;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::progress;
use crate::wiring;

/// How often a run that others work on is looked at.
const PAUSE: Duration = Duration::from_millis(150);

/// Resolves when the run is finished; prints its timeline. Fails where the run did not succeed.
pub async fn until_finished(context: &Context, run: RunId) -> Outcome {
    let app = context.app().await?;
    let bar = progress::spinner(&context.console, &text!("Run {run}", "執行 {run}"));
    tokio::select! {
        ended = work(context, app, run) => ended?,
        watched = watch(context, app, run, &bar) => watched?,
    }
    bar.finish_and_clear();
    let view = app.run(run).await?;
    show::print(context, app, &view, false)?;
    if view.run.status == RunStatus::Succeeded { Ok(()) } else { Err(Failure::told(Exit::Failed)) }
}

/// Works on the run where nobody else does; else leaves it to them and never ends.
async fn work(context: &Context, app: &App, run: RunId) -> Outcome {
    let store = app.store();
    let postgres = context.settings.database_url.is_some();
    if postgres && !store.live_workers().await?.is_empty() {
        return std::future::pending().await;
    }
    let settings = &context.settings;
    let services = wiring::runtime_services(settings, app, None)?;
    let config = wiring::runtime_config(settings, settings.listen)?;
    match causeway_runtime::run_alone(services, config, run).await {
        Ok(_) => Ok(()),
        // A server has this data folder: it works on the run.
        Err(causeway_store::Error::Refused { code: "data_folder_in_use", .. }) => {
            std::future::pending().await
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends when the run has; shows how far its loop is.
async fn watch(context: &Context, app: &App, run: RunId, bar: &ProgressBar) -> Outcome {
    loop {
        if app.store().run(run).await?.status.is_terminal() {
            return Ok(());
        }
        if !bar.is_hidden() {
            let view = app.run(run).await?;
            bar.set_message(context.console.words(&message(run, &view.steps)).to_owned());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn message(run: RunId, steps: &[StepView]) -> causeway_model::Text {
    let busy = steps.iter().find(|step| matches!(step.status, StepStatus::Running | StepStatus::Waiting));
    match busy {
        Some(StepView { id, items: Some(items), .. }) => {
            let (settled, count) = (items.settled(), items.count);
            text!(
                "Run {run}: {id}, {settled} of {count} items",
                "執行 {run}：{id}，已完成 {count} 項中的 {settled} 項"
            )
        }
        Some(StepView { id, .. }) => text!("Run {run}: {id}", "執行 {run}：{id}"),
        None => text!("Run {run}", "執行 {run}"),
    }
}
