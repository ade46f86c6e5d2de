//! Writing a record stream batch by batch. How streams are kept is the blob table's.

use causeway_model::{BlobId, RunId, StreamRef, Value};

use crate::blob::append;
use crate::{Result, Store};

/// Takes a record stream batch by batch; each batch is a chunk.
pub struct StreamWriter {
    store: Store,
    owner: RunId,
    stream: StreamRef,
}

impl StreamWriter {
    pub async fn push(&mut self, records: &[Value]) -> Result<()> {
        let core = &self.store.core;
        let tx = core.db.begin().await?;
        self.stream.count = append(&tx, core.clock.now(), self.owner, self.stream.id, records).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A stream without any batch is made here, empty.
    pub async fn finish(mut self) -> Result<StreamRef> {
        if self.stream.count == 0 {
            self.push(&[]).await?;
        }
        Ok(self.stream)
    }
}

impl Store {
    /// Begins a stream of a run. Nothing is written before the first batch.
    pub fn open_stream(&self, owner: RunId) -> StreamWriter {
        StreamWriter { store: self.clone(), owner, stream: StreamRef { id: BlobId::new(), count: 0 } }
    }
}
