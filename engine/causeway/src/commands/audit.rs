//! `causeway audit`: who changed what.

use causeway_model::{Time, text};
use causeway_store::AuditFilter;
use clap::{Args, Subcommand};

use super::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum Audit {
    /// List what was changed, newest first
    List(List),
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway audit list --subject flow:quote-to-sales-order
  causeway audit list --by user:lin@example.com --from 2026-03-01T00:00:00Z
  causeway audit list --action session.refused --json")]
pub struct List {
    /// Who did it: `user:<email>`, `token:<name>`, `cli:<account>`
    #[arg(long)]
    by: Option<String>,
    /// What it was done to: `flow`, or `flow:<slug>`
    #[arg(long)]
    subject: Option<String>,
    /// What was done: `flow`, or `flow.published`
    #[arg(long)]
    action: Option<String>,
    /// At this time or later, such as 2026-03-01T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = input::name::<Time>)]
    from: Option<Time>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = input::name::<Time>)]
    to: Option<Time>,
    /// Only entries older than the one with this number
    #[arg(long, value_name = "ID")]
    before: Option<i64>,
    /// How many
    #[arg(long, default_value_t = 50)]
    limit: u64,
}

impl Audit {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(args) => list(context, args).await,
        }
    }
}

async fn list(context: &Context, args: List) -> Outcome {
    let List { by, subject, action, from, to, before, limit } = args;
    let filter = AuditFilter { by, subject, action, from, to, before, limit };
    let entries = context.app().await?.audit(filter).await?;
    let console = &context.console;
    if console.json {
        return console.json(&entries);
    }
    let heads = [
        text!("id", "編號"),
        text!("at", "時間"),
        text!("by", "操作者"),
        text!("action", "動作"),
        text!("subject", "對象"),
        text!("before -> after", "變更前 -> 變更後"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for entry in entries {
        let part = |value: Option<causeway_model::Value>| value.map(|value| value.to_string());
        let change = match (part(entry.before), part(entry.after)) {
            (None, None) => String::new(),
            (before, after) => {
                format!("{} -> {}", before.unwrap_or_else(|| "-".into()), after.unwrap_or_else(|| "-".into()))
            }
        };
        let id = entry.id.to_string();
        table.row(vec![id, when::time(entry.at), entry.by, entry.action, entry.name, change]);
    }
    table.print(console, &text!("Nothing was changed.", "沒有任何變更。"));
    Ok(())
}
