//! `causeway status`: how the installation fares, read from the store.

use causeway_model::{Span, Text, text};
use causeway_store::{FinishedLately, Retention, Status as Standing};
use clap::Args;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Console, run_status, when};

#[derive(Args)]
#[command(after_help = "Examples:
  causeway status
  causeway status --json | jq .active

Ends with 1 when runs are due and no worker is alive.")]
pub struct Status {}

impl Status {
    pub async fn run(self, context: &Context) -> Outcome {
        let status = context.store().await?.status().await?;
        let console = &context.console;
        if console.json {
            console.json(&status)?;
        } else {
            show(console, &status, context.store().await?.clock().now());
        }
        if status.working {
            return Ok(());
        }
        let due = status.vitals.due;
        Err(Failure::new(
            Exit::Failed,
            "no_worker",
            text!(
                "{due} runs are due and no worker is alive.",
                "有 {due} 個執行待處理，但沒有運作中的工作者。"
            ),
        )
        .with_fix(text!(
            "Start `causeway serve`; the runs go on by themselves.",
            "請啟動 `causeway serve`，這些執行會自動繼續。"
        )))
    }
}

fn show(console: &Console, status: &Standing, now: causeway_model::Time) {
    let vitals = &status.vitals;
    let (version, backend) = (status.version, &status.backend);
    let (applied, pending) = (status.migrations_applied, status.migrations_pending);
    let size = bytes(vitals.database_bytes);
    console.line(console.words(&text!(
        "causeway {version} on {backend}, {size}; {applied} migrations applied, {pending} pending",
        "causeway {version}，資料庫 {backend}，{size}；已套用 {applied} 個遷移，待套用 {pending} 個"
    )));
    let facts = Facts { console };
    let alive = vitals.workers.iter().filter(|worker| worker.alive).count();
    let listed = vitals.workers.len();
    facts.line(
        &text!("Workers", "工作者"),
        &text!("{alive} alive of {listed}", "{listed} 個中有 {alive} 個運作中"),
    );
    for worker in &vitals.workers {
        let version = worker.version.as_deref().unwrap_or("-");
        facts.line(
            &Text::default(),
            &process(console, &worker.id, version, (worker.heartbeat_age_ms, worker.alive)),
        );
    }
    if !vitals.web_nodes.is_empty() {
        let alive = vitals.web_nodes.iter().filter(|node| node.alive).count();
        let listed = vitals.web_nodes.len();
        facts.line(
            &text!("Web nodes", "網頁節點"),
            &text!("{alive} alive of {listed}", "{listed} 個中有 {alive} 個運作中"),
        );
    }
    for node in &vitals.web_nodes {
        facts.line(
            &Text::default(),
            &process(console, &node.id, &node.version, (node.heartbeat_age_ms, node.alive)),
        );
    }
    let active: Vec<String> = vitals
        .active
        .by_status()
        .into_iter()
        .map(|(status, count)| format!("{} {count}", console.words(&run_status(status))))
        .collect();
    let active = active.join(console.words(&text!(", ", "，")));
    facts.say(&text!("Active runs", "進行中的執行"), &active);
    let due = vitals.due;
    let since = vitals.oldest_due_at.map(|at| when::span(now.since(at), console.locale));
    facts.line(
        &text!("Due runs", "待處理的執行"),
        &match since {
            Some(since) => text!("{due}, the oldest for {since}", "{due}，最久已等待 {since}"),
            None => text!("{due}", "{due}"),
        },
    );
    facts.line(&text!("Last hour", "最近一小時"), &finished(&status.finished_last_hour));
    facts.line(&text!("Last day", "最近一天"), &finished(&status.finished_last_day));
    facts.say(&text!("Dead letters", "待處理的失敗"), &vitals.dead_letters.to_string());
    facts.say(&text!("Open approvals", "待簽核"), &status.open_approvals.to_string());
    retention(&facts, &status.retention);
}

fn process(console: &Console, id: &dyn std::fmt::Display, version: &str, (age, alive): (u64, bool)) -> Text {
    let age = when::span(Span::from_millis(age), console.locale);
    if alive {
        text!("{id} ({version}), heartbeat {age} ago", "{id}（{version}），{age}前有心跳")
    } else {
        text!("{id} ({version}), dead, heartbeat {age} ago", "{id}（{version}），已失聯，最後心跳在 {age}前")
    }
}

fn finished(finished: &FinishedLately) -> Text {
    let FinishedLately { succeeded, failed, cancelled } = finished;
    text!(
        "{succeeded} succeeded, {failed} failed, {cancelled} cancelled",
        "成功 {succeeded}，失敗 {failed}，已取消 {cancelled}"
    )
}

fn retention(facts: &Facts<'_>, retention: &Retention) {
    let locale = facts.console.locale;
    let runs = retention.runs;
    let about = if retention.estimated { "~" } else { "" };
    let size = retention.bytes.map(|size| format!(" ({})", bytes(size))).unwrap_or_default();
    let oldest = retention.oldest_created_at.map_or_else(|| "-".to_owned(), when::time);
    facts.line(
        &text!("Kept runs", "保留的執行"),
        &text!("{about}{runs}{size}, the oldest from {oldest}", "{about}{runs}{size}，最早的建立於 {oldest}"),
    );
    let Some(keep) = retention.keep_ms.map(|keep| when::span(Span::from_millis(keep), locale)) else {
        let unknown = text!("not known until a worker has started", "工作者啟動後才會得知");
        return facts.line(&text!("Retention", "保留期限"), &unknown);
    };
    let removes = retention.next_sweep_removes.unwrap_or(0);
    let next = retention.next_sweep_at.map_or_else(|| "-".to_owned(), when::time);
    facts.line(
        &text!("Retention", "保留期限"),
        &text!(
            "{keep}; the next sweep at {next} removes {removes}",
            "{keep}；下次清理在 {next}，將移除 {removes} 個"
        ),
    );
    if let Some(last) = retention.last_sweep {
        let (at, removed) = (when::time(last.at), last.removed);
        facts.line(
            &text!("Last sweep", "上次清理"),
            &text!("{at}, {removed} runs removed", "{at}，移除 {removed} 個執行"),
        );
    }
}

/// Names on the left, what is to be said of them on the right.
struct Facts<'a> {
    console: &'a Console,
}

impl Facts<'_> {
    fn line(&self, name: &Text, words: &Text) {
        self.say(name, self.console.words(words));
    }

    fn say(&self, name: &Text, words: &str) {
        let name = self.console.words(name);
        let gap = 16_usize.saturating_sub(console::measure_text_width(name));
        self.console.line(&format!("{name}{}{words}", " ".repeat(gap)));
    }
}

/// `812 kB`, `3.4 MB`, `12.0 GB`.
fn bytes(count: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", count / unit, count % unit * 10 / unit);
    match count {
        0..1_000_000 => format!("{} kB", count / 1000),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(
            [812_000, 3_450_000, 12_000_000_000].map(bytes),
            ["812 kB", "3.4 MB", "12.0 GB"].map(str::to_owned)
        );
    }
}
