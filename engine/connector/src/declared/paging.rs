//! Lists that come page by page: what the next page is asked with, and when it is the last.

use causeway_model::{ErrorClass, StepError, Value, text};
use serde_json::Map;

use super::extension::{CursorFrom, Paging, PagingPlace};
use super::new::unescaped;
use super::parameter::{encoded, plain};
use crate::http::{Body, Request, Response};

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
    match paging {
        Paging::Cursor { cursor, .. } => {
            if let Next::Cursor(value) = next {
                put(request, cursor.place, &cursor.param, Value::from(value.as_str()), Given::Overridden);
            }
        }
        Paging::Page { page, .. } => {
            let number = if let Next::Number(number) = next { *number } else { page.first };
            put(request, page.place, &page.param, Value::from(number), Given::Overridden);
            if let (Some(param), Some(size)) = (&page.size_param, page.size) {
                put(request, page.place, param, Value::from(size), Given::Kept);
            }
        }
        Paging::Offset { offset, .. } => {
            let number = if let Next::Number(number) = next { *number } else { 0 };
            put(request, offset.place, &offset.param, Value::from(number), Given::Overridden);
            if let (Some(param), Some(limit)) = (&offset.limit_param, offset.limit) {
                put(request, offset.place, param, Value::from(limit), Given::Kept);
            }
        }
        Paging::Link { .. } | Paging::NextUrl { .. } => {
            if let Next::Url(url) = next {
                request.url.clone_from(url);
            }
        }
    }
}

/// What becomes of a value that the input has under the same name already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    /// The user's own page size wins.
    Kept,
    Overridden,
}

fn put(request: &mut Request, place: PagingPlace, name: &str, value: Value, rule: Given) {
    match (place, &mut request.body) {
        (PagingPlace::Query, _) => {
            if given(request, place, name).is_none() {
                request.url.push(if request.url.contains('?') { '&' } else { '?' });
                request.url.push_str(&format!("{}={}", encoded(name), encoded(&plain(&value))));
            }
        }
        (PagingPlace::Body, Body::Form(pairs)) => match pairs.iter_mut().find(|(known, _)| known == name) {
            Some(_) if rule == Given::Kept => {}
            Some((_, known)) => *known = plain(&value),
            None => pairs.push((name.to_owned(), plain(&value))),
        },
        (PagingPlace::Body, Body::Json(body)) => set(body, name, value, rule),
        (PagingPlace::Body, body) => {
            let mut made = Value::Null;
            set(&mut made, name, value, rule);
            *body = Body::Json(made);
        }
    }
}

/// Sets a field of a JSON body; `name` may be a pointer, whose objects are made where they are not there.
fn set(body: &mut Value, name: &str, value: Value, given: Given) {
    let path: Vec<String> = match name.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(unescaped).collect(),
        None => vec![name.to_owned()],
    };
    let mut place = body;
    for part in path {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        let Some(fields) = place.as_object_mut() else { return };
        place = fields.entry(part).or_insert(Value::Null);
    }
    if place.is_null() || given == Given::Overridden {
        *place = value;
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

/// What the records of a page say of the next one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Came {
    pub count: usize,
    /// How many came with all pages so far, this one included.
    pub seen: u64,
    /// What the next page is asked with, where that is a field of the last record.
    last: Option<String>,
    /// How many it was asked to have at most.
    size: Option<u64>,
}

impl Came {
    /// `before`: how many came with the pages before. `first`: what was asked, with the user's own page size if there is one.
    pub fn new(paging: &Paging, items: &[Value], before: u64, first: &Request) -> Self {
        let last = match paging {
            Paging::Cursor { cursor, .. } => match &cursor.from {
                CursorFrom::LastItem(at) => items.last().and_then(|item| item.pointer(at)).map(plain),
                CursorFrom::Answer(_) => None,
            },
            _ => None,
        };
        Self { count: items.len(), seen: before + items.len() as u64, last, size: size(paging, first) }
    }
}

