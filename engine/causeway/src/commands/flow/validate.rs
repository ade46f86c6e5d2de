//! `causeway flow validate`: the same checks as publishing. It needs no database; where there is one, its connectors count.

use std::path::PathBuf;

use causeway_model::{Fault, Severity, text};
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::faults;
use crate::wiring;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway flow validate workflows/*/flow.json
  jq . flow.json | causeway flow validate -

Prints one line for each fault: file:line:col pointer code: message fix. Ends with 3 where there is an error.")]
pub struct Validate {
    /// Documents; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Validate {
    pub async fn run(self, context: &Context) -> Outcome {
        let mut compiler = wiring::offline_compiler(&context.settings)?;
        // One that cannot be asked just now must not keep a document from being checked.
        if let Ok(catalogue) = context.catalogue().await {
            compiler.catalogue = catalogue;
        }
        let console = &context.console;
        let mut all: Vec<(String, Vec<Fault>)> = Vec::new();
        for path in &self.files {
            let source = input::text_of(path)?;
            let faults = match compiler.validate(&source) {
                Ok((_, faults)) | Err(faults) => faults,
            };
            all.push((path.display().to_string(), faults));
        }
        if console.json {
            let answer: Vec<_> = all
                .iter()
                .map(|(file, faults)| json!({ "file": file, "valid": !invalid(faults), "faults": faults }))
                .collect();
            console.json(&answer)?;
        } else {
            for (file, faults) in &all {
                if faults.is_empty() {
                    console.line(console.words(&text!("{file}: valid", "{file}：有效")));
                }
                faults.iter().for_each(|fault| console.line(&faults::line(file, fault, console.locale)));
            }
        }
        if all.iter().any(|(_, faults)| invalid(faults)) { Err(Failure::told(Exit::Refused)) } else { Ok(()) }
    }
}

fn invalid(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| fault.severity == Severity::Error)
}
