//! Schedules: what a cron expression means before it is used, and which flows start when.

use std::collections::HashMap;

use causeway_document::Schedule;
use causeway_document::cron::{Cron, Times, timezone};
use causeway_model::{Fault, Slug, Text, Time, text};
use serde::Serialize;

use super::{App, Error, Result};

const TIMEZONE: &str = "Asia/Taipei";
/// How many times a preview tells, unless said, and at most.
const TIMES: usize = 5;
const MOST_TIMES: usize = 100;

#[derive(Clone, Debug, Default)]
pub struct PreviewRequest {
    pub cron: String,
    /// An IANA name; Asia/Taipei where it is absent.
    pub timezone: Option<String>,
    /// 1 to 100; 5 unless said.
    pub count: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchedulePreview {
    /// What the expression means.
    pub sentence: Text,
    pub timezone: String,
    /// The next times.
    pub next: Vec<Time>,
}

/// A published, enabled flow that starts at fixed times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScheduleView {
    pub slug: Slug,
    pub version: i32,
    pub sentence: Text,
    pub timezone: String,
    /// When it starts next, its jitter included.
    pub next_at: Option<Time>,
    /// The newest time that it fired for.
    pub last_fire_at: Option<Time>,
}

/// Some schedules, and the slug that the next page begins after.
#[derive(Clone, Debug)]
pub struct SchedulePage {
    pub schedules: Vec<ScheduleView>,
    pub next: Option<Slug>,
}

impl App {
    pub fn preview_schedule(&self, request: &PreviewRequest) -> Result<SchedulePreview> {
        let mut faults = Vec::new();
        let cron = Cron::read(&request.cron).map_err(|Text { en, zh_tw }| {
            let message = text!("This is no cron expression: {en}", "這不是有效的 cron：{zh_tw}");
            let fix = text!("For example `0 2 * * *`: each day at 02:00.", "例如 `0 2 * * *`：每天 02:00。");
            faults.push(Fault::error("invalid_cron", "/cron", message).with_fix(fix));
        });
        let name = request.timezone.as_deref().unwrap_or(TIMEZONE);
        let zone = timezone(name);
        if zone.is_none() {
            let shown: String = name.chars().take(60).collect();
            let message = text!("There is no time zone `{shown}`", "沒有時區 `{shown}`");
            let fix =
                text!("Use an IANA name such as `Asia/Taipei`.", "請用 IANA 名稱，例如 `Asia/Taipei`。");
            faults.push(Fault::error("unknown_timezone", "/timezone", message).with_fix(fix));
        }
        let count = request.count.unwrap_or(TIMES);
        if !(1..=MOST_TIMES).contains(&count) {
            let message = text!(
                "`count` must be between 1 and {MOST_TIMES}",
                "`count` 必須介於 1 與 {MOST_TIMES} 之間"
            );
            let fix = text!("Leave it out for {TIMES}.", "省略則為 {TIMES}。");
            faults.push(Fault::error("out_of_range", "/count", message).with_fix(fix));
        }
        let (Ok(cron), Some(zone), true) = (cron, zone, faults.is_empty()) else {
            let text = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
            return Err(Error { faults, ..Error::invalid("schedule_invalid", text) });
        };
        let times = Times::Cron(cron);
        Ok(SchedulePreview {
            sentence: times.sentence(zone.name()),
            timezone: zone.name().to_owned(),
            next: times.after(zone, self.now()).take(count).collect(),
        })
    }

    /// In the order of their slugs.
    pub async fn schedules(&self) -> Result<Vec<ScheduleView>> {
        Ok(self.list_schedules(None, u64::from(u32::MAX)).await?.schedules)
    }

    /// In the order of their slugs, those after `after`.
    pub async fn list_schedules(&self, after: Option<&Slug>, limit: u64) -> Result<SchedulePage> {
        let page = self.store().list_scheduled(after, limit).await?;
        let next = page.rows.last().filter(|_| page.more).map(|last| last.slug.clone());
        let scheduled = page.rows;
        let flows: Vec<_> = scheduled.iter().map(|one| one.flow).collect();
        let documents = self.store().published_documents(&flows).await?;
        let mut schedules: HashMap<_, _> = documents
            .iter()
            .filter_map(|(flow, _, document)| Some((*flow, Schedule::of(document)?)))
            .collect();
        let now = self.now();
        let schedules = scheduled
            .into_iter()
            .filter_map(|one| {
                let schedule = schedules.remove(&one.flow)?;
                let delay = schedule.delay(one.flow);
                Some(ScheduleView {
                    slug: one.slug,
                    version: one.version,
                    sentence: schedule.sentence(),
                    timezone: schedule.zone.name().to_owned(),
                    next_at: schedule.times.next(schedule.zone, now - delay).map(|at| at + delay),
                    last_fire_at: one.fired_at,
                })
            })
            .collect();
        Ok(SchedulePage { schedules, next })
    }
}
