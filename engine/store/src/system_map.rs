//! `map_system` and `map_hand_over`: what people add to the map of systems. Which systems flows join is for others to know.

use causeway_model::{FlowId, Slug, Text, Time, text};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult};
use serde::Serialize;
use serde_json::json;

use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::{Error, Result, Store, json};

/// Rows of each kind.
const MOST: u64 = 500;
/// Documents that are read at once.
const AT_ONCE: i64 = 200;

/// A system that somebody added, named or put somewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapSystem {
    pub id: Slug,
    /// Absent where only its place is kept.
    pub title: Option<Text>,
    /// In pixels, from the middle of the map.
    pub x: Option<i64>,
    pub y: Option<i64>,
}

/// What people carry from one system to another by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HandOver {
    pub id: Slug,
    pub from: Slug,
    pub to: Slug,
    /// Such as `Excel by mail`.
    pub how: Option<String>,
    pub note: Option<String>,
}

fn slug(text: &str) -> Result<Slug> {
    text.parse().map_err(|_| Error::corrupt(format!("id on the map: {text}")))
}

impl MapSystem {
    fn read(row: &QueryResult) -> Result<Self> {
        let title: Option<String> = row.try_get_by_index(1)?;
        Ok(Self {
            id: slug(&row.try_get_by_index::<String>(0)?)?,
            title: json::parse_opt(title.as_deref(), "title of a system")?,
            x: row.try_get_by_index(2)?,
            y: row.try_get_by_index(3)?,
        })
    }
}

impl HandOver {
    fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: slug(&row.try_get_by_index::<String>(0)?)?,
            from: slug(&row.try_get_by_index::<String>(1)?)?,
            to: slug(&row.try_get_by_index::<String>(2)?)?,
            how: row.try_get_by_index(3)?,
            note: row.try_get_by_index(4)?,
        })
    }
}

const SYSTEMS: &str = "SELECT id, title, place_x, place_y FROM map_system";
const HAND_OVERS: &str = "SELECT id, from_system, to_system, how, note FROM map_hand_over";

impl Store {
    pub async fn map_systems(&self) -> Result<Vec<MapSystem>> {
        let rows = self.core.db.read.all(format!("{SYSTEMS} ORDER BY id"), vec![]).await?;
        rows.iter().map(MapSystem::read).collect()
    }

    pub async fn hand_overs(&self) -> Result<Vec<HandOver>> {
        let rows = self.core.db.read.all(format!("{HAND_OVERS} ORDER BY id"), vec![]).await?;
        rows.iter().map(HandOver::read).collect()
    }

    pub async fn set_map_system(&self, system: &MapSystem, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        let old = tx.one(format!("{SYSTEMS} WHERE id = $1"), vec![system.id.as_str().into()]).await?;
        let old = old.as_ref().map(MapSystem::read).transpose()?;
        if old.is_none() {
            room(&tx, "map_system").await?;
        }
        let put = "INSERT INTO map_system (id, title, place_x, place_y) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET \
                   title = excluded.title, place_x = excluded.place_x, place_y = excluded.place_y";
        let title = json::opt_text(system.title.as_ref());
        tx.run(put, vec![system.id.as_str().into(), title.into(), system.x.into(), system.y.into()]).await?;
        let mut change = Change::new(by, "map_system.set", system.id.as_str()).to(json!(system));
        if let Some(old) = old {
            change = change.from(json!(old));
        }
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        Ok(tx.commit().await?)
    }

