//! `causeway flow test`: a test run of a draft or of a document in a file.

use std::path::{Path, PathBuf};

use causeway_document::from_path;
use causeway_model::{Role, RunId, Severity, Slug, StepId, TestPart, Value, text};
use causeway_server::app::{App, Error, StartedTest, TestRequest, on_the_machine};
use clap::Args;

use crate::commands::{input, run};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway flow test order-approval --sample large
  causeway flow test order-approval --dry-run --input order.json    show what would be sent; send nothing
  causeway flow test order-approval --until size                    up to a step
  causeway flow test order-approval --step create --from-run ID     one step, with what the run gave before it
  causeway flow test workflows/order-approval --dry-run --json

Tests the draft as it stands, or the document in FILE without touching the draft; a flow that there is not yet is brought in
as a draft first. The run has the mode `test`: it is no dead letter, starts no other flow, and is kept for a day at most.
With no server on this store, the run is worked on here. Ends with 1 where the run did not succeed.")]
pub struct Test {
    /// The flow's slug, or a document: a file, or its folder
    #[arg(value_name = "SLUG|FILE")]
    flow: String,
    /// This step alone; what comes before it is given by --sample or --from-run
    #[arg(long, value_name = "ID", value_parser = input::name::<StepId>, conflicts_with = "until")]
    step: Option<StepId>,
    /// Up to this step: it, and all that comes before it
    #[arg(long, value_name = "ID", value_parser = input::name::<StepId>)]
    until: Option<StepId>,
    /// Send nothing: show the requests that would go out
    #[arg(long)]
    dry_run: bool,
    /// A sample of the flow: its trigger, and what its steps gave
    #[arg(long, value_name = "NAME")]
    sample: Option<String>,
    /// The data of an earlier run of the flow
    #[arg(long, value_name = "ID", value_parser = input::name::<RunId>)]
    from_run: Option<RunId>,
    /// JSON input, or the body of a webhook flow; `-` is standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// JSON with fields of `trigger`, such as a webhook's `body` and `headers`
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    trigger: Option<PathBuf>,
    /// JSON: the item of the loop around --step
    #[arg(long, value_name = "FILE", requires = "step")]
    item: Option<PathBuf>,
    /// Do not run steps whose output the sample or run gives
    #[arg(long)]
    pinned: bool,
}

impl Test {
    pub async fn run(self, context: &Context) -> Outcome {
        let json = |path: &Option<PathBuf>| path.as_deref().map(input::json_of).transpose();
        let request = TestRequest {
            part: match (&self.step, &self.until) {
                (Some(step), _) => TestPart::Step { step: step.clone() },
                (None, Some(step)) => TestPart::Until { step: step.clone() },
                (None, None) => TestPart::Whole,
            },
            dry_run: self.dry_run,
            trigger: json(&self.trigger)?,
            input: json(&self.input)?,
            sample: self.sample.clone(),
            from_run: self.from_run,
            pinned: self.pinned,
            item: json(&self.item)?,
            by: context.by(),
            role: Role::Owner,
            ..TestRequest::default()
        };
        let app = context.app().await?;
        let path = Path::new(&self.flow);
        let started = match self.flow.parse::<Slug>() {
            Ok(slug) if !path.is_file() => {
                let started = app.test_draft(&slug, request).await;
                started.map_err(|error| Failure::from(error).of_file(slug.as_str()))?
            }
            _ => test_file(context, app, path, request).await?,
        };
        for fault in &started.warnings {
            let line = crate::output::faults::line(&self.flow, fault, context.console.locale);
            context.console.note(&causeway_model::Text { en: line.clone(), zh_tw: line });
        }
        run::until_finished(context, started.run).await
    }
}

/// The document of a file; its flow is brought in where there is none.
async fn test_file(context: &Context, app: &App, path: &Path, request: TestRequest) -> Outcome<StartedTest> {
    std::fs::metadata(path).map_err(|error| Failure::file(path, &error))?;
    let sources = from_path(path).map_err(Error::from)?;
    let shown = path.display().to_string();
    let mut found = causeway_document::import(app.compiler_by_now().await?, sources);
    let (Some(one), true) = (found.pop(), found.is_empty()) else {
        return Err(Failure::new(
            Exit::Usage,
            "not_one_document",
            text!("`{shown}` holds more or less than one document.", "`{shown}` 內的文件不是剛好一份。"),
        ));
    };
    let document = one.document.map_err(|faults| Failure::from(Error::document(faults)).of_file(&shown))?;
    let slug = document.slug.clone().or(one.slug).ok_or_else(|| {
        Failure::refused("slug_missing", text!("`{shown}` names no flow.", "`{shown}` 沒有指定流程。"))
    })?;
    if one.faults.iter().any(|fault| fault.severity == Severity::Error) {
        return Err(Failure::from(Error::document(one.faults)).of_file(&shown));
    }
    let started = match app.flow(&slug).await {
        Ok(_) => app.test_document(&slug, &document, request).await,
        Err(error) if error.code == "flow_not_found" => {
            let text: Value = serde_json::to_value(&document).unwrap_or_default();
            app.save_draft(&slug, &text.to_string(), Some(0), on_the_machine(&context.by())).await?;
            context.console.note(&text!(
                "There was no flow {slug}: the document is its draft now.",
                "原本沒有流程 {slug}：已將文件存為草稿。"
            ));
            app.test_draft(&slug, request).await
        }
        Err(error) => Err(error),
    };
    started.map_err(|error| Failure::from(error).of_file(&shown))
}
