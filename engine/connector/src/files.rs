//! Files and record streams of a run, as operations reach them.
//!
//! Where they are kept is the store's business. Whoever implements [`Files`] over a store that takes parts should give
//! [`Files::create`] and [`Files::create_stream`] too: their defaults hold all in memory until the end.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use causeway_model::{BlobId, ErrorClass, FileRef, StepError, StreamRef, Value, text};

/// Files and record streams of the store, as operations reach them.
#[async_trait]
pub trait Files: Send + Sync {
    /// The next part of a file from `offset`; empty at its end. A part is at most 256 kB.
    async fn read(&self, file: &FileRef, offset: u64) -> Result<Bytes, StepError>;
    /// Keeps bytes as a file of the run.
    async fn write(&self, name: &str, media_type: &str, bytes: Bytes) -> Result<FileRef, StepError>;
    /// Keeps records as a stream of the run.
    async fn write_stream(&self, records: Vec<Value>) -> Result<StreamRef, StepError>;
    /// Up to `limit` records from `from`.
    async fn read_stream(&self, stream: &StreamRef, from: u64, limit: u64) -> Result<Vec<Value>, StepError>;

    /// Begins a file of the run that comes part by part.
    async fn create(&self, name: &str, media_type: &str) -> Result<Box<dyn FileSink + '_>, StepError> {
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        Ok(Box::new(WholeFile { files: self, name, media_type, bytes: BytesMut::new() }))
    }

    /// Begins a record stream of the run that comes batch by batch.
    async fn create_stream(&self) -> Result<Box<dyn StreamSink + '_>, StepError> {
        Ok(Box::new(WholeStream { files: self, records: Vec::new() }))
    }
}

/// Takes a file part by part. Dropped unfinished, it leaves nothing that anyone can see.
#[async_trait]
pub trait FileSink: Send {
    async fn write(&mut self, part: Bytes) -> Result<(), StepError>;
    async fn finish(self: Box<Self>) -> Result<FileRef, StepError>;
}

/// Takes a record stream batch by batch. Dropped unfinished, it leaves nothing that anyone can see.
#[async_trait]
pub trait StreamSink: Send {
    async fn push(&mut self, records: Vec<Value>) -> Result<(), StepError>;
    async fn finish(self: Box<Self>) -> Result<StreamRef, StepError>;
}

struct WholeFile<'a, F: ?Sized> {
    files: &'a F,
    name: String,
    media_type: String,
    bytes: BytesMut,
}

#[async_trait]
impl<F: Files + ?Sized> FileSink for WholeFile<'_, F> {
    async fn write(&mut self, part: Bytes) -> Result<(), StepError> {
        self.bytes.extend_from_slice(&part);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<FileRef, StepError> {
        self.files.write(&self.name, &self.media_type, self.bytes.freeze()).await
    }
}

struct WholeStream<'a, F: ?Sized> {
    files: &'a F,
    records: Vec<Value>,
}

#[async_trait]
impl<F: Files + ?Sized> StreamSink for WholeStream<'_, F> {
    async fn push(&mut self, mut records: Vec<Value>) -> Result<(), StepError> {
        self.records.append(&mut records);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<StreamRef, StepError> {
        self.files.write_stream(self.records).await
    }
}

/// Files and streams in memory, for calls that belong to no run.
#[derive(Default)]
pub struct MemoryFiles {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    files: HashMap<BlobId, Bytes>,
    streams: HashMap<BlobId, Vec<Value>>,
}

/// The most of a file that is given at a time.
const PART: usize = 256 * 1024;

impl MemoryFiles {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The whole of a file that a value names.
    pub fn bytes(&self, value: &Value) -> Option<Bytes> {
        self.kept().files.get(&FileRef::from_value(value)?.id).cloned()
    }

    /// All records of a stream that a value names.
    pub fn records(&self, value: &Value) -> Option<Vec<Value>> {
        self.kept().streams.get(&StreamRef::from_value(value)?.id).cloned()
    }
}

fn not_there() -> StepError {
    StepError::new(
        "file_not_found",
        ErrorClass::NotFound,
        text!("The file is not there any more", "檔案已不存在"),
    )
}

#[async_trait]
impl Files for MemoryFiles {
    async fn read(&self, file: &FileRef, offset: u64) -> Result<Bytes, StepError> {
        let bytes = self.kept().files.get(&file.id).cloned().ok_or_else(not_there)?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes.slice(from..(from + PART).min(bytes.len())))
    }

    async fn write(&self, name: &str, media_type: &str, bytes: Bytes) -> Result<FileRef, StepError> {
        let (id, size) = (BlobId::new(), bytes.len() as u64);
        self.kept().files.insert(id, bytes);
        Ok(FileRef { id, name: name.to_owned(), media_type: media_type.to_owned(), size })
    }

    async fn write_stream(&self, records: Vec<Value>) -> Result<StreamRef, StepError> {
        let (id, count) = (BlobId::new(), records.len() as u64);
        self.kept().streams.insert(id, records);
        Ok(StreamRef { id, count })
    }

    async fn read_stream(&self, stream: &StreamRef, from: u64, limit: u64) -> Result<Vec<Value>, StepError> {
        let kept = self.kept();
        let records = kept.streams.get(&stream.id).ok_or_else(not_there)?;
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(records.iter().skip(from).take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect())
    }
}
