//! `causeway run show --follow`: a run's timeline line by line, as things happen.

use std::time::{Duration, Instant};

use causeway_document::StepView;
use causeway_model::{RunId, RunStatus, StepStatus, text};
use causeway_server::app::{App, LoopProgress, RunEvent, RunSnapshot, Told};
use serde_json::json;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::timeline::{Timeline, Widths};

/// How often a loop's progress is worth a line.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// Resolves when the run is finished. Fails where it did not succeed.
pub async fn until_finished(context: &Context, run: RunId) -> Outcome {
    let app = context.app().await?;
    let mut feed = app.follow(run).await?;
    let mut told = feed.state().whole();
    let mut page = Page { context, app, widths: Widths::default(), progress_at: None };
    loop {
        let position = told.last().map(|told| told.position.clone());
        for told in told {
            page.tell(&told)?;
        }
        if feed.state().status().is_terminal() {
            let succeeded = feed.state().status() == RunStatus::Succeeded;
            return if succeeded { Ok(()) } else { Err(Failure::told(Exit::Failed)) };
        }
        feed.next().await?;
        let state = feed.state();
        let missed = position.as_ref().and_then(|position| state.since(position));
        told = missed.unwrap_or_else(|| state.whole());
    }
}

struct Page<'a> {
    context: &'a Context,
    app: &'a App,
    widths: Widths,
    progress_at: Option<Instant>,
}

impl Page<'_> {
    fn tell(&mut self, Told { event, position }: &Told) -> Outcome {
        let console = &self.context.console;
        if console.json {
            let data: serde_json::Value = serde_json::from_str(&event.data()).unwrap_or_default();
            console.line(
                &json!({ "event": event.name(), "id": position.to_string(), "data": data }).to_string(),
            );
            return Ok(());
        }
        match event {
            RunEvent::Snapshot(snapshot) => self.snapshot(&snapshot.value),
            RunEvent::Run(run) => self.say(|timeline| timeline.standing(&run.value.run)),
            RunEvent::Step(step) => self.step(&step.value.step),
            RunEvent::Progress(progress) => self.progress(progress),
            RunEvent::End(_) => {}
        }
        Ok(())
    }

    fn snapshot(&mut self, snapshot: &RunSnapshot) {
        let steps: Vec<StepView> = snapshot.steps.iter().map(|step| step.value.step.clone()).collect();
        self.widths = Widths::of(&steps);
        let run = &snapshot.run.value.run;
        self.say(|timeline| timeline.header(run).join("\n"));
        self.context.console.line("");
        for step in steps.iter().filter(|step| step.status != StepStatus::Pending) {
            self.step(step);
        }
    }

    fn step(&self, step: &StepView) {
        let widths = self.widths;
        self.say(|timeline| timeline.step(step, widths).join("\n"));
    }

    fn progress(&mut self, progress: &LoopProgress) {
        let LoopProgress { step, count, settled, succeeded, failed } = progress;
        let lately = self.progress_at.is_some_and(|at| at.elapsed() < PROGRESS_EVERY);
        if lately && settled < count {
            return;
        }
        self.progress_at = Some(Instant::now());
        let text = text!(
            "    {step}: {settled} of {count} items: {succeeded} succeeded, {failed} failed",
            "    {step}：{count} 項中已完成 {settled} 項：成功 {succeeded}，失敗 {failed}"
        );
        self.context.console.line(self.context.console.words(&text));
    }

    fn say(&self, what: impl Fn(&Timeline<'_>) -> String) {
        let console = &self.context.console;
        console.line(&what(&Timeline { console, now: self.app.now(), full: false, trigger: None }));
    }
}
