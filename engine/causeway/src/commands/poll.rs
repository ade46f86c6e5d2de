//! `causeway poll`.

use causeway_model::{Slug, Time, text};
use clap::{Args, Subcommand};

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum Poll {
    /// List the flows that ask a system for new and changed records
    List,
    /// Have a flow's system asked at once, whenever it is due
    Now(Now),
}

#[derive(Args)]
pub struct Now {
    /// The flow's slug
    #[arg(value_parser = input::name::<Slug>)]
    slug: Slug,
}

impl Poll {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List => list(context).await,
            Self::Now(args) => now(context, &args.slug).await,
        }
    }
}

async fn list(context: &Context) -> Outcome {
    let polls = context.app().await?.list_polls(None, u64::from(u32::MAX)).await?.rows;
    let console = &context.console;
    if console.json {
        return console.json(&polls);
    }
    let heads = [
        text!("flow", "流程"),
        text!("asks", "詢問"),
        text!("connection", "連線"),
        text!("every", "間隔"),
        text!("next", "下次"),
        text!("last", "上次"),
        text!("found", "找到"),
        text!("error", "錯誤"),
    ];
    let mut table = Table::new(console.locale, &heads);
    for poll in polls {
        let time = |at: Option<Time>| at.map(when::time).unwrap_or_default();
        let error = poll.last_error.map(|error| {
            let why = error.message.in_locale(console.locale).to_owned();
            if poll.failures > 0 { format!("{} × {why}", poll.failures) } else { why }
        });
        table.row(vec![
            poll.slug.to_string(),
            poll.trigger,
            poll.connection,
            poll.every.to_string(),
            time(Some(poll.next_at)),
            time(poll.last_polled_at),
            poll.found.to_string(),
            error.unwrap_or_default(),
        ]);
    }
    table.print(console, &text!("No flow asks a system.", "沒有流程輪詢任何系統。"));
    Ok(())
}

async fn now(context: &Context, slug: &Slug) -> Outcome {
    let poll = context.app().await?.poll_now(slug, &context.by()).await?;
    let text = text!(
        "The system of {slug} is asked within a second, while a server runs.",
        "伺服器執行中時，一秒內會詢問 {slug} 的系統。"
    );
    context.console.done(&poll, &text)
}
