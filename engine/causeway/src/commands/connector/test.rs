//! `causeway connector test`: what is wrong with a folder, all at once.

use std::path::PathBuf;

use causeway_connector::declared::{Declared, Finding};
use causeway_model::{Severity, text};
use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::wiring::folder;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connector test plugins/*/
  causeway connector test my-erp --json

Ends with 3 where there is an error.")]
pub struct Test {
    /// Folders with an openapi.yaml
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
}

impl Test {
    pub fn run(self, context: &Context) -> Outcome {
        let console = &context.console;
        let mut failed = false;
        let mut told = Vec::new();
        for path in &self.folders {
            let connector = Declared::new(folder::read(path)?);
            let mut findings = connector.check();
            let replayed = connector.replay();
            findings.extend(replayed.findings);
            failed |= has_errors(&findings);
            let shown = path.display();
            if console.json {
                let findings: Vec<_> = findings
                    .iter()
                    .map(|one| json!({ "severity": one.severity, "at": one.at, "message": one.message }))
                    .collect();
                told.push(json!({ "folder": path, "fixtures": replayed.fixtures, "without_fixtures": replayed.without, "findings": findings }));
                continue;
            }
            findings.iter().for_each(|finding| console.line(&line(&shown.to_string(), finding, context)));
            let (fixtures, without) = (replayed.fixtures, replayed.without.len());
            let errors = findings.iter().filter(|one| one.severity == Severity::Error).count();
            console.line(console.words(&text!(
                "{shown}: {fixtures} fixtures replayed, {without} operations without one, {errors} errors",
                "{shown}：重播 {fixtures} 份測試資料，{without} 個操作沒有測試資料，{errors} 個錯誤"
            )));
        }
        if console.json {
            console.json(&told)?;
        }
        if failed { Err(Failure::told(Exit::Refused)) } else { Ok(()) }
    }
}

fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

fn line(folder: &str, finding: &Finding, context: &Context) -> String {
    let at = if finding.at.is_empty() { String::new() } else { format!(" {}", finding.at) };
    let warning = match finding.severity {
        Severity::Warning => context.console.words(&text!(" (warning)", "（警告）")).to_owned(),
        Severity::Error => String::new(),
    };
    format!("{folder}{at}{warning}: {}", context.console.words(&finding.message))
}
