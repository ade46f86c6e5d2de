//! A run as a person reads it: what happened, step by step, and where it stands.

use causeway_document::{AttemptView, StepView};
use causeway_model::{
    KnownFrom, RunFailure, RunMode, RunStatus, StepError, StepStatus, Text, Time, WaitKind, text,
};
use causeway_store::RunRecord;
use console::measure_text_width;

use super::console::{Console, Paint};
use super::values::{Detail, show};
use super::{run_status, step_status, trigger_kind, when};

/// Writes a run's timeline.
pub struct Timeline<'a> {
    pub console: &'a Console,
    pub now: Time,
    pub full: bool,
    /// What the connector calls the run's trigger, where it is one's.
    pub trigger: Option<Text>,
}

/// How wide the columns of the steps are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Widths {
    ids: usize,
    uses: usize,
}

impl Widths {
    pub fn of(steps: &[StepView]) -> Self {
        let width =
            |text: fn(&StepView) -> &str| steps.iter().map(|step| measure_text_width(text(step))).max();
        Self { ids: width(|step| step.id.as_str()).unwrap_or(0), uses: width(|step| &step.use_).unwrap_or(0) }
    }
}

impl Timeline<'_> {
    pub fn render(&self, run: &RunRecord, steps: &[StepView]) -> String {
        let mut lines = self.header(run);
        lines.push(String::new());
        lines.extend(self.steps(steps));
        lines.join("\n")
    }

    pub fn steps(&self, steps: &[StepView]) -> Vec<String> {
        let widths = Widths::of(steps);
        steps.iter().flat_map(|step| self.step(step, widths)).collect()
    }

    fn words<'t>(&self, text: &'t Text) -> &'t str {
        self.console.words(text)
    }

    /// Where the run stands, in one line.
    pub fn standing(&self, run: &RunRecord) -> String {
        let status = self.console.paint(self.words(&run_status(run.status)), paint_run(run.status));
        let mut line = format!("{}  {status}", self.words(&text!("Run", "執行")));
        if let (Some(started), Some(finished)) = (run.started_at, run.finished_at) {
            line.push_str(&format!("  {}", when::span(finished.since(started), self.console.locale)));
        }
        if let Some(failure) = &run.failure {
            line.push_str(&format!("  {}", self.console.paint(&self.failure(failure), Paint::Bad)));
        }
        if let Some(reason) = &run.reason {
            line.push_str(&format!("  {}", self.words(reason)));
        }
        line
    }

    pub fn header(&self, run: &RunRecord) -> Vec<String> {
        let mut facts: Vec<(Text, String)> = Vec::new();
        facts.push((text!("flow", "流程"), format!("{} {}", run.slug, self.words(&run.edition()))));
        if run.mode == RunMode::Test {
            facts.push((text!("mode", "模式"), self.words(&text!("test", "測試")).to_owned()));
        }
        let mut status = self.console.paint(self.words(&run_status(run.status)), paint_run(run.status));
        if run.handled_errors > 0 {
            let count = run.handled_errors;
            status.push_str(&format!(
                " ({})",
                self.words(&text!("errors handled: {count}", "已處理 {count} 個錯誤"))
            ));
        }
        facts.push((text!("status", "狀態"), status));
        let trigger = self.trigger.clone().unwrap_or_else(|| trigger_kind(run.trigger));
        let created = format!("{} ({})", when::exact_time(run.created_at), self.words(&trigger));
        facts.push((text!("created", "建立"), created));
        if let Some(started) = run.started_at {
            facts.push((text!("started", "開始"), when::exact_time(started)));
            let until = run.finished_at.unwrap_or(self.now);
            facts.push((text!("took", "歷時"), when::span(until.since(started), self.console.locale)));
        }
        facts.extend(self.relations(run));
        if let Some(failure) = &run.failure {
            facts.push((text!("error", "錯誤"), self.console.paint(&self.failure(failure), Paint::Bad)));
        }
        if let Some(reason) = &run.reason {
            facts.push((text!("reason", "原因"), self.words(reason).to_owned()));
        }
        let widest = facts.iter().map(|(name, _)| measure_text_width(self.words(name))).max().unwrap_or(0);
        let title = text!("Run", "執行");
        let mut lines =
            vec![self.console.paint(&format!("{} {}", self.words(&title), run.id), Paint::Strong)];
        for (name, fact) in facts {
            let name = self.words(&name);
            let gap = " ".repeat(widest - measure_text_width(name) + 2);
            lines.push(format!("  {}{gap}{fact}", self.console.paint(name, Paint::Faint)));
        }
        lines
    }

    fn relations(&self, run: &RunRecord) -> Vec<(Text, String)> {
        let origin = &run.origin;
        let mut facts = Vec::new();
        if let Some(by) = &origin.by {
            facts.push((text!("by", "啟動者"), by.clone()));
        }
        for (name, other) in [
            (text!("resumes", "接續"), origin.resumed_from),
            (text!("replays", "重播"), origin.replayed_from),
            (text!("taken over by", "接手的執行"), run.resumed_by),
        ] {
            if let Some(other) = other {
                facts.push((name, other.to_string()));
            }
        }
        if let Some(parent) = &origin.parent {
            facts.push((text!("called by", "呼叫者"), format!("{} ({})", parent.run, parent.step)));
        }
        facts
    }

    /// Which step and why, in words.
    fn failure(&self, failure: &RunFailure) -> String {
        let error = self.error(&failure.error);
        match &failure.step {
            Some(step) => self.words(&text!("step {step}: {error}", "步驟 {step}：{error}")).to_owned(),
            None => error,
        }
    }

    fn error(&self, error: &StepError) -> String {
        format!("{} [{}]", self.words(&error.message), error.code)
    }

    pub fn step(&self, step: &StepView, Widths { ids, uses }: Widths) -> Vec<String> {
        let pad = |text: &str, width: usize| {
            format!("{text}{}", " ".repeat(width.saturating_sub(measure_text_width(text))))
        };
        let mark = self.console.paint(mark(step.status, self.console.terminal), paint_step(step.status));
        let status = self.words(&step_status(step.status)).to_owned();
        let mut line = format!(
            "{mark} {}  {}  {}",
            pad(step.id.as_str(), ids),
            self.console.paint(&pad(&step.use_, uses), Paint::Faint),
            self.console.paint(&status, paint_step(step.status)),
        );
        if let Some(port) = &step.port {
            line.push_str(&format!(" -> {port}"));
        }
        if let Some(took) = self.took(step) {
            line.push_str(&format!("  {took}"));
        }
        if step.kept {
            line.push_str(&format!("  ({})", self.words(&text!("kept", "沿用先前結果"))));
        }
        let mut lines = vec![line];
        lines.extend(self.details(step).into_iter().map(|detail| format!("    {detail}")));
        lines
    }

    fn took(&self, step: &StepView) -> Option<String> {
        if let Some(micros) = step.took_us {
            return Some(when::micros(micros, self.console.locale));
        }
        let started = step.started_at?;
        let until = match (step.finished_at, step.status) {
            (Some(finished), _) => finished,
            (None, StepStatus::Running | StepStatus::Waiting) => self.now,
            (None, _) => return None,
        };
        Some(when::span(until.since(started), self.console.locale))
    }

    fn details(&self, step: &StepView) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(name) = step.name.as_deref().filter(|name| !name.is_empty()) {
            lines.push(self.console.paint(name, Paint::Faint));
        }
        if step.attempts.len() > 1 {
            lines.extend(step.attempts.iter().map(|attempt| self.attempt(attempt)));
        }
        if let Some(items) = &step.items {
            let (count, settled) = (items.count, items.settled());
            let (succeeded, failed) = (items.succeeded, items.failed);
            lines.push(
                self.words(&text!(
                    "{settled} of {count} items: {succeeded} succeeded, {failed} failed",
                    "{count} 項中已完成 {settled} 項：成功 {succeeded}，失敗 {failed}"
                ))
                .to_owned(),
            );
        }
        if let Some(wait) = step.wait.as_ref().filter(|_| step.status == StepStatus::Waiting) {
            lines.push(self.wait(&wait.kind, wait.until));
        }
        for (name, value) in [(text!("input", "輸入"), &step.input), (text!("output", "輸出"), &step.output)]
        {
            if let Some(value) = value {
                lines.extend(self.value(self.words(&name), value));
            }
        }
        if step.output_from == Some(KnownFrom::Unknown) && step.error.is_none() {
            let unknown = text!("output  not known", "輸出  無從得知");
            lines.push(self.console.paint(self.words(&unknown), Paint::Faint));
        }
        if let Some(error) = &step.error {
            lines.push(format!(
                "{}  {}",
                self.words(&text!("error", "錯誤")),
                self.console.paint(&self.error(error), Paint::Bad)
            ));
            if let Some(body) = &error.body {
                lines.extend(self.value(self.words(&text!("answer", "回應")), body));
            }
        }
        lines
    }

    fn attempt(&self, attempt: &AttemptView) -> String {
        let number = attempt.attempt;
        let mut line = format!(
            "{}  {}",
            self.words(&text!("attempt {number}", "第 {number} 次")),
            when::clock(attempt.started_at)
        );
        if let Some(error) = &attempt.error {
            line.push_str(&format!("  {}", self.error(error)));
        }
        line
    }

    fn wait(&self, kind: &WaitKind, until: Option<Time>) -> String {
        let what = match kind {
            WaitKind::Time => text!("waits", "等待"),
            WaitKind::Callback => text!("waits for its one-time URL to be called", "等待一次性網址被呼叫"),
            WaitKind::Approval => text!("waits for a decision", "等待簽核"),
            WaitKind::Run { run } => text!("waits for the run {run}", "等待執行 {run}"),
        };
        match until {
            Some(until) => {
                let until = when::time(until);
                format!("{}{}", self.words(&what), self.words(&text!(" until {until}", "，直到 {until}")))
            }
            None => self.words(&what).to_owned(),
        }
    }

    fn value(&self, name: &str, value: &causeway_model::Value) -> Vec<String> {
        let room = self.console.width().unwrap_or(110).saturating_sub(14).max(40);
        let detail = if self.full { Detail::Full } else { Detail::Short(room) };
        let text = show(value, detail);
        let mut lines = text.lines();
        let gap = " ".repeat(8usize.saturating_sub(measure_text_width(name)).max(2));
        let first =
            format!("{}{gap}{}", self.console.paint(name, Paint::Faint), lines.next().unwrap_or_default());
        std::iter::once(first).chain(lines.map(|line| format!("        {line}"))).collect()
    }
}

