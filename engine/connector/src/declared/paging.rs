//! Lists that come page by page: what the next page is asked with, and when it is the last.

use causeway_model::{ErrorClass, StepError, Value, text};

use super::extension::Paging;
use super::parameter::{encoded, plain};
use crate::http::{Request, Response};

/// Where a list has got to.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    First,
    Cursor(String),
    Number(u64),
    Url(String),
}

/// A list that never ends is a fault of the system, or of its document.
const MOST_PAGES: u64 = 100_000;

/// What the next page is asked with.
pub fn ask(paging: &Paging, next: &Next, request: &mut Request) {
    let mut add = |name: &str, value: &str| {
        // The user's own page size wins.
        let given = format!("{}=", encoded(name));
        let has = request
            .url
            .split_once('?')
            .is_some_and(|(_, query)| query.split('&').any(|pair| pair.starts_with(&given)));
        if !has {
            request.url.push(if request.url.contains('?') { '&' } else { '?' });
            request.url.push_str(&format!("{given}{}", encoded(value)));
        }
    };
    match paging {
        Paging::Cursor { cursor, .. } => {
            if let Next::Cursor(value) = next {
                add(&cursor.param, value);
            }
        }
        Paging::Page { page, .. } => {
            let number = if let Next::Number(number) = next { *number } else { page.first };
            add(&page.param, &number.to_string());
            if let (Some(param), Some(size)) = (&page.size_param, page.size) {
                add(param, &size.to_string());
            }
        }
        Paging::Offset { offset, .. } => {
            let number = if let Next::Number(number) = next { *number } else { 0 };
            add(&offset.param, &number.to_string());
            if let (Some(param), Some(limit)) = (&offset.limit_param, offset.limit) {
                add(param, &limit.to_string());
            }
        }
        Paging::Link { .. } | Paging::NextUrl { .. } => {
            if let Next::Url(url) = next {
                request.url.clone_from(url);
            }
        }
    }
}

/// The records of a page, taken out of it.
pub fn take_items(paging: &Paging, body: &mut Value, system: &str) -> Result<Vec<Value>, StepError> {
    let may_be_left_out = body.is_object() || body.is_null();
    match body.pointer_mut(paging.items()).map(Value::take) {
        Some(Value::Array(items)) => Ok(items),
        // A list that is empty may be left out.
        Some(Value::Null) | None if may_be_left_out => Ok(Vec::new()),
        _ => {
            let at = paging.items();
            Err(StepError::new(
                "answer_unexpected",
                ErrorClass::Server,
                text!(
                    "{system} gave no list at `{at}` of its answer: the connector does not fit this version of it",
                    "{system} 的回應在 `{at}` 沒有清單：此連接器與系統版本不符"
                ),
            ))
        }
    }
}

/// What comes after a page; `None` at the end. `before`: how many records came with all pages so far, this one included.
pub fn after(paging: &Paging, now: &Next, response: &Response, count: usize, before: u64) -> Option<Next> {
    let body = &response.body;
    let number = |pointer: &Option<String>| {
        let value = body.pointer(pointer.as_deref()?)?;
        plain(value).parse::<u64>().ok()
    };
    match paging {
        Paging::Cursor { cursor, .. } => {
            let more = cursor.more_at.as_ref().is_none_or(|at| body.pointer(at) != Some(&Value::Bool(false)));
            let value =
                body.pointer(&cursor.at).map(plain).filter(|value| !value.is_empty() && value != "false")?;
            let next = Next::Cursor(value);
            (more && next != *now).then_some(next)
        }
        Paging::Page { page, .. } => {
            let current = if let Next::Number(number) = now { *number } else { page.first };
            let last = match (number(&page.pages_at), number(&page.total_at)) {
                (Some(pages), _) => current + 1 >= pages + page.first,
                (None, Some(total)) => before >= total,
                (None, None) => page.size.is_some_and(|size| (count as u64) < size),
            };
            (count > 0 && !last).then_some(Next::Number(current + 1))
        }
        Paging::Offset { offset, .. } => {
            let last = match number(&offset.total_at) {
                Some(total) => before >= total,
                None => offset.limit.is_some_and(|limit| (count as u64) < limit),
            };
            (count > 0 && !last).then_some(Next::Number(before))
        }
        Paging::Link { .. } => {
            let next = Next::Url(next_link(response.headers.get("link")?.as_str()?)?);
            (next != *now).then_some(next)
        }
        Paging::NextUrl { next_url, .. } => {
            let next =
                Next::Url(body.pointer(&next_url.at)?.as_str().filter(|url| !url.is_empty())?.to_owned());
            (next != *now).then_some(next)
        }
    }
}

