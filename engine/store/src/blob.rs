//! `blob`, `blob_chunk`, `blob_owner`: files and record streams, in chunks that any node can read, kept as long as a run
//! that owns them is.

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use causeway_model::{BlobId, FileRef, RunId, StreamRef, Time, Value, text};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::accept::NewRun;
use crate::bulk::{Columns, Kind, Rows};
use crate::db::Ask;
use crate::{Error, Result, Store, json};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blob")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: i16,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Of a stream.
    pub records: i64,
    pub complete: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const FILE: i16 = 0;
const STREAM: i16 = 1;
/// Parts are gathered to this size before they are written.
const CHUNK: usize = 256 * 1024;
/// Records of a stream are gathered to this number.
const RECORDS: usize = 1000;
const LONGEST_NAME: usize = 255;

fn blob_not_found(id: BlobId) -> Error {
    Error::not_found(
        "file_not_found",
        text!("There is no file or stream {id} (any more).", "檔案或資料流 {id} 不存在（或已刪除）。"),
    )
}

async fn create(
    tx: &DatabaseTransaction,
    now: Time,
    owner: RunId,
    id: BlobId,
    kind: i16,
    (name, media_type): (&str, &str),
) -> Result<()> {
    tx.run(
        "INSERT INTO blob (id, kind, name, media_type, size, records, complete, created_at) VALUES ($1, $2, $3, $4, 0, 0, FALSE, $5)",
        vec![id.0.into(), kind.into(), name.into(), media_type.into(), now.millis().into()],
    )
    .await?;
    own(tx, owner, id).await
}

async fn own(tx: &DatabaseTransaction, owner: RunId, id: BlobId) -> Result<()> {
    tx.run(
        "INSERT INTO blob_owner (run, blob) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        vec![owner.0.into(), id.0.into()],
    )
    .await?;
    Ok(())
}

async fn put_chunk(tx: &DatabaseTransaction, id: BlobId, first: i64, data: Vec<u8>) -> Result<()> {
    tx.run(
        "INSERT INTO blob_chunk (blob, first, data) VALUES ($1, $2, $3)",
        vec![id.0.into(), first.into(), data.into()],
    )
    .await?;
    Ok(())
}

/// One record a line.
fn lines(records: &[Value]) -> Vec<u8> {
    let mut text = String::new();
    for record in records {
        text.push_str(&json::text(record));
        text.push('\n');
    }
    text.into_bytes()
}

