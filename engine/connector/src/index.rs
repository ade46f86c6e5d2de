//! An index of connectors that can be installed: a folder with an `index.json`, or the address of such a file.
//!
//! `{"connectors": [{name, version, title, description, url, sha256}]}`. An entry's `url` may be relative to the index; what it
//! leads to is taken only where its SHA-256 is the one that stands in the index.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use causeway_model::{ErrorClass, StepError, Text, Value, text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::declared::package::MOST_PACKED_BYTES;
use crate::{MemoryFiles, Services, http};

/// The file in an index that is a folder.
const FILE: &str = "index.json";
/// The largest index.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// The most entries that are looked at.
const MOST_ENTRIES: usize = 10_000;

/// Where an index is, and how to get there. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    place: Place,
    http: http::Client,
}

#[derive(Clone)]
enum Place {
    Folder(PathBuf),
    Url(String),
}

/// One version that can be installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub name: String,
    pub version: String,
    #[serde(deserialize_with = "said")]
    pub title: Text,
    #[serde(default, deserialize_with = "said")]
    pub description: Text,
    /// Where its zip is; relative to the index where it is no whole address.
    pub url: String,
    /// Of the zip, in hex.
    pub sha256: String,
}

#[derive(Deserialize)]
struct File {
    connectors: Vec<Listed>,
}

/// A text, or one in both languages.
fn said<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Text, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Plain(String),
        Both(Text),
    }
    Ok(match Said::deserialize(value)? {
        Said::Plain(text) => Text { en: text.clone(), zh_tw: text },
        Said::Both(text) => text,
    })
}

impl Index {
    /// `place`: an address with `http://` or `https://`, or a folder.
    pub fn new(place: &str, http: http::Client) -> Self {
        let place = match place.starts_with("http://") || place.starts_with("https://") {
            true => Place::Url(place.to_owned()),
            false => Place::Folder(PathBuf::from(place)),
        };
        Self { place, http }
    }

    /// All that stands in it, in its own order.
    pub async fn list(&self) -> Result<Vec<Listed>, StepError> {
        let text = match &self.place {
            Place::Folder(folder) => read(&folder.join(FILE), MOST_BYTES).await?,
            Place::Url(url) => download(&self.http, url).await?,
        };
        let file: File = serde_json::from_slice(&text).map_err(|why| {
            failed(
                "index_broken",
                text!("The index of connectors does not read: {why}.", "無法解析連接器索引：{why}。"),
            )
        })?;
        let mut listed = file.connectors;
        listed.truncate(MOST_ENTRIES);
        Ok(listed)
    }

    /// The zip of an entry: whole, and the one that the index means.
    pub async fn fetch(&self, listed: &Listed) -> Result<Vec<u8>, StepError> {
        let is_whole = listed.url.starts_with("http://") || listed.url.starts_with("https://");
        let bytes = match &self.place {
            _ if is_whole => download(&self.http, &listed.url).await?,
            Place::Folder(folder) => {
                let inside = Path::new(&listed.url);
                if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
                    return Err(outside(&listed.url));
                }
                read(&folder.join(inside), MOST_PACKED_BYTES as u64).await?
            }
            Place::Url(index) => {
                let url = reqwest::Url::parse(index).and_then(|index| index.join(&listed.url));
                download(&self.http, url.map_err(|_| outside(&listed.url))?.as_str()).await?
            }
        };
        let found = hex::encode(Sha256::digest(&bytes));
        if found.eq_ignore_ascii_case(listed.sha256.trim()) {
            return Ok(bytes);
        }
        let (name, version, wanted) = (&listed.name, &listed.version, &listed.sha256);
        Err(failed(
            "checksum_differs",
            text!(
                "{name} {version} is not what the index means: its SHA-256 is {found}, not {wanted}. Nothing was installed.",
                "{name} {version} 與索引所指的不同：其 SHA-256 為 {found}，而非 {wanted}。未安裝任何內容。"
            ),
        ))
    }
}

/// The bytes at an address, by the same rules as flows' calls.
pub async fn download(http: &http::Client, url: &str) -> Result<Vec<u8>, StepError> {
    let files = Arc::new(MemoryFiles::default());
    let services = Services::alone(http.clone(), files.clone());
    let answer = services.http.send(http::Request::new("GET", url), &services).await?;
    Ok(match (files.bytes(&answer.body), answer.body) {
        (Some(bytes), _) => bytes.into(),
        (None, Value::String(text)) => text.into_bytes(),
        (None, other) => other.to_string().into_bytes(),
    })
}

async fn read(path: &Path, most: u64) -> Result<Vec<u8>, StepError> {
    let shown = path.display();
    let unreadable = |why: &dyn std::fmt::Display| {
        failed(
            "index_unreadable",
            text!(
                "`{shown}` of the index of connectors cannot be read: {why}.",
                "無法讀取連接器索引的 `{shown}`：{why}。"
            ),
        )
    };
    let size = tokio::fs::metadata(path).await.map_err(|error| unreadable(&error))?.len();
    if size > most {
        return Err(unreadable(&format!("{size} > {most}")));
    }
    tokio::fs::read(path).await.map_err(|error| unreadable(&error))
}

fn outside(url: &str) -> StepError {
    let shown: String = url.chars().filter(|c| !c.is_control()).take(200).collect();
    failed(
        "index_broken",
        text!("The index names a place outside of it: `{shown}`.", "索引指向其範圍以外的位置：`{shown}`。"),
    )
}

fn failed(code: &str, message: Text) -> StepError {
    StepError::new(code, ErrorClass::Invalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(folder: &Path, url: &str, sha256: &str) -> Index {
        let entry = serde_json::json!({ "connectors": [{ "name": "shop", "version": "1.0.0", "title": "Shop",
            "description": { "en": "A shop.", "zh-TW": "商店。" }, "url": url, "sha256": sha256 }] });
        std::fs::write(folder.join(FILE), entry.to_string()).expect("writes");
        let http = http::Client::new(http::Config::default()).expect("a client");
        Index::new(&folder.display().to_string(), http)
    }

    #[tokio::test]
    async fn only_what_the_index_means_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("shop.zip"), "zip").expect("writes");
        let sum = hex::encode(Sha256::digest("zip"));
        let one = index(folder.path(), "shop.zip", &sum.to_uppercase());
        let listed = one.list().await.expect("reads");
        assert_eq!(
            (listed[0].title.zh_tw.as_str(), listed[0].description.zh_tw.as_str()),
            ("Shop", "商店。")
        );
        assert_eq!(one.fetch(&listed[0]).await.expect("is it"), b"zip");
        for (url, sum, code) in [
            ("shop.zip", "00", "checksum_differs"),
            ("gone.zip", sum.as_str(), "index_unreadable"),
            ("../shop.zip", sum.as_str(), "index_broken"),
            ("/etc/passwd", sum.as_str(), "index_broken"),
        ] {
            let other = index(folder.path(), url, sum);
            let listed = other.list().await.expect("reads");
            assert_eq!(other.fetch(&listed[0]).await.expect_err(url).code, code, "{url}");
        }
        std::fs::write(folder.path().join(FILE), "{").expect("writes");
        assert_eq!(one.list().await.expect_err("is broken").code, "index_broken");
    }
}
