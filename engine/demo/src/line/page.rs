//! The page of LINE: each chat as bubbles, and a line to say something as that user.

use axum::response::Html;
use causeway_model::Locale;

use super::chats::{Chats, User};
use super::messages::shown;
use crate::simulator::{escape, frame};

const SHOWN: usize = 9;

pub(super) fn chats(title: [&str; 2], chats: &Chats, locale: Locale) -> Html<String> {
    let mut users: Vec<(&String, &User)> = chats.users.iter().collect();
    // Who spoke last stands first; the others follow by their ids.
    users.sort_by_key(|(_, user)| std::cmp::Reverse(user.said.back().map_or(0, |said| said.no)));
    let body: String = users.into_iter().take(SHOWN).map(|(id, user)| chat(id, user, locale)).collect();
    frame(title, &format!("<div class=\"chats\">{body}</div>"), locale)
}

fn chat(id: &str, user: &User, locale: Locale) -> String {
    let (placeholder, send) = match locale {
        Locale::En => ("Say something to the bot", "Send"),
        Locale::ZhTw => ("對機器人說些什麼", "傳送"),
    };
    let bubble = |said: &super::chats::Said| {
        let class = if said.by_bot { " class=\"bot\"" } else { "" };
        format!("<li{class}>{}</li>", escape(&shown(&said.message)))
    };
    let bubbles: String = user.said.iter().rev().take(30).rev().map(bubble).collect();
    format!(
        "<div class=\"chat\"><h2>{} <small>{}</small></h2><ol>{bubbles}</ol><form method=\"post\" action=\"/_control/say\">\
         <input type=\"hidden\" name=\"user_id\" value=\"{}\"><input name=\"text\" placeholder=\"{placeholder}\" autocomplete=\"off\" required>\
         <button>{send}</button></form></div>",
        escape(&user.name),
        escape(&user.status),
        escape(id)
    )
}
