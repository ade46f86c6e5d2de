//! `listening`: who waits for the next real call of a flow's webhook, and what came. One at a time for each flow.

use causeway_model::{Flow, FlowId, Span, Time};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use crate::audit_entry::{self, Change};
use crate::db::Ask;
use crate::{Error, Result, Store, flow, json, setting, webhook_route};

/// What came stays so long for whoever asks.
const KEPT: Span = Span::from_secs(24 * 3600);

/// Somebody waits, and nothing has come yet.
#[derive(Clone, Debug)]
pub struct Listening {
    pub id: Uuid,
    pub flow: FlowId,
    /// Nothing but the trigger that is meant.
    pub document: Flow,
    pub expires_at: Time,
}

/// What somebody waits for, or what came.
#[derive(Clone, Debug)]
pub struct Heard {
    pub expires_at: Time,
    /// `trigger` as JSON text.
    pub event: Option<String>,
    pub received_at: Option<Time>,
}

impl Store {
    /// From now on until then, instead of whoever waited before. `routes`: the paths and methods that are listened on; refused
    /// where another flow has one of them.
    pub async fn start_listening(
        &self,
        flow: FlowId,
        document: &Flow,
        routes: &[(String, String)],
        expires_at: Time,
        by: &str,
    ) -> Result<Uuid> {
        let id = Uuid::now_v7();
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        webhook_route::must_be_free(&tx, flow, routes).await?;
        let slug = flow::row(&tx, flow).await?.slug;
        let put = "INSERT INTO listening (flow, id, document, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (flow) DO UPDATE SET \
                   id = excluded.id, document = excluded.document, expires_at = excluded.expires_at, event = NULL, received_at = NULL";
        let values = vec![flow.0.into(), id.into(), json::text(document).into(), expires_at.millis().into()];
        tx.run(put, values).await?;
        let change = Change::new(by, "flow.listened_to", &slug);
        audit_entry::write(&tx, self.core.clock.now(), change).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(id)
    }

    /// Nobody waits any more; what came is forgotten.
    pub async fn stop_listening(&self, flow: FlowId) -> Result<()> {
        let tx = self.core.db.begin().await?;
        setting::raise_revision(&tx).await?;
        tx.run("DELETE FROM listening WHERE flow = $1", vec![flow.0.into()]).await?;
        tx.commit().await?;
        self.core.caches.forget();
        Ok(())
    }

    /// Everybody who waits for something.
    pub async fn listenings(&self) -> Result<Vec<Listening>> {
        let ask = "SELECT id, flow, document, expires_at FROM listening WHERE event IS NULL AND expires_at > $1 ORDER BY id";
        let rows = self.core.db.read.all(ask, vec![self.core.clock.now().millis().into()]).await?;
        let read = |row: &sea_orm::QueryResult| {
            let document: String = row.try_get_by_index(2)?;
            Ok(Listening {
                id: row.try_get_by_index(0)?,
                flow: FlowId(row.try_get_by_index(1)?),
                document: json::parse(&document, "trigger that is listened to")?,
                expires_at: Time(row.try_get_by_index(3)?),
            })
        };
        let found: Vec<Result<Listening>> = rows.iter().map(read).collect();
        // What a newer process listens to is for it to hear.
        found.into_iter().filter(|one| !one.as_ref().is_err_and(Error::is_newer)).collect()
    }

    /// What came, for whoever waits for it; false where somebody else's call was first, or nobody waits any more.
    pub async fn hear(&self, listening: Uuid, event: &str, at: Time) -> Result<bool> {
        let tx = self.core.db.begin().await?;
        // Nothing more is for them. In this order everywhere, so that nobody waits for each other.
        setting::raise_revision(&tx).await?;
        let note = "UPDATE listening SET event = $2, received_at = $3 WHERE id = $1 AND event IS NULL AND expires_at > $3";
        if tx.run(note, vec![listening.into(), event.into(), at.millis().into()]).await? == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.commit().await?;
        self.core.caches.forget();
        Ok(true)
    }

    pub async fn heard(&self, flow: FlowId) -> Result<Option<Heard>> {
        let ask = "SELECT expires_at, event, received_at FROM listening WHERE flow = $1";
        let row = self.core.db.read.one(ask, vec![flow.0.into()]).await?;
        row.map(|row| {
            Ok(Heard {
                expires_at: Time(row.try_get_by_index(0)?),
                event: row.try_get_by_index(1)?,
                received_at: row.try_get_by_index::<Option<i64>>(2)?.map(Time),
            })
        })
        .transpose()
    }
}

pub(crate) async fn sweep(tx: &DatabaseTransaction, now: Time) -> Result<()> {
    tx.run("DELETE FROM listening WHERE expires_at <= $1", vec![(now - KEPT).millis().into()]).await?;
    Ok(())
}