fn mark(status: StepStatus, terminal: bool) -> &'static str {
    match (status, terminal) {
        (StepStatus::Succeeded, true) => "✔",
        (StepStatus::Succeeded, false) => "+",
        (StepStatus::Failed, true) => "✖",
        (StepStatus::Failed, false) => "x",
        (StepStatus::Running, _) => ">",
        (StepStatus::Waiting, true) => "◷",
        (StepStatus::Waiting, false) => "~",
        (StepStatus::Skipped, true) => "○",
        (StepStatus::Skipped, false) => "-",
        (StepStatus::Cancelled, true) => "⊘",
        (StepStatus::Cancelled, false) => "!",
        (StepStatus::Pending, true) => "·",
        (StepStatus::Pending, false) => ".",
    }
}

fn paint_step(status: StepStatus) -> Paint {
    match status {
        StepStatus::Succeeded => Paint::Good,
        StepStatus::Failed => Paint::Bad,
        StepStatus::Running | StepStatus::Waiting => Paint::Busy,
        StepStatus::Pending | StepStatus::Skipped | StepStatus::Cancelled => Paint::Faint,
    }
}

pub fn paint_run(status: RunStatus) -> Paint {
    match status {
        RunStatus::Succeeded => Paint::Good,
        RunStatus::Failed => Paint::Bad,
        RunStatus::Queued | RunStatus::Running | RunStatus::Waiting => Paint::Busy,
        RunStatus::Cancelled => Paint::Faint,
    }
}

