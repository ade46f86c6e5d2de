//! Who wants to hear of which events, and the sending: signed, repeated a few times, and kept on a bounded list.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::{delete, get};
use causeway_connector::Services;
use causeway_connector::http::{Body, Request};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::fields::{Field, Rule, check, must};
use super::sign::{Written, signature};
use super::{Refusal, Sent, System, post_office};

const MOST_SUBSCRIPTIONS: usize = 50;
const MOST_DELIVERIES: usize = 500;
/// Events that may wait or be under way.
const MOST_UNDER_WAY: usize = 1000;
const AT_ONCE: usize = 8;
const ATTEMPTS: u32 = 4;
const TIMEOUT: Duration = Duration::from_secs(10);

/// What a system's webhooks look like.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub signature_header: &'static str,
    /// Carries the event's id, equal in every attempt.
    pub event_header: Option<&'static str>,
    pub written: Written,
    pub events: &'static [&'static str],
}

/// Who hears of what.
#[derive(Clone)]
pub struct Subscription {
    pub url: String,
    pub events: Vec<String>,
    /// Signs each event.
    pub secret: String,
}

/// What became of one event for one subscriber.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    pub event_id: String,
    pub event: String,
    pub url: String,
    pub attempts: u32,
    pub delivered: bool,
    /// Why the latest attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One event. A later attempt may say that it is one.
pub(crate) struct Event {
    pub id: String,
    pub name: String,
    pub body: String,
    pub repeated_body: Option<String>,
}

/// Listing, registering and removing, for systems that answer with the record itself.
pub(crate) fn routes<S: System>(path: &str) -> Router<Arc<S>> {
    Router::new()
        .route(path, get(listed::<S>).post(registered::<S>))
        .route(&format!("{path}/{{id}}"), delete(removed::<S>))
}

async fn listed<S: System>(Shared(system): Shared<Arc<S>>) -> Json<Value> {
    Json(json!({ "items": system.core().webhooks.list() }))
}

async fn registered<S: System>(
    Shared(system): Shared<Arc<S>>,
    body: Sent,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    Ok((StatusCode::CREATED, Json(system.core().webhooks.register(&body)?)))
}

async fn removed<S: System>(
    Shared(system): Shared<Arc<S>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    if system.core().webhooks.remove(&id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::not_found("webhook", &id))
    }
}