/// The address with `rel="next"` in a `Link` header (RFC 8288).
fn next_link(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (url, parameters) = after.split_once('>')?;
        let end = parameters.find(',').unwrap_or(parameters.len());
        let (own, others) = parameters.split_at(end);
        let is_next = own.split(';').any(|parameter| {
            parameter.trim().split_once('=').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value
                        .trim()
                        .trim_matches('"')
                        .split_whitespace()
                        .any(|rel| rel.eq_ignore_ascii_case("next"))
            })
        });
        if is_next {
            return Some(url.to_owned());
        }
        rest = others;
    }
    None
}

pub fn endless(system: &str) -> StepError {
    StepError::new(
        "list_endless",
        ErrorClass::Exceeded,
        text!(
            "{system} gave {MOST_PAGES} pages and still says that there are more: set `max_items`, or narrow the list",
            "{system} 已回傳 {MOST_PAGES} 頁，仍表示還有更多：請設定 `max_items`，或縮小清單範圍"
        ),
    )
}

pub fn is_endless(pages: u64) -> bool {
    pages >= MOST_PAGES
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, json};

    fn paging(written: Value) -> Paging {
        serde_json::from_value(written).expect("it reads")
    }

    fn response(body: Value, link: Option<&str>) -> Response {
        let mut headers = Map::new();
        if let Some(link) = link {
            headers.insert("link".to_owned(), json!(link));
        }
        Response { status: 200, headers, body }
    }

    #[test]
    fn each_style_finds_the_next_page_and_the_end() {
        let cursor = paging(
            json!({ "style": "cursor", "items": "/d", "cursor": { "param": "after", "at": "/next" } }),
        );
        let page = |written: Value| response(written, None);
        assert_eq!(
            after(&cursor, &Next::First, &page(json!({ "next": "b" })), 1, 1),
            Some(Next::Cursor("b".into()))
        );
        for end in [json!({}), json!({ "next": null }), json!({ "next": "" })] {
            assert_eq!(after(&cursor, &Next::First, &page(end), 1, 1), None);
        }
        let same = Next::Cursor("b".into());
        assert_eq!(after(&cursor, &same, &page(json!({ "next": "b" })), 1, 1), None, "it does not move");

        let pages = paging(
            json!({ "style": "page", "items": "/d", "page": { "param": "p", "size_param": "s", "size": 2, "total_at": "/total" } }),
        );
        assert_eq!(after(&pages, &Next::First, &page(json!({ "total": 3 })), 2, 2), Some(Next::Number(2)));
        assert_eq!(after(&pages, &Next::Number(2), &page(json!({ "total": 3 })), 1, 3), None);
        assert_eq!(after(&pages, &Next::Number(2), &page(json!({})), 1, 3), None, "a short page is the last");

        let offset = paging(
            json!({ "style": "offset", "items": "/d", "offset": { "param": "skip", "limit_param": "take", "limit": 2 } }),
        );
        assert_eq!(after(&offset, &Next::First, &page(json!({})), 2, 2), Some(Next::Number(2)));
        assert_eq!(after(&offset, &Next::Number(2), &page(json!({})), 0, 2), None);

        let link = paging(json!({ "style": "link", "items": "" }));
        let header = r#"<https://h/?p=1,2>; rel="prev", <https://h/?p=3>; title="a"; rel="next last""#;
        assert_eq!(
            after(&link, &Next::First, &response(json!([]), Some(header)), 1, 1),
            Some(Next::Url("https://h/?p=3".into()))
        );
        assert_eq!(after(&link, &Next::First, &response(json!([]), Some("<x>; rel=prev")), 1, 1), None);
    }

    #[test]
    fn pages_are_asked_for() {
        let pages = paging(
            json!({ "style": "page", "items": "/d", "page": { "param": "p", "size_param": "s", "size": 50 } }),
        );
        let mut request = Request::new("GET", "https://h/a?x=1");
        ask(&pages, &Next::First, &mut request);
        assert_eq!(request.url, "https://h/a?x=1&p=1&s=50");
        let mut own = Request::new("GET", "https://h/a?s=5");
        ask(&pages, &Next::Number(4), &mut own);
        assert_eq!(own.url, "https://h/a?s=5&p=4");
    }
}