#[cfg(test)]
mod tests {
    use causeway_model::{ErrorClass, FlowId, Locale, LoopTally, RunId, TriggerKind, Wait};
    use causeway_store::Origin;
    use serde_json::json;

    use super::*;

    fn console(locale: Locale) -> Console {
        Console { locale, json: false, terminal: false }
    }

    fn error() -> StepError {
        StepError::new("http_status", ErrorClass::Server, text!("The answer was 503.", "對方回應 503。"))
    }

    fn run() -> RunRecord {
        let id = RunId(uuid::Uuid::nil());
        RunRecord {
            id,
            flow: FlowId(uuid::Uuid::nil()),
            slug: "order".parse().expect("a slug"),
            version: 3,
            status: RunStatus::Failed,
            trigger: TriggerKind::Webhook,
            mode: RunMode::Normal,
            created_at: Time(1_000),
            started_at: Some(Time(1_000)),
            finished_at: Some(Time(3_500)),
            failure: Some(RunFailure { step: Some("create".parse().expect("an id")), error: error() }),
            handled_errors: 0,
            output: None,
            reason: None,
            key_root: id,
            origin: Origin::default(),
            resumed_by: None,
            dismissed: false,
        }
    }

    fn step(id: &str, use_: &str, status: StepStatus) -> StepView {
        StepView { status, ..StepView::new(id.parse().expect("an id"), use_.to_owned()) }
    }

