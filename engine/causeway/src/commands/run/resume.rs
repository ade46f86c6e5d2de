//! `causeway run resume`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use causeway_model::{RunId, StepId, text};
use causeway_server::app::{BulkAction, ResumeRequest, Resumed};
use clap::Args;

use super::many::{self, Many};
use super::wait;
use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway run resume ID                              goes on after what was finished
  causeway run resume ID --newest                     on the newest published version of the flow
  causeway run show ID --json | jq '.steps[] | select(.id == \"create\").input' > input.json
  causeway run resume ID --edit create=input.json     with the step's input corrected by hand
  causeway run resume --flow quote-to-sales-order --status failed --since 2h --dry-run")]
pub struct Resume {
    /// The failed run
    #[arg(value_parser = input::name::<RunId>, required_unless_present = "Many", conflicts_with = "Many")]
    id: Option<RunId>,
    #[command(flatten)]
    many: Many,
    /// On the newest published version instead of the run's own
    #[arg(long)]
    newest: bool,
    /// Replace the input of a step by the JSON in a file; may be given several times
    #[arg(long, value_name = "STEP=FILE", value_parser = edit, requires = "id")]
    edit: Vec<(StepId, PathBuf)>,
    /// Wait until the new run is finished, and print its timeline
    #[arg(long, requires = "id")]
    wait: bool,
    /// Only say to how many runs it would be done
    #[arg(long, conflicts_with = "id")]
    dry_run: bool,
    /// Do it to many runs without asking
    #[arg(long)]
    yes: bool,
}

fn edit(text: &str) -> Result<(StepId, PathBuf), String> {
    let (step, file) = text.split_once('=').ok_or("write STEP=FILE")?;
    Ok((input::name(step)?, PathBuf::from(file)))
}

impl Resume {
    pub async fn run(self, context: &Context) -> Outcome {
        let Some(id) = self.id else {
            let runs = self.many.filter(context).await?;
            let action = BulkAction::Resume { newest: self.newest };
            return many::act(context, action, runs, (self.dry_run, self.yes)).await;
        };
        let mut edits = BTreeMap::new();
        for (step, path) in &self.edit {
            edits.insert(step.clone(), input::json_of(path)?);
        }
        let app = context.app().await?;
        let request = ResumeRequest { newest: self.newest, edits, by: context.by() };
        let resumed = app.resume(id, request).await?;
        if self.wait {
            return wait::until_finished(context, resumed.run).await;
        }
        tell(context, &resumed)
    }
}

/// Says which run goes on, and with what.
pub fn tell(context: &Context, resumed: &Resumed) -> Outcome {
    let (run, version) = (resumed.run, resumed.version);
    let steps: Vec<&str> = resumed.repeats.iter().map(StepId::as_str).collect();
    let steps = steps.join(", ");
    context.console.done(
        resumed,
        &text!(
            "Run {run} (version {version}) goes on with: {steps}",
            "執行 {run}（版本 {version}）將繼續：{steps}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::edit;

    #[test]
    fn an_edit_names_a_step_and_a_file() {
        let (step, file) = edit("create=a=b.json").expect("an edit");
        assert_eq!((step.as_str(), file.to_str()), ("create", Some("a=b.json")));
        assert!(edit("create").is_err() && edit("Create=x").is_err());
    }
}
