//! The page of a simulator: its latest records and what came in, in the reader's language. Written on the server.

use std::fmt::Write;

use axum::http::{HeaderMap, header};
use axum::response::Html;
use causeway_model::Locale;
use serde_json::Value;

use crate::state::Received;

const STYLE: &str = include_str!("style.css");
/// Fetches the page again while nobody writes.
const REFRESH: &str = "setInterval(async () => { if (document.activeElement?.tagName === 'INPUT') return; \
    const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html'); \
    document.querySelector('main').replaceWith(page.querySelector('main')); }, 3000);";
const SHOWN: usize = 12;

/// A kind of record, as the page shows it.
pub(crate) struct Kind {
    pub name: &'static str,
    pub title: [&'static str; 2],
    pub columns: &'static [Column],
}

/// A field, and its heading in both languages.
pub(crate) type Column = (&'static str, [&'static str; 2]);

/// By `Accept-Language`.
pub(crate) fn language(headers: &HeaderMap) -> Locale {
    let wanted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if wanted.trim_start().to_ascii_lowercase().starts_with("zh") { Locale::ZhTw } else { Locale::En }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn pick(texts: [&str; 2], locale: Locale) -> &str {
    match locale {
        Locale::En => texts[0],
        Locale::ZhTw => texts[1],
    }
}

/// A whole page around a body that is HTML already.
pub(crate) fn frame(title: [&str; 2], body: &str, locale: Locale) -> Html<String> {
    let about = pick(
        [
            "A simulator of Causeway's sample company. Everything on it is made up, and it forgets when it stops. The vendor publishes no description of an API; this one is our own.",
            "Causeway 範例公司的模擬系統，所有資料皆為虛構，停止後即清空。廠商並未公開 API 說明，此處的 API 由本專案自行定義。",
        ],
        locale,
    );
    let (lang, title) = (pick(["en", "zh-TW"], locale), escape(pick(title, locale)));
    Html(format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style><header><h1>{title}</h1></header><p class=\"about\">{about}</p><main>{body}</main><script>{REFRESH}</script></html>"
    ))
}

pub(super) fn tables(
    title: [&str; 2],
    kinds: &[Kind],
    records: impl Fn(&str) -> Vec<Value>,
    received: &[Received],
    locale: Locale,
) -> Html<String> {
    let mut body = String::new();
    came_in(received, locale, &mut body);
    for kind in kinds {
        table(kind, &records(kind.name), locale, &mut body);
    }
    frame(title, &body, locale)
}

fn section(title: &str, count: usize, headings: &[&str], rows: &str, out: &mut String) {
    let headings: String = headings.iter().map(|heading| format!("<th>{heading}</th>")).collect();
    // Writing to a text cannot fail.
    let _ = write!(
        out,
        "<section><h2>{title} <small>{count}</small></h2><div class=\"table\"><table><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    );
}

fn table(kind: &Kind, records: &[Value], locale: Locale, out: &mut String) {
    let row = |record: &Value| {
        let cells: String = kind
            .columns
            .iter()
            .map(|(field, _)| format!("<td>{}</td>", escape(&shown(&record[*field]))))
            .collect();
        format!("<tr>{cells}</tr>")
    };
    let rows: String = records.iter().rev().take(SHOWN).map(row).collect();
    let headings: Vec<&str> = kind.columns.iter().map(|(_, title)| pick(*title, locale)).collect();
    section(pick(kind.title, locale), records.len(), &headings, &rows, out);
}

fn came_in(received: &[Received], locale: Locale, out: &mut String) {
    let row = |request: &Received| {
        let status = request.status.map_or_else(|| "…".to_owned(), |status| status.to_string());
        let tone = if request.status.is_some_and(|status| status < 400) { "good" } else { "bad" };
        let body: String = shown(&request.body).chars().take(120).collect();
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
    section(pick(["What came in", "收到的請求"], locale), received.len(), &headings, &rows, out);
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
