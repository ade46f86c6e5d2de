//! `causeway run items`.

use causeway_model::{Frame, Locale, RunId, StepId, StepStatus, Value, text};
use causeway_server::app::{ItemQuery, ItemStatus};
use clap::Args;

use crate::commands::input;
use crate::context::Context;
use crate::exit::Outcome;
use crate::output::values::{Detail, show};
use crate::output::{Table, step_status};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway run items ID lines
  causeway run items ID lines --after 1000                 the next page
  causeway run items ID parts --frame 'lines[3]'           of a loop inside a loop
  causeway run items ID lines --failed --json | jq '.items[].input'")]
pub struct Items {
    /// The run
    #[arg(value_parser = input::name::<RunId>)]
    id: RunId,
    /// The `for_each` step
    #[arg(value_parser = input::name::<StepId>)]
    step: StepId,
    /// The item that the loop stands in
    #[arg(long, value_name = "FRAME", default_value = "")]
    frame: String,
    /// Only items that failed
    #[arg(long)]
    failed: bool,
    /// How many items to pass over
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    after: u64,
    /// How many
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
}

impl Items {
    pub async fn run(self, context: &Context) -> Outcome {
        let query = ItemQuery {
            step: self.step,
            frame: Frame::from(self.frame),
            status: self.failed.then_some(ItemStatus::Failed),
            after: self.after,
            limit: self.limit,
        };
        let page = context.app().await?.items(self.id, query).await?;
        let console = &context.console;
        if console.json {
            return console.json(&page);
        }
        let heads =
            [text!("item", "項目"), text!("key", "鍵"), text!("status", "狀態"), text!("result", "結果")];
        let mut table = Table::new(console.locale, &heads);
        for item in &page.items {
            table.row(row(item, console.locale));
        }
        for item in &page.running {
            let status = step_status(StepStatus::Running).in_locale(console.locale).to_owned();
            table.row(vec![item.index.to_string(), String::new(), status, String::new()]);
        }
        table.print(console, &text!("No item is settled yet.", "尚無完成的項目。"));
        let (count, succeeded, failed) = (page.count, page.succeeded, page.failed);
        console.note(&text!(
            "{count} items: {succeeded} succeeded, {failed} failed",
            "共 {count} 項：成功 {succeeded}，失敗 {failed}"
        ));
        if let Some(next) = page.next {
            console.note(&text!("More: --after {next}", "還有更多：--after {next}"));
        }
        Ok(())
    }
}

fn row(item: &Value, locale: Locale) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let status = item["status"].as_str().unwrap_or_default();
    let status = StepStatus::from_name(status)
        .map_or_else(|| status.to_owned(), |status| step_status(status).in_locale(locale).to_owned());
    let message = match locale {
        Locale::En => &item["error"]["message"]["en"],
        Locale::ZhTw => &item["error"]["message"]["zh-TW"],
    };
    let result = match message.as_str() {
        Some(message) => message.to_owned(),
        None => show(&item["output"], Detail::Short(120)),
    };
    vec![plain(&item["index"]), plain(&item["key"]), status, result]
}