/// The page size that counts: the user's own, else the document's. A page with fewer records is the last.
fn size(paging: &Paging, first: &Request) -> Option<u64> {
    let (place, param, usual) = match paging {
        Paging::Page { page, .. } => (page.place, page.size_param.as_deref(), page.size),
        Paging::Offset { offset, .. } => (offset.place, offset.limit_param.as_deref(), offset.limit),
        _ => return None,
    };
    match param.and_then(|param| given(first, place, param)) {
        Some(own) => own.parse().ok(),
        None => usual,
    }
}

/// What a request has under a name that paging uses, as [`put`] finds it.
fn given(request: &Request, place: PagingPlace, name: &str) -> Option<String> {
    match (place, &request.body) {
        (PagingPlace::Query, _) => {
            let (_, query) = request.url.split_once('?')?;
            let written = format!("{}=", encoded(name));
            query.split('&').find_map(|pair| pair.strip_prefix(written.as_str())).map(str::to_owned)
        }
        (PagingPlace::Body, Body::Form(pairs)) => {
            pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        }
        (PagingPlace::Body, Body::Json(body)) => {
            let found = if name.starts_with('/') { body.pointer(name) } else { body.get(name) };
            found.filter(|value| !value.is_null()).map(plain)
        }
        (PagingPlace::Body, _) => None,
    }
}

