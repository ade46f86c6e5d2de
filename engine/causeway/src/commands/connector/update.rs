//! `causeway connector update`.

use causeway_model::{Slug, text};
use causeway_server::app::{WhichFlows, on_the_machine};
use clap::Args;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::faults;

#[derive(Args)]
#[command(after_help = "Examples:
  causeway connector update my-erp                       all flows that use it
  causeway connector update my-erp --flows orders,returns

What is published is published again with the newest enabled version; drafts are left alone. Ends with 3 where a flow does not
fit, and stays as it is.")]
pub struct Update {
    /// The connector's name
    name: String,
    /// Slugs of flows with commas between, or `all`
    #[arg(long, value_name = "all|SLUGS", value_delimiter = ',', default_value = "all")]
    flows: Vec<String>,
}

impl Update {
    pub async fn run(self, context: &Context) -> Outcome {
        let which = match self.flows.as_slice() {
            [all] if all == "all" => WhichFlows::All,
            slugs => WhichFlows::Only(slugs.iter().map(|slug| named(slug)).collect::<Outcome<_>>()?),
        };
        let app = context.app().await?;
        let updates = app.update_connector(&self.name, which, on_the_machine(&context.by())).await?;
        let console = &context.console;
        if console.json {
            console.json(&updates)?;
        } else if updates.is_empty() {
            console.line(console.words(&text!("Nothing is to be updated.", "沒有需要更新的流程。")));
        }
        for update in updates.iter().filter(|_| !console.json) {
            let (flow, to) = (&update.flow, &update.to);
            let from = update.from.as_deref().unwrap_or("?");
            match update.version {
                Some(version) => console.line(console.words(&text!(
                    "{flow}: {from} -> {to}, published as version {version}",
                    "{flow}：{from} -> {to}，已發布為第 {version} 版"
                ))),
                None => {
                    console.line(console.words(&text!(
                        "{flow}: stays with {from}; it does not fit {to}",
                        "{flow}：沿用 {from}；與 {to} 不相容"
                    )));
                    let file = flow.as_str();
                    update
                        .faults
                        .iter()
                        .for_each(|fault| console.line(&faults::line(file, fault, console.locale)));
                }
            }
        }
        let all = updates.iter().all(|update| update.version.is_some());
        if all { Ok(()) } else { Err(Failure::told(Exit::Refused)) }
    }
}

fn named(slug: &str) -> Outcome<Slug> {
    slug.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            "slug_invalid",
            text!("`{slug}` is no flow's slug.", "「{slug}」不是流程的代稱。"),
        )
    })
}
