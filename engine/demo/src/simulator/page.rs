//! The page of a simulator: what waits for somebody, its latest records and what came in, in the reader's language.
//! Written on the server.

use std::collections::BTreeMap;
use std::fmt::Write;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri, header};
use axum::response::Html;
use causeway_model::Locale;
use serde_json::Value;

use super::show::{cell, heading, pick, word};
use super::{Core, System};
use crate::state::Received;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");
const SHOWN: usize = 8;

/// A kind of record, as the page shows it; its first column is what it is known by.
pub(crate) struct Kind {
    pub name: &'static str,
    pub title: [&'static str; 2],
    pub columns: &'static [Column],
    pub actions: &'static [Action],
}

/// A field, and its heading in both languages.
pub(crate) type Column = (&'static str, [&'static str; 2]);

/// A button beside records in a status.
pub(crate) struct Action {
    pub name: &'static str,
    pub title: [&'static str; 2],
    pub status: &'static str,
    /// Whether such records wait for somebody, and stand at the page's beginning.
    pub waits: bool,
}

/// Who looks at the page, and at what of it.
pub(crate) struct Visit {
    pub locale: Locale,
    query: BTreeMap<String, String>,
}

impl Visit {
    /// The language is that of `?lang=`, otherwise of `Accept-Language`.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let query =
            Query::<BTreeMap<String, String>>::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
        let accepted =
            headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let wanted = query.get("lang").map_or(accepted, String::as_str).trim_start().to_ascii_lowercase();
        let locale = if wanted.starts_with("zh") { Locale::ZhTw } else { Locale::En };
        Self { locale, query }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// The page's address with some of it changed.
    pub fn address(&self, changes: &[(&str, &str)]) -> String {
        let mut query: BTreeMap<&str, &str> =
            self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        query.remove("refused");
        query.extend(changes.iter().copied());
        format!("/?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A whole page around a body that is HTML already.
pub(crate) fn frame(title: [&str; 2], core: &Core, visit: &Visit, body: &str) -> Html<String> {
    let locale = visit.locale;
    let about = pick(
        [
            "A simulator of Causeway's sample company. Everything on it is made up, and no vendor has to do with it.",
            "Causeway 範例公司的模擬系統。所有資料皆為虛構，與任何廠商無關。",
        ],
        locale,
    );
    let (lang, name) = (pick(["en", "zh-TW"], locale), escape(pick(title, locale)));
    let mut links = String::new();
    for link in core.links() {
        let (to, here) = (escape(pick(link.title, locale)), link.title == title);
        let address = format!("{}/?lang={lang}", link.url);
        let current = if here { " aria-current=\"page\"" } else { "" };
        let _ = write!(links, "<a href=\"{}\"{current}>{to}</a>", escape(&address));
    }
    let (other, code) = pick2([("中文", "zh-TW"), ("English", "en")], locale);
    let switch = escape(&visit.address(&[("lang", code)]));
    let refused = visit.text("refused").map(|text| {
        let text = text.split(" / ").nth(usize::from(locale == Locale::ZhTw)).unwrap_or(text);
        format!("<p class=\"refused\" role=\"alert\">{}</p>", escape(text))
    });
    Html(format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{name}</title><style>{STYLE}</style><header><nav>{links}<a class=\"lang\" href=\"{switch}\" hreflang=\"{code}\">{other}</a></nav>\
         <h1>{name}</h1><p class=\"about\">{about}</p></header>{}<main>{body}</main><script>{SCRIPT}</script></html>",
        refused.unwrap_or_default()
    ))
}

fn pick2<T>(two: [T; 2], locale: Locale) -> T {
    let [en, zh_tw] = two;
    match locale {
        Locale::En => en,
        Locale::ZhTw => zh_tw,
    }
}

pub(super) fn tables<S: System + ?Sized>(system: &S, visit: &Visit) -> Html<String> {
    let (mut first, mut rest) = (String::new(), String::new());
    for kind in system.kinds() {
        let records = system.shown(kind.name);
        waiting(kind, &records, visit, &mut first);
        let latest: Vec<&Value> = records.iter().rev().take(SHOWN).collect();
        let title = pick(kind.title, visit.locale);
        section(title, records.len(), &headings(kind, visit.locale), &rows(kind, &latest, visit), &mut rest);
    }
    came_in(&system.core().received.requests(), visit.locale, &mut rest);
    frame(system.title(), system.core(), visit, &format!("{first}{rest}"))
}

/// The latest records that a button is for.
fn waiting(kind: &Kind, records: &[Value], visit: &Visit, out: &mut String) {
    let mut seen = Vec::new();
    for action in kind.actions.iter().filter(|action| action.waits) {
        let waiting: Vec<&Value> =
            records.iter().rev().filter(|record| record["status"] == action.status).collect();
        if waiting.is_empty() || seen.contains(&action.status) {
            continue;
        }
        seen.push(action.status);
        let status = word(action.status, visit.locale);
        let title = format!("{}：{status}", pick(kind.title, visit.locale));
        let title = if visit.locale == Locale::En { title.replace('：', ": ") } else { title };
        let latest: Vec<&Value> = waiting.iter().copied().take(4).collect();
        section(&title, waiting.len(), &headings(kind, visit.locale), &rows(kind, &latest, visit), out);
    }
}

fn headings(kind: &Kind, locale: Locale) -> String {
    let mut headings: String =
        kind.columns.iter().map(|(field, title)| heading(field, pick(*title, locale))).collect();
    if !kind.actions.is_empty() {
        headings.push_str("<th></th>");
    }
    headings
}

fn rows(kind: &Kind, records: &[&Value], visit: &Visit) -> String {
    let row = |record: &&Value| {
        let mut cells: String =
            kind.columns.iter().map(|(field, _)| cell(field, &record[*field], visit.locale)).collect();
        if !kind.actions.is_empty() {
            let button = kind.actions.iter().find(|action| record["status"] == action.status);
            let button = button.map(|action| button_of(kind, action, record, visit)).unwrap_or_default();
            let _ = write!(cells, "<td class=\"act\">{button}</td>");
        }
        format!("<tr>{cells}</tr>")
    };
    records.iter().map(row).collect()
}

fn button_of(kind: &Kind, action: &Action, record: &Value, visit: &Visit) -> String {
    let id = record[kind.columns[0].0].as_str().unwrap_or_default();
    format!(
        "<form method=\"post\" action=\"/_control/act\"><input type=\"hidden\" name=\"action\" value=\"{}\">\
         <input type=\"hidden\" name=\"id\" value=\"{}\"><input type=\"hidden\" name=\"back\" value=\"{}\"><button>{}</button></form>",
        action.name,
        escape(id),
        escape(&visit.address(&[])),
        pick(action.title, visit.locale)
    )
}

fn section(title: &str, count: usize, headings: &str, rows: &str, out: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(
        out,
        "<section><h2>{title} <small>{count}</small></h2><div class=\"table\"><table><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    );
}

fn came_in(received: &[Received], locale: Locale, out: &mut String) {
    let row = |request: &Received| {
        let status = request.status.map_or_else(|| "…".to_owned(), |status| status.to_string());
        let tone = if request.status.is_some_and(|status| status < 400) { "good" } else { "bad" };
        let body = if request.body.is_null() { String::new() } else { request.body.to_string() };
        let body: String = body.chars().take(120).collect();
        format!(
            "<tr><td>{}</td><td><code>{} {}</code></td><td class=\"{tone}\">{status}</td><td><code>{}</code></td></tr>",
            request.no,
            escape(&request.method),
            escape(&request.path),
            escape(&body)
        )
    };
    let rows: String = received.iter().rev().take(SHOWN).map(row).collect();
    let headings = match locale {
        Locale::En => ["No.", "Request", "Status", "Body"],
        Locale::ZhTw => ["編號", "請求", "狀態碼", "內容"],
    };
    let title = pick(["What came in", "收到的請求"], locale);
    let headings: String = headings.iter().map(|title| heading("", title)).collect();
    section(title, received.len(), &headings, &rows, out);
}
