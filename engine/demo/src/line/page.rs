//! The page of LINE: who talks with the bot, and one chat as that person's phone shows it, with a line to say something.

use std::fmt::Write;

use axum::response::Html;
use causeway_model::Locale;

use super::chats::{Chats, Said, User};
use super::flex;
use super::messages::shown;
use crate::simulator::{Core, Visit, escape, frame};

/// Chats in the list.
const SHOWN: usize = 24;
const STYLE: &str = include_str!("phone.css");

pub(super) fn phone(title: [&str; 2], core: &Core, chats: &Chats, visit: &Visit) -> Html<String> {
    let mut users: Vec<(&String, &User)> = chats.users.iter().collect();
    // Who spoke last stands first, then the company's own people; the others follow by their ids.
    users.sort_by_key(|(_, user)| {
        (std::cmp::Reverse(user.said.back().map_or(0, |said| said.no)), !user.colleague)
    });
    let open =
        visit.text("chat").and_then(|id| users.iter().find(|(known, _)| *known == id)).or(users.first());
    let Some((id, user)) = open.copied() else { return frame(title, core, visit, "") };
    let mut list = String::new();
    for (other, person) in users.iter().take(SHOWN) {
        let latest = person.said.back().map(|said| shown(&said.message)).unwrap_or_default();
        let current = if *other == id { " aria-current=\"true\"" } else { "" };
        // Writing to a text cannot fail.
        let _ = write!(
            list,
            "<a href=\"{}\"{current}><b>{}</b><span>{}</span><small>{}</small></a>",
            escape(&visit.address(&[("chat", other.as_str())])),
            escape(&person.name),
            escape(&person.status),
            escape(&latest)
        );
    }
    let quota = match visit.locale {
        Locale::En => format!(
            "{} of {} messages of this month are used; replies cost nothing.",
            chats.used, core.config.quota
        ),
        Locale::ZhTw => format!("本月額度已用 {} / {} 則，回覆訊息不計費。", chats.used, core.config.quota),
    };
    let body = format!(
        "<style>{STYLE}</style><p class=\"quota\">{quota}</p><div class=\"line\"><div class=\"people\">{list}</div>{}</div>",
        one(id, user, visit)
    );
    frame(title, core, visit, &body)
}

/// The phone of one person: what the person said stands on the right.
fn one(id: &str, user: &User, visit: &Visit) -> String {
    let (placeholder, send) = match visit.locale {
        Locale::En => ("Say something to the bot", "Send"),
        Locale::ZhTw => ("輸入訊息", "傳送"),
    };
    let bubbles: String = user.said.iter().map(bubble).collect();
    let bubbles = if bubbles.is_empty() {
        let none = match visit.locale {
            Locale::En => "Nothing was said yet.",
            Locale::ZhTw => "還沒有訊息。",
        };
        format!("<li class=\"none\">{none}</li>")
    } else {
        bubbles
    };
    let hidden = format!(
        "<input type=\"hidden\" name=\"user_id\" value=\"{}\"><input type=\"hidden\" name=\"back\" value=\"{}\">",
        escape(id),
        escape(&visit.address(&[("chat", id)]))
    );
    let choices: String = user.said.back().map(|said| choices(said, &hidden)).unwrap_or_default();
    format!(
        "<div class=\"phone\"><h2>{}</h2><ol class=\"talk\">{bubbles}</ol><div class=\"choices\">{choices}</div>\
         <form method=\"post\" action=\"/_control/say\">{hidden}<input name=\"text\" placeholder=\"{placeholder}\" aria-label=\"{placeholder}\" autocomplete=\"off\" maxlength=\"5000\" required>\
         <button>{send}</button></form></div>",
        escape(crate::company::NAME)
    )
}

fn bubble(said: &Said) -> String {
    let class = if said.by_bot { "bot" } else { "me" };
    match said.message["type"].as_str() {
        Some("flex") => format!("<li class=\"{class} flex\">{}</li>", flex::html(&said.message["contents"])),
        _ => format!("<li class=\"{class}\">{}</li>", escape(&shown(&said.message))),
    }
}

/// The buttons below the latest message, each of which says its text.
fn choices(said: &Said, hidden: &str) -> String {
    let items = said.message["quickReply"]["items"].as_array();
    let items = items.into_iter().flatten().filter(|item| item["action"]["type"] == "message");
    let choice = |item: &serde_json::Value| {
        let text = |name: &str| escape(item["action"][name].as_str().unwrap_or_default());
        format!(
            "<form method=\"post\" action=\"/_control/say\">{hidden}<input type=\"hidden\" name=\"text\" value=\"{}\"><button>{}</button></form>",
            text("text"),
            text("label")
        )
    };
    items.map(choice).collect()
}