/// What comes after a page; `None` at the end.
pub fn after(paging: &Paging, now: &Next, response: &Response, came: &Came) -> Option<Next> {
    let (body, count, seen) = (&response.body, came.count, came.seen);
    let number = |pointer: &Option<String>| {
        let value = body.pointer(pointer.as_deref()?)?;
        plain(value).parse::<u64>().ok()
    };
    match paging {
        Paging::Cursor { cursor, .. } => {
            let more = cursor.more_at.as_ref().is_none_or(|at| body.pointer(at) != Some(&Value::Bool(false)));
            let value = match &cursor.from {
                CursorFrom::Answer(at) => body.pointer(at).map(plain).filter(|value| value != "false"),
                CursorFrom::LastItem(_) => came.last.clone(),
            };
            let next = Next::Cursor(value.filter(|value| !value.is_empty())?);
            (more && next != *now).then_some(next)
        }
        Paging::Page { page, .. } => {
            let current = if let Next::Number(number) = now { *number } else { page.first };
            let by_header = || {
                let header = page.pages_header.as_ref()?.to_ascii_lowercase();
                plain(response.headers.get(&header)?).parse::<u64>().ok()
            };
            let last = match (number(&page.pages_at).or_else(by_header), number(&page.total_at)) {
                (Some(pages), _) => current + 1 >= pages + page.first,
                (None, Some(total)) => seen >= total,
                (None, None) => came.size.is_some_and(|size| (count as u64) < size),
            };
            (count > 0 && !last).then_some(Next::Number(current + 1))
        }
        Paging::Offset { offset, .. } => {
            let last = match number(&offset.total_at) {
                Some(total) => seen >= total,
                None => came.size.is_some_and(|size| (count as u64) < size),
            };
            (count > 0 && !last).then_some(Next::Number(seen))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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

    fn came(count: usize, seen: u64) -> Came {
        Came { count, seen, last: None, size: Some(2) }
    }

    #[test]
    fn each_style_finds_the_next_page_and_the_end() {
        let cursor = paging(
            json!({ "style": "cursor", "items": "/d", "cursor": { "param": "after", "at": "/next" } }),
        );
        let page = |written: Value| response(written, None);
        assert_eq!(
            after(&cursor, &Next::First, &page(json!({ "next": "b" })), &came(1, 1)),
            Some(Next::Cursor("b".into()))
        );
        for end in [json!({}), json!({ "next": null }), json!({ "next": "" })] {
            assert_eq!(after(&cursor, &Next::First, &page(end), &came(1, 1)), None);
        }
        let same = Next::Cursor("b".into());
        assert_eq!(
            after(&cursor, &same, &page(json!({ "next": "b" })), &came(1, 1)),
            None,
            "it does not move"
        );

        let pages = paging(
            json!({ "style": "page", "items": "/d", "page": { "param": "p", "size_param": "s", "size": 2, "total_at": "/total" } }),
        );
        assert_eq!(
            after(&pages, &Next::First, &page(json!({ "total": 3 })), &came(2, 2)),
            Some(Next::Number(2))
        );
        assert_eq!(after(&pages, &Next::Number(2), &page(json!({ "total": 3 })), &came(1, 3)), None);
        assert_eq!(
            after(&pages, &Next::Number(2), &page(json!({})), &came(1, 3)),
            None,
            "a short page is the last"
        );

        let offset = paging(
            json!({ "style": "offset", "items": "/d", "offset": { "param": "skip", "limit_param": "take", "limit": 2 } }),
        );
        assert_eq!(after(&offset, &Next::First, &page(json!({})), &came(2, 2)), Some(Next::Number(2)));
        assert_eq!(after(&offset, &Next::Number(2), &page(json!({})), &came(0, 2)), None);

        let link = paging(json!({ "style": "link", "items": "" }));
        let header = r#"<https://h/?p=1,2>; rel="prev", <https://h/?p=3>; title="a"; rel="next last""#;
        assert_eq!(
            after(&link, &Next::First, &response(json!([]), Some(header)), &came(1, 1)),
            Some(Next::Url("https://h/?p=3".into()))
        );
        assert_eq!(
            after(&link, &Next::First, &response(json!([]), Some("<x>; rel=prev")), &came(1, 1)),
            None
        );
    }

    #[test]
    fn a_cursor_may_be_a_field_of_the_last_record() {
        let by_id = paging(
            json!({ "style": "cursor", "items": "/data", "cursor": { "param": "starting_after", "last_at": "/id", "more_at": "/has_more" } }),
        );
        let body = json!({ "data": [{ "id": "cus_1" }, { "id": "cus_2" }], "has_more": true });
        let items = take_items(&by_id, &mut body.clone(), "S").expect("a list");
        let came = Came::new(&by_id, &items, 2, &Request::new("GET", "https://h/"));
        assert_eq!(came.seen, 4);
        let next = Next::Cursor("cus_2".into());
        assert_eq!(after(&by_id, &Next::First, &response(body.clone(), None), &came), Some(next.clone()));
        assert_eq!(after(&by_id, &next, &response(body, None), &came), None, "it does not move");
        let end = response(json!({ "has_more": false }), None);
        assert_eq!(after(&by_id, &Next::First, &end, &came), None);
        // A page without records is the last, whatever it says.
        let none = Came::new(&by_id, &[], 4, &Request::new("GET", "https://h/"));
        assert_eq!(after(&by_id, &next, &response(json!({ "has_more": true }), None), &none), None);
        let mut request = Request::new("GET", "https://h/v1/customers?limit=2");
        ask(&by_id, &next, &mut request);
        assert_eq!(request.url, "https://h/v1/customers?limit=2&starting_after=cus_2");
    }

    #[test]
    fn the_users_own_page_size_tells_the_last_page() {
        let offset = paging(
            json!({ "style": "offset", "items": "", "offset": { "param": "p", "limit_param": "s", "limit": 100 } }),
        );
        let items = [json!(1), json!(2)];
        let page = response(json!([]), None);
        for (url, next) in [
            ("https://h/?s=2", Some(Next::Number(2))),
            ("https://h/?f=a&s=3", None),
            ("https://h/?f=s", None),
            // Nobody knows how many there should be: an empty page is the last.
            ("https://h/?s=all", Some(Next::Number(2))),
        ] {
            let came = Came::new(&offset, &items, 0, &Request::new("GET", url));
            assert_eq!(after(&offset, &Next::First, &page, &came), next, "{url}");
        }
        for (param, bodies) in [
            ("s", [json!({ "s": 2 }), json!({ "s": 3 }), json!({ "s": null })]),
            ("/page/s", [json!({ "page": { "s": 2 } }), json!({ "page": { "s": 3 } }), json!({})]),
        ] {
            let offset = paging(json!({ "style": "offset", "items": "",
                "offset": { "param": "p", "in": "body", "limit_param": param, "limit": 100 } }));
            let mut request = Request::new("POST", "https://h/");
            let mut next = |body: Body| {
                request.body = body;
                after(&offset, &Next::First, &page, &Came::new(&offset, &items, 0, &request))
            };
            let [two, three, none] = bodies.map(|body| next(Body::Json(body)));
            assert_eq!((two, three, none), (Some(Next::Number(2)), None, None), "{param}");
            if param == "s" {
                let form = |size: &str| Body::Form(vec![("s".to_owned(), size.to_owned())]);
                assert_eq!((next(form("2")), next(form("3"))), (Some(Next::Number(2)), None));
            }
        }
    }

    #[test]
    fn a_cursor_stands_at_one_place() {
        for cursor in [json!({ "param": "c" }), json!({ "param": "c", "at": "/n", "last_at": "/id" })] {
            let written = json!({ "style": "cursor", "items": "/d", "cursor": cursor });
            assert!(serde_json::from_value::<Paging>(written).is_err());
        }
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

    #[test]
    fn pages_are_asked_for_in_bodies() {
        let offset = paging(
            json!({ "style": "offset", "items": "", "offset": { "param": "skip", "in": "body", "limit_param": "take", "limit": 50 } }),
        );
        let graph = paging(
            json!({ "style": "cursor", "items": "/d", "cursor": { "param": "/variables/after", "in": "body", "at": "/next" } }),
        );
        for (paging, next, body, expected) in [
            (&offset, Next::First, Body::Empty, json!({ "skip": 0, "take": 50 })),
            (
                &offset,
                Next::Number(50),
                Body::Json(json!({ "skip": 0, "take": 5 })),
                json!({ "skip": 50, "take": 5 }),
            ),
            (&graph, Next::First, Body::Json(json!({ "query": "{a}" })), json!({ "query": "{a}" })),
            (
                &graph,
                Next::Cursor("c".into()),
                Body::Json(json!({ "query": "{a}", "variables": { "n": 1 } })),
                json!({ "query": "{a}", "variables": { "n": 1, "after": "c" } }),
            ),
        ] {
            let mut request = Request::new("POST", "https://h/a");
            request.body = body;
            ask(paging, &next, &mut request);
            let Body::Json(body) = &request.body else { panic!("no JSON") };
            assert_eq!((body, request.url.as_str()), (&expected, "https://h/a"));
        }
        let mut form = Request::new("POST", "https://h/a");
        form.body = Body::Form(vec![("take".to_owned(), "5".to_owned())]);
        ask(&offset, &Next::Number(5), &mut form);
        let Body::Form(pairs) = &form.body else { panic!("no form") };
        assert_eq!(pairs, &[("take".to_owned(), "5".to_owned()), ("skip".to_owned(), "5".to_owned())]);
    }

    #[test]
    fn a_header_may_say_how_many_pages_there_are() {
        let pages = paging(
            json!({ "style": "page", "items": "", "page": { "param": "p", "size": 2, "pages_header": "X-WP-TotalPages" } }),
        );
        let mut page = response(json!([1, 2]), None);
        assert_eq!(after(&pages, &Next::First, &page, &came(2, 2)), Some(Next::Number(2)));
        page.headers.insert("x-wp-totalpages".to_owned(), json!("1"));
        assert_eq!(after(&pages, &Next::First, &page, &came(2, 2)), None);
    }
}
