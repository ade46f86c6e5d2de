//! Who talks with the bot, what was said, which reply tokens are good, and what of the quota is used. Bounded.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::company::Company;

/// Messages kept of each chat.
const MOST_SAID: usize = 100;
const MOST_TOKENS: usize = 10_000;
const MOST_KEYS: usize = 50_000;

pub(super) struct User {
    pub name: String,
    pub language: &'static str,
    pub status: String,
    /// Of the company itself.
    pub colleague: bool,
    pub said: VecDeque<Said>,
}

/// One message, from the user or the bot.
#[derive(Clone)]
pub(super) struct Said {
    pub no: u64,
    pub by_bot: bool,
    pub message: Value,
}

/// What was accepted under a retry key.
#[derive(Clone)]
pub(super) struct Accepted {
    pub request_id: String,
    pub sent: Value,
}

#[derive(Default)]
pub(super) struct Chats {
    pub users: BTreeMap<String, User>,
    pub used: u64,
    no: u64,
    tokens: HashMap<String, (String, Instant)>,
    token_order: VecDeque<String>,
    keys: HashMap<String, Accepted>,
    key_order: VecDeque<String>,
}

impl Chats {
    /// The contacts that talk to the company on LINE, and the company's own salespeople.
    pub fn seeded(company: &Company) -> Self {
        let user = |contact: &crate::company::Contact| {
            let customer = company.customers.iter().find(|customer| customer.code == contact.customer);
            let status = customer.map(|customer| customer.name.clone()).unwrap_or_default();
            let user = User {
                name: contact.name.clone(),
                language: "zh-Hant",
                status,
                colleague: false,
                said: VecDeque::new(),
            };
            Some((contact.line_user_id.clone()?, user))
        };
        let colleague = |person: &crate::company::Salesperson| {
            let status = format!("{} {}", person.code, crate::company::NAME);
            let name = person.name.clone();
            let user = User { name, language: "zh-Hant", status, colleague: true, said: VecDeque::new() };
            (person.line_user_id.clone(), user)
        };
        let users = company.contacts.iter().filter_map(user);
        Self { users: users.chain(company.salespeople.iter().map(colleague)).collect(), ..Self::default() }
    }

    /// Everything but the reply tokens, which do not last. Who the users are follows from the company.
    pub fn save(&self) -> Value {
        let said = |user: &User| -> Value {
            user.said.iter().map(|said| json!([said.no, said.by_bot, said.message])).collect()
        };
        let spoken = self.users.iter().filter(|(_, user)| !user.said.is_empty());
        let chats: serde_json::Map<String, Value> =
            spoken.map(|(id, user)| (id.clone(), said(user))).collect();
        let kept = |key: &String| {
            let accepted = self.keys.get(key)?;
            Some(json!([key, accepted.request_id, accepted.sent]))
        };
        let keys: Vec<Value> = self.key_order.iter().filter_map(kept).collect();
        json!({ "chats": chats, "used": self.used, "no": self.no, "keys": keys })
    }

    pub fn load(&mut self, saved: &Value) {
        for (id, said) in saved["chats"].as_object().into_iter().flatten() {
            let Some(user) = self.users.get_mut(id) else { continue };
            let read = |one: &Value| {
                Some(Said { no: one[0].as_u64()?, by_bot: one[1].as_bool()?, message: one[2].clone() })
            };
            user.said = said.as_array().into_iter().flatten().filter_map(read).collect();
        }
        self.used = saved["used"].as_u64().unwrap_or(self.used);
        self.no = saved["no"].as_u64().unwrap_or(self.no);
        for one in saved["keys"].as_array().into_iter().flatten() {
            if let (Some(key), Some(id)) = (one[0].as_str(), one[1].as_str()) {
                self.accept(key, Accepted { request_id: id.to_owned(), sent: one[2].clone() });
            }
        }
    }

    pub fn ids(&self) -> Vec<String> {
        self.users.keys().cloned().collect()
    }

    pub fn profile(&self, id: &str) -> Option<Value> {
        let user = self.users.get(id)?;
        Some(
            json!({ "userId": id, "displayName": user.name, "language": user.language, "statusMessage": user.status }),
        )
    }

    pub fn profiles(&self) -> Vec<Value> {
        self.users.keys().filter_map(|id| self.profile(id)).collect()
    }

    /// All that was said, in order.
    pub fn messages(&self) -> Vec<Value> {
        let mut all: Vec<(u64, Value)> = Vec::new();
        for (id, user) in &self.users {
            let shown = |said: &Said| {
                (
                    said.no,
                    json!({ "id": said.no.to_string(), "user_id": id, "by_bot": said.by_bot, "message": said.message }),
                )
            };
            all.extend(user.said.iter().map(shown));
        }
        all.sort_by_key(|(no, _)| *no);
        all.into_iter().map(|(_, message)| message).collect()
    }

    /// Keeps a message and gives its id.
    pub fn keep(&mut self, user: &str, by_bot: bool, message: Value) -> u64 {
        self.no += 1;
        if let Some(user) = self.users.get_mut(user) {
            user.said.push_back(Said { no: self.no, by_bot, message });
            if user.said.len() > MOST_SAID {
                user.said.pop_front();
            }
        }
        self.no
    }

    pub fn give_token(&mut self, token: &str, user: &str, lasts: Duration) {
        self.tokens.insert(token.to_owned(), (user.to_owned(), Instant::now() + lasts));
        self.token_order.push_back(token.to_owned());
        if self.token_order.len() > MOST_TOKENS
            && let Some(oldest) = self.token_order.pop_front()
        {
            self.tokens.remove(&oldest);
        }
    }

    /// Whom a reply token leads to.
    pub fn token(&self, token: &str) -> Option<String> {
        let (user, end) = self.tokens.get(token)?;
        (*end > Instant::now()).then(|| user.clone())
    }

    pub fn use_token(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    pub fn accepted(&self, key: &str) -> Option<&Accepted> {
        self.keys.get(key)
    }

    pub fn accept(&mut self, key: &str, accepted: Accepted) {
        self.keys.insert(key.to_owned(), accepted);
        self.key_order.push_back(key.to_owned());
        if self.key_order.len() > MOST_KEYS
            && let Some(oldest) = self.key_order.pop_front()
        {
            self.keys.remove(&oldest);
        }
    }
}
