//! Pages of lists: how many rows, and the cursor, which says where the next page begins. A cursor is opaque: the key of
//! the last row, as JSON in base64url, so that its shape may change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use causeway_model::text;
use causeway_store::Page;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

const LONGEST_CURSOR: usize = 1000;

/// How many rows a page has: what was asked for, if it is 1 to `most`.
pub(super) fn limit(asked: Option<u64>, unless_said: u64, most: u64) -> Result<u64, Problem> {
    let limit = asked.unwrap_or(unless_said);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::parameter("limit", text!("use a number from 1 to {most}", "請使用 1 到 {most} 的數字")))
}

/// The key of the row that the page begins after.
pub(super) fn after<K: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<K>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let key = URL_SAFE_NO_PAD.decode(cursor).ok().filter(|_| cursor.len() <= LONGEST_CURSOR);
    let key = key.and_then(|json| serde_json::from_slice(&json).ok());
    key.map(Some).ok_or_else(|| {
        Problem::parameter(
            "cursor",
            text!(
                "this is no cursor of this list; use `next_cursor` of the page before",
                "這不是此清單的游標，請使用前一頁的 `next_cursor`"
            ),
        )
    })
}

/// `key` as callers get it.
pub(super) fn cursor(key: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// The cursor of the page after this one; nothing at the end.
pub(super) fn next<T, K: Serialize>(page: &Page<T>, key: impl Fn(&T) -> K) -> Option<String> {
    page.rows.last().filter(|_| page.more).map(|row| cursor(&key(row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_back() {
        let key = ("orders".to_owned(), 7u64);
        let text = cursor(&key);
        assert_eq!(after::<(String, u64)>(Some(&text)).expect("reads"), Some(key));
        assert_eq!(after::<u64>(None).expect("reads"), None);
        for bad in ["", "x", "!!", text.as_str()] {
            let problem = after::<u64>(Some(bad)).expect_err("refused");
            assert_eq!((problem.status.as_u16(), problem.parameter.as_deref()), (400, Some("cursor")));
        }
    }

    #[test]
    fn limits_are_kept() {
        assert_eq!(limit(None, 50, 200).expect("fits"), 50);
        assert_eq!(limit(Some(200), 50, 200).expect("fits"), 200);
        assert!(limit(Some(0), 50, 200).is_err() && limit(Some(201), 50, 200).is_err());
    }
}
