//! `causeway flow import`.

use std::path::{Path, PathBuf};

use causeway_document::{Source, StepReady, from_path};
use causeway_model::{Text, text};
use causeway_server::app::{Error, ImportReport, ImportResult, on_the_machine};
use clap::Args;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Console, Paint, faults, progress};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway flow import workflows/quote-to-sales-order --publish
  causeway flow import flows.zip
  causeway flow import team-a/ team-b/ --publish --json

Flows are known by their slug; importing the same document again changes nothing. Each document comes in whole or not
at all: ends with 3 where one was refused, the others are kept.")]
pub struct Import {
    /// Documents, folders or zips
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Publish each document that has no error
    #[arg(long)]
    publish: bool,
}

/// Beyond this many documents, steps that are ready are only counted.
const FEW: usize = 20;

impl Import {
    pub async fn run(self, context: &Context) -> Outcome {
        let mut sources = Vec::new();
        let mut files = Vec::new();
        for path in &self.paths {
            if let Err(error) = std::fs::metadata(path) {
                return Err(Failure::file(path, &error));
            }
            let found = from_path(path).map_err(Error::from)?;
            files.extend(found.iter().map(|source| shown(path, source)));
            sources.extend(found);
        }
        let reports = self.import(context, sources).await?;
        let refused = reports.iter().any(|report| report.result == ImportResult::Refused);
        let reports: Vec<ImportReport> =
            reports.into_iter().zip(files).map(|(report, path)| ImportReport { path, ..report }).collect();
        let console = &context.console;
        if console.json {
            console.json(&reports)?;
        } else {
            reports.iter().for_each(|report| print(console, report, reports.len() <= FEW));
        }
        if refused { Err(Failure::told(Exit::Refused)) } else { Ok(()) }
    }

    async fn import(&self, context: &Context, sources: Vec<Source>) -> Outcome<Vec<ImportReport>> {
        let app = context.app().await?;
        let count = sources.len() as u64;
        let bar = progress::bar(&context.console, &text!("Importing", "匯入中"), count);
        let reports = app
            .import_telling(sources, self.publish, on_the_machine(&context.by()), &mut |_| bar.inc(1))
            .await;
        bar.finish_and_clear();
        Ok(reports?)
    }
}

/// The file as the reader named it, to be found and clicked.
fn shown(path: &Path, source: &Source) -> String {
    if !path.is_dir() {
        let zip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        return if zip { format!("{}/{}", path.display(), source.path) } else { path.display().to_string() };
    }
    let inside = path.join(&source.path);
    let file = match source.path.split_once('/') {
        // The folder itself is the flow: its name was put before the file's.
        Some((_, file)) if !inside.exists() => path.join(file),
        _ => inside,
    };
    file.display().to_string()
}

fn print(console: &Console, report: &ImportReport, every_step: bool) {
    let name = report.slug.as_ref().map_or(report.path.as_str(), |slug| slug.as_str());
    let (result, paint) = match report.result {
        ImportResult::Created => (text!("created", "已建立"), Paint::Good),
        ImportResult::Updated => (text!("updated", "已更新"), Paint::Good),
        ImportResult::Unchanged => (text!("unchanged", "沒有變更"), Paint::Faint),
        ImportResult::Refused => (text!("refused", "已拒絕"), Paint::Bad),
    };
    let mut line =
        format!("{}  {}", console.paint(name, Paint::Strong), console.paint(console.words(&result), paint));
    if let Some(version) = report.version {
        line.push_str(console.words(&text!(", version {version} is published", "，已發布版本 {version}")));
    }
    console.line(&line);
    let ready = report.steps.iter().filter(|step| step.ready == StepReady::Ready).count();
    if !every_step && ready > 0 {
        console.line(console.words(&text!("    {ready} steps are ready", "    {ready} 個步驟可執行")));
    }
    if let Some(trigger) = report.trigger.as_ref().filter(|one| every_step || one.ready != StepReady::Ready) {
        let (word, state) = (text!("trigger", "觸發"), state(&trigger.use_, &trigger.ready));
        console.line(&format!("    {}  {}", console.words(&word), console.words(&state)));
    }
    let width = report.steps.iter().map(|step| step.id.as_str().len()).max().unwrap_or_default();
    for step in report.steps.iter().filter(|step| every_step || step.ready != StepReady::Ready) {
        console.line(&format!(
            "    {:width$}  {}",
            step.id.as_str(),
            console.words(&state(&step.use_, &step.ready))
        ));
    }
    for fault in &report.faults {
        console.line(&format!("    {}", faults::line(&report.path, fault, console.locale)));
    }
}

fn state(use_: &str, ready: &StepReady) -> Text {
    match ready {
        StepReady::Ready => text!("ready ({use_})", "可執行（{use_}）"),
        StepReady::NeedsConnection { connection } => {
            text!("needs the connection `{connection}` ({use_})", "需要連線 `{connection}`（{use_}）")
        }
        StepReady::Unknown => text!("unknown: there is no `{use_}`", "未知：沒有 `{use_}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_shown_as_the_reader_named_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let flows = folder.path().join("flows");
        std::fs::create_dir_all(flows.join("a")).expect("made");
        std::fs::write(flows.join("a/flow.json"), "{}").expect("written");
        let shown_in = |path: &Path| {
            let sources = from_path(path).expect("sources");
            let paths: Vec<String> = sources.iter().map(|source| shown(path, source)).collect();
            paths.join(" ").replace(&folder.path().display().to_string(), "")
        };
        assert_eq!(shown_in(&flows), "/flows/a/flow.json");
        assert_eq!(shown_in(&flows.join("a")), "/flows/a/flow.json");
        assert_eq!(shown_in(&flows.join("a/flow.json")), "/flows/a/flow.json");
    }
}