/// Appends records to a stream, which is made if it is not there. How many it has then.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    now: Time,
    owner: RunId,
    id: BlobId,
    records: &[Value],
) -> Result<u64> {
    let data = lines(records);
    let grow = "UPDATE blob SET records = records + $2, size = size + $3, complete = TRUE WHERE id = $1 RETURNING records";
    let (more, bytes) = (i64::try_from(records.len()).unwrap_or(0), i64::try_from(data.len()).unwrap_or(0));
    let values = || vec![id.0.into(), more.into(), bytes.into()];
    let row = match tx.one(grow, values()).await? {
        Some(row) => row,
        None => {
            create(tx, now, owner, id, STREAM, ("", "application/x-ndjson")).await?;
            tx.one(grow, values()).await?.ok_or_else(|| blob_not_found(id))?
        }
    };
    let count: i64 = row.try_get_by_index(0)?;
    if !records.is_empty() {
        put_chunk(tx, id, count - more, data).await?;
    }
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Ids of the files and streams that a value names, at any depth.
fn named(value: &Value, found: &mut BTreeSet<BlobId>) {
    if let Some(file) = FileRef::from_value(value) {
        found.insert(file.id);
    } else if let Some(stream) = StreamRef::from_value(value) {
        found.insert(stream.id);
    } else {
        match value {
            Value::Array(items) => items.iter().for_each(|item| named(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| named(field, found)),
            _ => {}
        }
    }
}

/// New runs keep what their events name, and all that the run they go on from has.
pub(crate) async fn inherit(tx: &DatabaseTransaction, runs: &[&NewRun]) -> Result<()> {
    for run in runs {
        if run.event.contains("\"$file\"") || run.event.contains("\"$stream\"") {
            let event: Value = json::parse(&run.event, "trigger event")?;
            grant(tx, run.id, &event).await?;
        }
        for before in [run.origin.resumed_from, run.origin.replayed_from].into_iter().flatten() {
            tx.run(
                "INSERT INTO blob_owner (run, blob) SELECT $1, blob FROM blob_owner WHERE run = $2 ON CONFLICT DO NOTHING",
                vec![run.id.0.into(), before.0.into()],
            )
            .await?;
        }
    }
    Ok(())
}

/// The run keeps the files and streams that the value names.
pub(crate) async fn grant(tx: &DatabaseTransaction, run: RunId, value: &Value) -> Result<()> {
    const COLUMNS: Columns = &[("owner", Kind::Uuid), ("named", Kind::Uuid)];
    let mut found = BTreeSet::new();
    named(value, &mut found);
    let mut rows = Rows::new(tx.dialect(), COLUMNS);
    for id in found {
        rows.uuid(run.0).uuid(id.0);
    }
    if !rows.is_empty() {
        let insert = rows.statement(vec![], |source| {
            format!(
                "INSERT INTO blob_owner (run, blob) SELECT r.owner, b.id FROM {source} JOIN blob b ON b.id = r.named \
                 WHERE TRUE ON CONFLICT DO NOTHING"
            )
        });
        tx.execute_raw(insert).await?;
    }
    Ok(())
}

/// Writes a file part by part.
pub struct FileWriter {
    store: Store,
    file: FileRef,
    gathered: BytesMut,
}

impl FileWriter {
    pub async fn write(&mut self, part: Bytes) -> Result<()> {
        self.gathered.extend_from_slice(&part);
        while self.gathered.len() >= CHUNK {
            let chunk = self.gathered.split_to(CHUNK);
            self.put(chunk.to_vec()).await?;
        }
        Ok(())
    }

    async fn put(&mut self, chunk: Vec<u8>) -> Result<()> {
        let first = i64::try_from(self.file.size).unwrap_or(i64::MAX);
        let size = u64::try_from(chunk.len()).unwrap_or(0);
        let tx = self.store.core.db.begin().await?;
        put_chunk(&tx, self.file.id, first, chunk).await?;
        tx.commit().await?;
        self.file.size += size;
        Ok(())
    }

    /// Until then the file cannot be read, and a day later it is gone.
    pub async fn finish(mut self) -> Result<FileRef> {
        if !self.gathered.is_empty() {
            let rest = std::mem::take(&mut self.gathered).to_vec();
            self.put(rest).await?;
        }
        let size = i64::try_from(self.file.size).unwrap_or(i64::MAX);
        let tx = self.store.core.db.begin().await?;
        tx.run(
            "UPDATE blob SET size = $2, complete = TRUE WHERE id = $1",
            vec![self.file.id.0.into(), size.into()],
        )
        .await?;
        tx.commit().await?;
        Ok(self.file)
    }
}

impl Store {
    pub async fn create_file(&self, owner: RunId, name: &str, media_type: &str) -> Result<FileWriter> {
        let id = BlobId::new();
        let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        let media_type: String = media_type.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        let tx = self.core.db.begin().await?;
        create(&tx, self.core.clock.now(), owner, id, FILE, (&name, &media_type)).await?;
        tx.commit().await?;
        let file = FileRef { id, name, media_type, size: 0 };
        Ok(FileWriter { store: self.clone(), file, gathered: BytesMut::new() })
    }

    /// Bytes from `offset` on: as many as one chunk has, empty at the end.
    pub async fn read_file(&self, id: BlobId, offset: u64) -> Result<Bytes> {
        let blob = self.blob(id, FILE).await?;
        let at = i64::try_from(offset).unwrap_or(i64::MAX);
        if at >= blob.size {
            return Ok(Bytes::new());
        }
        let find =
            "SELECT first, data FROM blob_chunk WHERE blob = $1 AND first <= $2 ORDER BY first DESC LIMIT 1";
        let row = self.core.db.read.one(find, vec![id.0.into(), at.into()]).await?;
        let row = row.ok_or_else(|| Error::corrupt(format!("file {id} has no byte {offset}")))?;
        let (first, data): (i64, Vec<u8>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let skip = usize::try_from(at - first).unwrap_or(usize::MAX).min(data.len());
        Ok(Bytes::from(data).slice(skip..))
    }

    /// [`Store::read_file`] for whoever acts for a run: only what the run owns.
    pub async fn read_file_of(&self, run: RunId, id: BlobId, offset: u64) -> Result<Bytes> {
        self.must_own(run, id).await?;
        self.read_file(id, offset).await
    }

    /// [`Store::read_stream`] for whoever acts for a run: only what the run owns.
    pub async fn read_stream_of(&self, run: RunId, id: BlobId, from: u64, limit: u64) -> Result<Vec<Value>> {
        self.must_own(run, id).await?;
        self.read_stream(id, from, limit).await
    }

    async fn must_own(&self, run: RunId, id: BlobId) -> Result<()> {
        let find = "SELECT 1 FROM blob_owner WHERE run = $1 AND blob = $2";
        let found = self.core.db.read.one(find, vec![run.0.into(), id.0.into()]).await?;
        found.map(drop).ok_or_else(|| blob_not_found(id))
    }

    pub async fn file(&self, id: BlobId) -> Result<FileRef> {
        let blob = self.blob(id, FILE).await?;
        let size = u64::try_from(blob.size).unwrap_or(0);
        Ok(FileRef { id, name: blob.name, media_type: blob.media_type, size })
    }

    async fn blob(&self, id: BlobId, kind: i16) -> Result<Model> {
        let row = Entity::find_by_id(id.0).one(&self.core.db.read).await?;
        row.filter(|row| row.kind == kind && row.complete).ok_or_else(|| blob_not_found(id))
    }

    /// A stream from an iterator of records, in bounded memory.
    pub async fn create_stream(
        &self,
        owner: RunId,
        records: &mut (dyn Iterator<Item = Value> + Send),
    ) -> Result<StreamRef> {
        let id = BlobId::new();
        let now = self.core.clock.now();
        let mut count = 0;
        loop {
            let part = next_part(records);
            if part.is_empty() && count > 0 {
                break;
            }
            let tx = self.core.db.begin().await?;
            count = append(&tx, now, owner, id, &part).await?;
            tx.commit().await?;
            if part.is_empty() {
                break;
            }
        }
        Ok(StreamRef { id, count })
    }

    /// Records from number `from` on, at most `limit` of them; fewer at the end.
    pub async fn read_stream(&self, id: BlobId, from: u64, limit: u64) -> Result<Vec<Value>> {
        const CHUNKS: i64 = 16;
        self.blob(id, STREAM).await?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut at = from;
        let mut records = Vec::new();
        while records.len() < wanted {
            let before = records.len();
            let from = i64::try_from(at).unwrap_or(i64::MAX);
            let find = "SELECT first, data FROM blob_chunk WHERE blob = $1 AND first >= \
                 COALESCE((SELECT MAX(first) FROM blob_chunk WHERE blob = $1 AND first <= $2), 0) ORDER BY first LIMIT $3";
            for row in self.core.db.read.all(find, vec![id.0.into(), from.into(), CHUNKS.into()]).await? {
                let (first, data): (i64, Vec<u8>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                let skip = usize::try_from(from - first).unwrap_or(0);
                let lines = data.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
                for line in lines.skip(skip).take(wanted - records.len()) {
                    records.push(
                        serde_json::from_slice(line).map_err(|_| Error::corrupt(format!("stream {id}")))?,
                    );
                }
            }
            if records.len() == before {
                break;
            }
            at += u64::try_from(records.len() - before).unwrap_or(0);
        }
        Ok(records)
    }
}

/// As many records as make a good chunk.
fn next_part(records: &mut (dyn Iterator<Item = Value> + Send)) -> Vec<Value> {
    let mut part = Vec::new();
    let mut size = 0;
    while part.len() < RECORDS && size < CHUNK {
        let Some(record) = records.next() else { break };
        size += json::text(&record).len();
        part.push(record);
    }
    part
}

/// Takes the runs off the owners, and deletes what nobody owns any more.
pub(crate) async fn disown(tx: &DatabaseTransaction, runs: &[Uuid]) -> Result<()> {
    let find = Rows::ids(tx.dialect(), runs.iter().copied()).statement(vec![], |source| {
        format!("SELECT DISTINCT o.blob FROM {source} JOIN blob_owner o ON o.run = r.id")
    });
    let mut owned: Vec<Uuid> = Vec::new();
    for row in tx.query_all_raw(find).await? {
        owned.push(row.try_get_by_index(0)?);
    }
    if owned.is_empty() {
        return Ok(());
    }
    let disown = Rows::ids(tx.dialect(), runs.iter().copied())
        .statement(vec![], |source| format!("DELETE FROM blob_owner WHERE run IN (SELECT id FROM {source})"));
    tx.execute_raw(disown).await?;
    delete_ownerless(tx, owned).await
}

async fn delete_ownerless(tx: &DatabaseTransaction, blobs: Vec<Uuid>) -> Result<()> {
    let delete = Rows::ids(tx.dialect(), blobs).statement(vec![], |source| {
        format!(
            "DELETE FROM blob WHERE id IN (SELECT id FROM {source}) AND NOT EXISTS \
             (SELECT 1 FROM blob_owner o WHERE o.blob = blob.id) RETURNING id"
        )
    });
    for row in tx.query_all_raw(delete).await? {
        let id: Uuid = row.try_get_by_index(0)?;
        tx.run("DELETE FROM blob_chunk WHERE blob = $1", vec![id.into()]).await?;
    }
    Ok(())
}

/// Owners that never became runs, of blobs older than `before`: a batch of them.
pub(crate) async fn sweep_orphans(tx: &DatabaseTransaction, before: Time, limit: i64) -> Result<u64> {
    let rows = tx
        .all(
            "SELECT DISTINCT o.run FROM blob b JOIN blob_owner o ON o.blob = b.id WHERE b.created_at < $1 \
             AND NOT EXISTS (SELECT 1 FROM trigger_event e WHERE e.run = o.run) LIMIT $2",
            vec![before.millis().into(), limit.into()],
        )
        .await?;
    let mut owners: Vec<Uuid> = Vec::with_capacity(rows.len());
    for row in rows {
        owners.push(row.try_get_by_index(0)?);
    }
    if !owners.is_empty() {
        disown(tx, &owners).await?;
    }
    Ok(owners.len() as u64)
}
