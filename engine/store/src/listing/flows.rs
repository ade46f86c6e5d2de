//! Pages of flows: by slug, or those changed last first.

use causeway_model::{FlowId, Slug, Time, TriggerKind};

use super::{Conditions, Page, anywhere};
use crate::db::Dialect;
use crate::flow::{Entity, FlowRecord};
use crate::{Result, Store, codes};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlowOrder {
    #[default]
    Slug,
    /// Changed last, first.
    Updated,
}

/// Which flows count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlowState {
    /// All that are not archived.
    #[default]
    InService,
    Published,
    /// Never published, or not since it was brought back.
    Draft,
    Archived,
}

/// Where a page begins: after this flow.
#[derive(Clone, Debug)]
pub enum FlowPlace {
    Slug(Slug),
    Updated(Time, FlowId),
}

#[derive(Clone, Debug, Default)]
pub struct FlowFilter {
    /// Stands in the slug or the name, in letters of any size.
    pub text: Option<String>,
    pub tag: Option<String>,
    pub state: FlowState,
    /// Of the published version's trigger; of the draft's where none is published.
    pub trigger: Option<TriggerKind>,
    pub enabled: Option<bool>,
    pub order: FlowOrder,
    pub after: Option<FlowPlace>,
    pub limit: u64,
}

impl Store {
    pub async fn list_flows(&self, filter: FlowFilter) -> Result<Page<FlowRecord>> {
        let db = &self.core.db.read;
        let sqlite = self.core.db.dialect == Dialect::Sqlite;
        let mut wanted = Conditions::default();
        match filter.state {
            FlowState::InService => wanted.and("archived_at IS NULL"),
            FlowState::Published => wanted.and("archived_at IS NULL AND published IS NOT NULL"),
            FlowState::Draft => wanted.and("archived_at IS NULL AND published IS NULL"),
            FlowState::Archived => wanted.and("archived_at IS NOT NULL"),
        };
        if let Some(text) = &filter.text {
            let either = "(LOWER(slug) LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!')";
            wanted.with(either, anywhere(text));
        }
        if let Some(tag) = filter.tag {
            let has = match sqlite {
                true => "EXISTS (SELECT 1 FROM json_each(flow.tags) WHERE value = ?)",
                false => "jsonb_exists(tags::jsonb, ?::text)",
            };
            wanted.with(has, tag);
        }
        if let Some(kind) = filter.trigger {
            // Of a draft by its document's text, whose fields stand in the order in which we write them: reading it as JSON in
            // the database would fail for all flows where one holds a NUL.
            let drafted = wanted.number(format!("%\"trigger\":{{\"use\":\"{}\"%", kind.name()));
            let either = format!("(trigger_kind = ? OR (trigger_kind IS NULL AND draft LIKE {drafted}))");
            wanted.with(&either, codes::trigger_code(kind));
        }
        if let Some(enabled) = filter.enabled {
            wanted.with("enabled = ?", enabled);
        }
        match filter.after {
            None => {}
            Some(FlowPlace::Slug(slug)) => {
                wanted.with("slug > ?", slug.as_str());
            }
            Some(FlowPlace::Updated(at, id)) => {
                let (at, id) = (wanted.number(at.millis()), wanted.number(id.0));
                wanted.and(format!("(updated_at, id) < ({at}, {id})"));
            }
        }
        let order = match filter.order {
            FlowOrder::Slug => "slug",
            FlowOrder::Updated => "updated_at DESC, id DESC",
        };
        // A list does not show the drafts, which are large.
        let page = wanted.page::<Entity>(db, &[("draft", "''")], order, filter.limit).await?;
        page.try_map(FlowRecord::read)
    }
}