    /// With the hand-overs from and to it, where nothing else puts it on the map.
    pub async fn delete_map_system(&self, id: &Slug, with_hand_overs: bool, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        let old = tx.one(format!("{SYSTEMS} WHERE id = $1"), vec![id.as_str().into()]).await?;
        let old = MapSystem::read(&old.ok_or_else(|| system_not_found(id))?)?;
        tx.run("DELETE FROM map_system WHERE id = $1", vec![id.as_str().into()]).await?;
        let now = self.core.clock.now();
        if with_hand_overs {
            let find = format!("{HAND_OVERS} WHERE from_system = $1 OR to_system = $1");
            for row in tx.all(find, vec![id.as_str().into()]).await? {
                take_off(&tx, &HandOver::read(&row)?, by, now).await?;
            }
        }
        let change = Change::new(by, "map_system.deleted", id.as_str()).from(json!(old));
        audit_entry::write(&tx, now, change).await?;
        Ok(tx.commit().await?)
    }

    pub async fn set_hand_over(&self, hand_over: &HandOver, by: &str) -> Result<()> {
        let HandOver { id, from, to, how, note } = hand_over;
        let tx = self.core.db.begin().await?;
        let old = tx.one(format!("{HAND_OVERS} WHERE id = $1"), vec![id.as_str().into()]).await?;
        let old = old.as_ref().map(HandOver::read).transpose()?;
        if old.is_none() {
            room(&tx, "map_hand_over").await?;
        }
        let put = "INSERT INTO map_hand_over (id, from_system, to_system, how, note) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (id) DO UPDATE SET from_system = excluded.from_system, to_system = excluded.to_system, \
                   how = excluded.how, note = excluded.note";
        let values = vec![
            id.as_str().into(),
            from.as_str().into(),
            to.as_str().into(),
            how.clone().into(),
            note.clone().into(),
        ];
        tx.run(put, values).await?;
        let mut change = Change::new(by, "hand_over.set", id.as_str()).to(json!(hand_over));
        if let Some(old) = old {
            change = change.from(json!(old));
        }
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        Ok(tx.commit().await?)
    }

    pub async fn delete_hand_over(&self, id: &Slug, by: &str) -> Result<()> {
        let tx = self.core.db.begin().await?;
        let old = tx.one(format!("{HAND_OVERS} WHERE id = $1"), vec![id.as_str().into()]).await?;
        let old = HandOver::read(&old.ok_or_else(|| {
            Error::not_found(
                "hand_over_not_found",
                text!("There is no hand-over {id} on the map.", "系統圖上沒有人工交接 {id}。"),
            )
        })?)?;
        take_off(&tx, &old, by, self.core.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The documents of what is published and not put away, as texts, a few at a time: those of flows after `after`.
    pub async fn documents_after(&self, after: Option<FlowId>) -> Result<Vec<(FlowId, String)>> {
        let ask = "SELECT f.id, v.document FROM flow f, flow_version v WHERE v.flow = f.id AND v.version = f.published \
                   AND f.archived_at IS NULL AND f.id > $1 ORDER BY f.id LIMIT $2";
        let after = after.map_or(uuid::Uuid::nil(), |flow| flow.0);
        let rows = self.core.db.read.all(ask, vec![after.into(), AT_ONCE.into()]).await?;
        rows.iter().map(|row| Ok((FlowId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
    }
}

async fn take_off(tx: &DatabaseTransaction, gone: &HandOver, by: &str, now: Time) -> Result<()> {
    tx.run("DELETE FROM map_hand_over WHERE id = $1", vec![gone.id.as_str().into()]).await?;
    let change = Change::new(by, "hand_over.deleted", gone.id.as_str()).from(json!(gone));
    audit_entry::write(tx, now, change).await
}

async fn room<C: ConnectionTrait>(tx: &C, table: &str) -> Result<()> {
    let row = tx.one(format!("SELECT COUNT(*) FROM {table}"), vec![]).await?;
    let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    if count.unsigned_abs() < MOST {
        return Ok(());
    }
    Err(Error::invalid(
        "map_full",
        text!("The map holds {MOST} of these at most; remove some.", "系統圖最多 {MOST} 個，請先移除一些。"),
    ))
}

fn system_not_found(id: &Slug) -> Error {
    Error::not_found(
        "system_not_found",
        text!("Nobody has put the system {id} on the map.", "系統圖上沒有人工加入的系統 {id}。"),
    )
}
