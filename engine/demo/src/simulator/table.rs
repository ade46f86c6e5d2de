//! Records of one kind by their ids, bounded, in the order of their ids; and the three ways to page through them.

use std::collections::BTreeMap;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::Time;
use serde_json::{Value, json};

use super::{Asked, Refusal};

const MOST: usize = 50_000;

pub(crate) struct Table {
    prefix: &'static str,
    width: usize,
    /// The number of the latest record.
    latest: usize,
    rows: BTreeMap<String, Value>,
}

impl Table {
    /// Ids are the prefix and a number of that many digits.
    pub fn new(prefix: &'static str, width: usize) -> Self {
        Self { prefix, width, latest: 0, rows: BTreeMap::new() }
    }

    pub fn next_id(&mut self) -> String {
        self.latest += 1;
        format!("{}{:0width$}", self.prefix, self.latest, width = self.width)
    }

    /// Forgets the first record where there are too many.
    pub fn put(&mut self, id: &str, record: Value) {
        if let Some(number) = id.strip_prefix(self.prefix).and_then(|number| number.parse().ok()) {
            self.latest = self.latest.max(number);
        }
        self.rows.insert(id.to_owned(), record);
        if self.rows.len() > MOST {
            self.rows.pop_first();
        }
    }

    /// Everything, for [`Table::load`].
    pub fn save(&self) -> Value {
        json!({ "latest": self.latest, "rows": self.rows })
    }

    /// What was saved takes the place of what is there; what does not read is left out.
    pub fn load(&mut self, saved: &Value) {
        let Some(rows) = saved["rows"].as_object() else { return };
        self.rows = rows.iter().map(|(id, record)| (id.clone(), record.clone())).collect();
        self.latest =
            saved["latest"].as_u64().and_then(|latest| latest.try_into().ok()).unwrap_or(self.latest);
    }

    pub fn get(&self, id: &str) -> Option<&Value> {
        self.rows.get(id)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        self.rows.get_mut(id)
    }

    pub fn remove(&mut self, id: &str) -> Option<Value> {
        self.rows.remove(id)
    }

    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.rows.values()
    }

    pub fn all(&self) -> Vec<Value> {
        self.rows.values().cloned().collect()
    }

    /// `?cursor=&limit=`: what follows the cursor, and the next one.
    pub fn by_cursor(&self, asked: &Asked, keep: impl Fn(&Value) -> bool) -> Result<Value, Refusal> {
        let limit = asked.number("limit", 50, 200)?.max(1);
        let after = match asked.text("cursor") {
            None => String::new(),
            Some(cursor) => URL_SAFE_NO_PAD
                .decode(cursor)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or_else(|| Refusal::field("cursor", "is none of ours / 游標無效"))?,
        };
        let mut found = self
            .rows
            .range::<str, _>((std::ops::Bound::Excluded(after.as_str()), std::ops::Bound::Unbounded))
            .filter(|(_, record)| keep(record));
        let page: Vec<(&String, &Value)> = found.by_ref().take(limit).collect();
        let more = found.next().is_some();
        let next = page.last().filter(|_| more).map(|(id, _)| URL_SAFE_NO_PAD.encode(id.as_bytes()));
        let items: Vec<&Value> = page.into_iter().map(|(_, record)| record).collect();
        Ok(json!({ "items": items, "next_cursor": next }))
    }

    /// `?page=&size=`, from page 1, with the total; the other way round with `?newest_first=true`.
    pub fn by_page(&self, asked: &Asked, keep: impl Fn(&Value) -> bool) -> Result<Value, Refusal> {
        let size = asked.number("size", 50, 200)?.max(1);
        let page = asked.number("page", 1, 1_000_000)?.max(1);
        let mut found: Vec<&Value> = self.rows.values().filter(|record| keep(record)).collect();
        if asked.flag("newest_first") {
            found.reverse();
        }
        let items: Vec<&&Value> = found.iter().skip((page - 1) * size).take(size).collect();
        Ok(json!({ "items": items, "page": page, "size": size, "total": found.len() }))
    }

    /// `?offset=&limit=`, with the total.
    pub fn by_offset(&self, asked: &Asked, keep: impl Fn(&Value) -> bool) -> Result<Value, Refusal> {
        let limit = asked.number("limit", 50, 200)?.max(1);
        let offset = asked.number("offset", 0, 10_000_000)?;
        let found: Vec<&Value> = self.rows.values().filter(|record| keep(record)).collect();
        let items: Vec<&&Value> = found.iter().skip(offset).take(limit).collect();
        Ok(json!({ "ok": true, "items": items, "offset": offset, "limit": limit, "total": found.len() }))
    }
}

/// Whether a record was changed at that time or later.
pub(crate) fn since(record: &Value, at: Option<Time>) -> bool {
    let Some(at) = at else { return true };
    record["updated_at"]
        .as_str()
        .and_then(|text| Time::from_str(text).ok())
        .is_some_and(|changed| changed >= at)
}

/// The same answer for the same key; bounded.
#[derive(Default)]
pub(crate) struct Answers {
    by_key: BTreeMap<String, (String, Value)>,
    order: std::collections::VecDeque<String>,
}

impl Answers {
    pub fn save(&self) -> Value {
        let saved = |key: &String| {
            let (request, answer) = self.by_key.get(key)?;
            Some(json!([key, request, answer]))
        };
        self.order.iter().filter_map(saved).collect()
    }

    pub fn load(&mut self, saved: &Value) {
        for one in saved.as_array().into_iter().flatten() {
            if let (Some(key), Some(request)) = (one[0].as_str(), one[1].as_str()) {
                self.keep(Some(key), request.to_owned(), &one[2]);
            }
        }
    }

    /// What a key was answered before; another request under the same key is a conflict. `request` is a digest.
    pub fn known(&self, key: Option<&str>, request: &str) -> Result<Option<Value>, Refusal> {
        match key.and_then(|key| self.by_key.get(key)) {
            None => Ok(None),
            Some((first, answer)) if first == request => Ok(Some(answer.clone())),
            Some(_) => Err(Refusal::conflict(
                "KEY_REUSED",
                "This idempotency key came with another request before / 此冪等鍵已用於不同的請求",
            )),
        }
    }

    pub fn keep(&mut self, key: Option<&str>, request: String, answer: &Value) {
        let Some(key) = key else { return };
        self.order.push_back(key.to_owned());
        self.by_key.insert(key.to_owned(), (request, answer.clone()));
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_key.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_numbers_go_on() {
        let mut table = Table::new("N", 6);
        for _ in 0..MOST + 3 {
            let id = table.next_id();
            table.put(&id, json!({ "id": id }));
        }
        assert_eq!(table.rows().count(), MOST);
        assert_eq!(table.rows().next().map(|row| row["id"].clone()), Some(json!("N000004")));
        table.put("N900000", json!({}));
        assert_eq!(table.next_id(), "N900001");
    }
}