    fn steps() -> Vec<StepView> {
        let attempt = |attempt| AttemptView {
            attempt,
            started_at: Time(1_000),
            finished_at: Some(Time(1_100)),
            error: Some(error()),
        };
        vec![
            StepView {
                took_us: Some(420),
                output: Some(json!({ "no": "Q-1" })),
                ..step("map", "script", StepStatus::Succeeded)
            },
            StepView {
                started_at: Some(Time(1_000)),
                finished_at: Some(Time(3_400)),
                error: Some(error()),
                attempts: vec![attempt(1), attempt(2)],
                ..step("create", "http.request", StepStatus::Failed)
            },
            StepView {
                items: Some(LoopTally {
                    cursor: 2,
                    count: 5,
                    succeeded: 1,
                    failed: 1,
                    ..LoopTally::default()
                }),
                ..step("lines", "for_each", StepStatus::Cancelled)
            },
            step("tell", "http.request", StepStatus::Skipped),
        ]
    }

    /// Without the lines that show the machine's zone.
    fn rendered(locale: Locale) -> Vec<String> {
        let console = console(locale);
        let text = Timeline { console: &console, now: Time(9_000), full: false, trigger: None }
            .render(&run(), &steps());
        text.lines().filter(|line| !line.contains("1970")).map(str::to_owned).collect()
    }

    #[test]
    fn a_failed_run_says_which_step_and_why() {
        let lines = rendered(Locale::En);
        assert_eq!(
            lines[1..5],
            [
                "  flow     order v3",
                "  status   failed",
                "  took     2.5 s",
                "  error    step create: The answer was 503. [http_status]",
            ]
        );
        assert_eq!(
            lines[6..8],
            ["+ map     script        succeeded  0.42 ms", "    output  {\"no\":\"Q-1\"}",]
        );
        assert_eq!(lines[8], "x create  http.request  failed  2.4 s");
        assert!(
            lines[9].starts_with("    attempt 1  ")
                && lines[9].ends_with("The answer was 503. [http_status]")
        );
        assert_eq!(
            lines[11..],
            [
                "    error  The answer was 503. [http_status]",
                "! lines   for_each      cancelled",
                "    2 of 5 items: 1 succeeded, 1 failed",
                "- tell    http.request  skipped",
            ]
        );
    }

    #[test]
    fn the_timeline_speaks_chinese() {
        let lines = rendered(Locale::ZhTw);
        assert_eq!(lines[4], "  錯誤  步驟 create：對方回應 503。 [http_status]");
        assert!(lines.iter().any(|line| line == "- tell    http.request  略過"), "{lines:#?}");
    }

    #[test]
    fn a_waiting_step_says_for_what() {
        let console = console(Locale::En);
        let mut waiting = step("ask", "approval", StepStatus::Waiting);
        waiting.wait = Some(Wait { kind: WaitKind::Approval, until: None });
        let text = Timeline { console: &console, now: Time(0), full: false, trigger: None }
            .render(&run(), &[waiting]);
        assert!(text.ends_with("~ ask  approval  waiting\n    waits for a decision"), "{text}");
    }
}