pub(crate) struct Webhooks {
    form: Form,
    /// Between two attempts; doubled each time.
    pause: Duration,
    services: Services,
    subscribed: Mutex<(u64, Vec<(String, Subscription)>)>,
    deliveries: Arc<Mutex<VecDeque<Delivery>>>,
    places: Arc<Semaphore>,
    under_way: Mutex<JoinSet<()>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Webhooks {
    pub fn new(form: Form, pause: Duration, allow_hosts: Vec<String>) -> std::io::Result<Self> {
        Ok(Self {
            form,
            pause,
            services: post_office::services(allow_hosts)?,
            subscribed: Mutex::default(),
            deliveries: Arc::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            under_way: Mutex::default(),
        })
    }

    pub fn subscribe(&self, subscription: Subscription) -> Result<String, Refusal> {
        let mut subscribed = locked(&self.subscribed);
        if subscribed.1.len() >= MOST_SUBSCRIPTIONS {
            let message = "There are 50 webhooks already; remove one first / 最多 50 個 webhook，請先移除";
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "TOO_MANY_WEBHOOKS", message));
        }
        subscribed.0 += 1;
        let id = format!("WH{:04}", subscribed.0);
        subscribed.1.push((id.clone(), subscription));
        Ok(id)
    }

    /// Takes the place of all that were there.
    pub fn only(&self, subscription: Subscription) {
        let mut subscribed = locked(&self.subscribed);
        subscribed.0 += 1;
        let id = format!("WH{:04}", subscribed.0);
        subscribed.1 = vec![(id, subscription)];
    }

    /// From a body `{url, events, secret}`.
    pub fn register(&self, body: &Sent) -> Result<Value, Refusal> {
        const FIELDS: &[Field] =
            &[must("url", Rule::Url), must("events", Rule::Texts), must("secret", Rule::Text(200))];
        check(&body.0, FIELDS, false)?;
        let text = |name: &str| body.0[name].as_str().unwrap_or_default().to_owned();
        let events: Vec<String> = body.0["events"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        if events.is_empty() || !events.iter().all(|event| self.form.events.contains(&event.as_str())) {
            let message = format!("must be some of {} / 必須是可用的事件", self.form.events.join(", "));
            return Err(Refusal::field("events", &message));
        }
        let subscription = Subscription { url: text("url"), events, secret: text("secret") };
        let (url, events) = (subscription.url.clone(), subscription.events.clone());
        let id = self.subscribe(subscription)?;
        Ok(json!({ "id": id, "url": url, "events": events }))
    }

    /// Without their secrets.
    pub fn list(&self) -> Vec<Value> {
        let shown =
            |(id, to): &(String, Subscription)| json!({ "id": id, "url": to.url, "events": to.events });
        locked(&self.subscribed).1.iter().map(shown).collect()
    }

    pub fn remove(&self, id: &str) -> bool {
        let subscriptions = &mut locked(&self.subscribed).1;
        let before = subscriptions.len();
        subscriptions.retain(|(known, _)| known != id);
        subscriptions.len() < before
    }

    pub fn deliveries(&self) -> Vec<Delivery> {
        locked(&self.deliveries).iter().cloned().collect()
    }

    /// Sends an event to all who want it, and does not wait. Where too much is under way it is lost, as in life.
    pub fn send(&self, event: Event) {
        let event = Arc::new(event);
        let subscribers: Vec<Subscription> = locked(&self.subscribed)
            .1
            .iter()
            .filter(|(_, to)| to.events.is_empty() || to.events.contains(&event.name))
            .map(|(_, to)| to.clone())
            .collect();
        let mut under_way = locked(&self.under_way);
        while under_way.try_join_next().is_some() {}
        for to in subscribers {
            if under_way.len() < MOST_UNDER_WAY {
                under_way.spawn(self.letter(event.clone(), to).deliver(self.deliveries.clone()));
            }
        }
    }

    fn letter(&self, event: Arc<Event>, to: Subscription) -> Letter {
        let (form, pause, places) = (self.form, self.pause, self.places.clone());
        Letter { event, to, form, pause, places, services: self.services.clone() }
    }
}

struct Letter {
    event: Arc<Event>,
    to: Subscription,
    form: Form,
    pause: Duration,
    services: Services,
    places: Arc<Semaphore>,
}

impl Letter {
    async fn deliver(self, deliveries: Arc<Mutex<VecDeque<Delivery>>>) {
        let mut delivery = Delivery {
            event_id: self.event.id.clone(),
            event: self.event.name.clone(),
            url: self.to.url.clone(),
            attempts: 0,
            delivered: false,
            error: None,
        };
        while !delivery.delivered && delivery.attempts < ATTEMPTS {
            if delivery.attempts > 0 {
                tokio::time::sleep(self.pause * 2_u32.pow(delivery.attempts - 1)).await;
            }
            delivery.attempts += 1;
            let place = self.places.acquire().await;
            delivery.error = self.attempt(delivery.attempts > 1).await.err();
            drop(place);
            delivery.delivered = delivery.error.is_none();
        }
        let mut deliveries = locked(&deliveries);
        deliveries.push_back(delivery);
        if deliveries.len() > MOST_DELIVERIES {
            deliveries.pop_front();
        }
    }

    async fn attempt(&self, again: bool) -> Result<(), String> {
        let body = self.event.repeated_body.as_ref().filter(|_| again).unwrap_or(&self.event.body);
        let signed = signature(&self.to.secret, body, self.form.written);
        let mut headers = vec![(self.form.signature_header.to_owned(), signed)];
        headers.extend(self.form.event_header.map(|name| (name.to_owned(), self.event.id.clone())));
        let request = Request {
            headers,
            body: Body::Text { text: body.clone(), media_type: "application/json".into() },
            timeout: Some(TIMEOUT),
            follow_redirects: false,
            ..Request::new("POST", &self.to.url)
        };
        self.services.http.send(request, &self.services).await.map(|_| ()).map_err(|error| error.to_string())
    }
}
