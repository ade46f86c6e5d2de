//! The same thing done to many runs: they are counted and shown first, and nothing is done without a yes.

use causeway_model::{RunId, RunStatus, Slug, Span, Time, text};
use causeway_server::app::{BulkAction, BulkPreview, BulkRequest};
use causeway_store::RunFilter;
use clap::Args;
use serde_json::json;

use crate::commands::input;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

/// Which runs, instead of one by its id.
#[derive(Args, Clone)]
pub struct Many {
    /// All runs of this flow instead of one
    #[arg(long, value_name = "SLUG", value_parser = input::name::<Slug>)]
    pub flow: Option<Slug>,
    /// All runs with this status
    #[arg(long, value_parser = super::list::status)]
    pub status: Option<RunStatus>,
    /// All runs that failed with this code
    #[arg(long, value_name = "CODE")]
    pub error_code: Option<String>,
    /// All runs made since then: a time, or a span such as `2h`
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
}

/// As many are done in one go.
const AT_ONCE: u64 = 200;

impl Many {
    pub async fn filter(&self, context: &Context) -> Outcome<RunFilter> {
        let app = context.app().await?;
        let flow = context.flow_id(self.flow.as_ref()).await?;
        let from = match &self.since {
            Some(text) => Some(since(text, app.now())?),
            None => None,
        };
        let (status, error_code) = (self.status, self.error_code.clone());
        Ok(RunFilter { flow, status, error_code, from, ..RunFilter::default() })
    }
}

fn since(text: &str, now: Time) -> Outcome<Time> {
    let span = text.parse::<Span>().map(|span| now - span).ok();
    span.or_else(|| text.parse().ok()).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "since_invalid",
            text!(
                "`{text}` is no time; write 2026-11-28T08:00:00+08:00, or a span such as `2h`.",
                "「{text}」不是時間，請寫成 2026-11-28T08:00:00+08:00，或 `2h` 這樣的時間長度。"
            ),
        )
    })
}

/// Shows what it would be, asks, and does it. `dry`: only shows.
pub async fn act(
    context: &Context,
    action: BulkAction,
    runs: RunFilter,
    (dry, yes): (bool, bool),
) -> Outcome {
    let app = context.app().await?;
    let console = &context.console;
    let preview = app.preview_bulk(&action, runs.clone()).await?;
    if dry && console.json {
        return console.json(&preview);
    }
    if !console.json {
        tell(context, &preview);
    }
    if dry || preview.count == 0 {
        return Ok(());
    }
    let count = preview.count;
    if !yes && !input::confirm(context, &text!("Do it to {count} runs?", "要對 {count} 個執行進行嗎？"))
    {
        return Err(Failure::refused(
            "not_confirmed",
            text!("Nothing was done to {count} runs.", "未對 {count} 個執行進行任何動作。"),
        )
        .with_fix(text!("Confirm with --yes.", "請以 --yes 確認。")));
    }
    let (mut results, mut before) = (Vec::new(), None::<RunId>);
    loop {
        let request = BulkRequest {
            action: action.clone(),
            runs: RunFilter { before, newest: preview.newest_run, limit: AT_ONCE, ..runs.clone() },
            expected: count,
            key: None,
            by: context.by(),
        };
        let done = app.act_on_runs(request).await?;
        results.extend(done.results);
        before = done.next;
        if before.is_none() {
            break;
        }
    }
    let refused: Vec<_> = results.iter().filter(|result| !result.ok).collect();
    let (done, not) = (results.len() - refused.len(), refused.len());
    for result in refused.iter().take(20).filter(|_| !console.json) {
        let (run, why) = (result.run, result.message.clone().unwrap_or_default());
        let (en, zh_tw) = (why.en, why.zh_tw);
        console.note(&text!("{run}: {en}", "{run}：{zh_tw}"));
    }
    console.done(
        &json!({ "done": done, "refused": not, "results": results }),
        &text!("Done: {done} runs. Refused: {not}.", "完成 {done} 個執行，拒絕 {not} 個。"),
    )?;
    if refused.is_empty() { Ok(()) } else { Err(Failure::told(Exit::Failed)) }
}

fn tell(context: &Context, preview: &BulkPreview) {
    let console = &context.console;
    let count = preview.count;
    console.note(&text!("Runs: {count}", "執行數：{count}"));
    for flow in &preview.flows {
        let (slug, runs) = (&flow.slug, flow.runs);
        console.note(&text!("  {slug}: {runs}", "  {slug}：{runs}"));
    }
    if preview.looked_at < count {
        let looked_at = preview.looked_at;
        console.note(&text!(
            "  (of the newest {looked_at}, which were looked at)",
            "  （僅檢視最新的 {looked_at} 個）"
        ));
    }
    for effect in &preview.effects {
        let (slug, step, use_, times) = (&effect.slug, &effect.step, &effect.use_, effect.times);
        console.note(&text!(
            "  repeats {slug}: {step} ({use_}), {times} times",
            "  將重複 {slug}：{step}（{use_}），{times} 次"
        ));
    }
    if preview.may_have_happened > 0 {
        let doubtful = preview.may_have_happened;
        console.note(&text!(
            "  In {doubtful} of them the failed call may have happened.",
            "  其中 {doubtful} 個的失敗呼叫可能已經發生。"
        ));
    }
}
