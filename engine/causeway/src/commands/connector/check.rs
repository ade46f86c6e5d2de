//! `causeway connector check`.

use causeway_model::text;
use causeway_server::app::FlowFit;
use clap::Args;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Table, faults};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connector check my-erp 1.3.0

Ends with 3 where a flow does not fit.")]
pub struct Check {
    /// The connector's name
    name: String,
    /// One of its versions
    version: String,
}

impl Check {
    pub async fn run(self, context: &Context) -> Outcome {
        let flows = context.app().await?.check_connector(&self.name, &self.version).await?;
        if context.console.json {
            context.console.json(&flows)?;
        } else if flows.is_empty() {
            let name = &self.name;
            context.console.line(
                context
                    .console
                    .words(&text!("No published flow uses {name}.", "沒有已發布的流程使用 {name}。")),
            );
        } else {
            fits(context, &flows);
        }
        if flows.iter().all(|flow| flow.fits) { Ok(()) } else { Err(Failure::told(Exit::Refused)) }
    }
}

/// Each flow with whether it fits, and what does not.
pub fn fits(context: &Context, flows: &[FlowFit]) {
    let console = &context.console;
    if flows.is_empty() {
        return;
    }
    let heads = [
        text!("flow", "流程"),
        text!("flow version", "流程版本"),
        text!("published with", "發布時使用"),
        text!("fits", "相容"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for flow in flows {
        let fits = if flow.fits { text!("yes", "是") } else { text!("no", "否") };
        let with = flow.connector_version.clone().unwrap_or_default();
        table.row(vec![
            flow.flow.to_string(),
            flow.version.to_string(),
            with,
            console.words(&fits).to_owned(),
        ]);
    }
    table.print(console, &text!("No flow uses it.", "沒有流程使用。"));
    for flow in flows {
        let file = flow.flow.as_str();
        flow.faults.iter().for_each(|fault| console.line(&faults::line(file, fault, console.locale)));
    }
}
