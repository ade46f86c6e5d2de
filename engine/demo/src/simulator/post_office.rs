//! What the HTTP client asks for to send a webhook. Webhooks hold no files and no secrets of an engine.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use causeway_connector::http::{Client, Config};
use causeway_connector::{Files, Services};
use causeway_model::{ErrorClass, FileRef, StepError, StreamRef, Value, text};

pub(super) fn services(allow_hosts: Vec<String>) -> io::Result<Services> {
    let config = Config { allow_hosts, max_response_bytes: 64 * 1024, ..Config::default() };
    let http = Client::new(config).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Services::alone(http, Arc::new(NoFiles)))
}

struct NoFiles;

fn none() -> StepError {
    StepError::new("no_files", ErrorClass::Invalid, text!("A simulator keeps no files", "模擬系統不保存檔案"))
}

#[async_trait]
impl Files for NoFiles {
    async fn read(&self, _: &FileRef, _: u64) -> Result<Bytes, StepError> {
        Err(none())
    }

    async fn write(&self, _: &str, _: &str, _: Bytes) -> Result<FileRef, StepError> {
        Err(none())
    }

    async fn write_stream(&self, _: Vec<Value>) -> Result<StreamRef, StepError> {
        Err(none())
    }

    async fn read_stream(&self, _: &StreamRef, _: u64, _: u64) -> Result<Vec<Value>, StepError> {
        Err(none())
    }
}
