//! `causeway schedule`.

use causeway_model::{Locale, Time, text};
use causeway_server::app::PreviewRequest;
use clap::{Args, Subcommand};

use crate::context::Context;
use crate::exit::Outcome;
use crate::output::{Table, when};

#[derive(Subcommand)]
pub enum Schedule {
    /// Say what a cron expression means, and when that is next
    Preview(Preview),
    /// List the flows that start at fixed times
    List,
}

#[derive(Args)]
#[command(after_help = "Examples:
  causeway schedule preview '30 9 * * 1-5'
  causeway schedule preview '0 2 * * *' --timezone Europe/Berlin --count 10")]
pub struct Preview {
    /// Minute, hour, day of month, month, day of week; seconds may stand in front
    cron: String,
    /// An IANA name; Asia/Taipei unless said
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// How many times: 1 to 100
    #[arg(long, default_value_t = 5)]
    count: usize,
}

impl Schedule {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Preview(args) => preview(context, args).await,
            Self::List => list(context).await,
        }
    }
}

async fn preview(context: &Context, args: Preview) -> Outcome {
    let request = PreviewRequest { cron: args.cron, timezone: args.timezone, count: Some(args.count) };
    let preview = context.app().await?.preview_schedule(&request)?;
    let console = &context.console;
    if console.json {
        return console.json(&preview);
    }
    console.line(console.words(&preview.sentence));
    for at in &preview.next {
        console.line(&shown(*at, &preview.timezone, console.locale));
    }
    Ok(())
}

async fn list(context: &Context) -> Outcome {
    let schedules = context.app().await?.schedules().await?;
    let console = &context.console;
    if console.json {
        return console.json(&schedules);
    }
    let heads = [text!("flow", "流程"), text!("next", "下次"), text!("last", "上次"), text!("when", "時間")];
    let mut table = Table::new(console.locale, &heads);
    for schedule in schedules {
        let time = |at: Option<Time>| at.map(when::time).unwrap_or_default();
        table.row(vec![
            schedule.slug.to_string(),
            time(schedule.next_at),
            time(schedule.last_fire_at),
            schedule.sentence.in_locale(console.locale).to_owned(),
        ]);
    }
    table.print(console, &text!("No flow starts at fixed times.", "沒有流程依排程啟動。"));
    Ok(())
}

/// On the clocks of the schedule's zone.
fn shown(at: Time, zone: &str, locale: Locale) -> String {
    const DAYS: [&str; 7] = ["週一", "週二", "週三", "週四", "週五", "週六", "週日"];
    let Some(zone) = causeway_document::cron::timezone(zone) else { return when::time(at) };
    let at = at.to_datetime().with_timezone(&zone);
    match locale {
        Locale::En => at.format("%Y-%m-%d %H:%M:%S %a").to_string(),
        Locale::ZhTw => {
            let day = at.format("%u").to_string().parse::<usize>().map_or("", |day| DAYS[(day - 1) % 7]);
            format!("{} {day}", at.format("%Y-%m-%d %H:%M:%S"))
        }
    }
}
