//! Reading live streams (`text/event-stream`), as a browser or a program does.

use std::time::Duration;

use causeway_model::Value;

use crate::{Answer, Page, TestApp};

/// One event of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveEvent {
    /// Empty where it has none of its own.
    pub id: String,
    pub name: String,
    pub data: Value,
}

/// An open stream; closed when dropped.
pub struct EventStream {
    response: reqwest::Response,
    buffer: Vec<u8>,
    /// The id to come again with.
    pub last_id: Option<String>,
    /// How long to wait before that, in milliseconds.
    pub retry: Option<u64>,
}

/// No test waits longer for an event.
const PATIENCE: Duration = Duration::from_secs(30);

impl EventStream {
    /// The next event; nothing once the stream has ended.
    pub async fn next(&mut self) -> Option<LiveEvent> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|part| part == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(event) = self.read(&String::from_utf8_lossy(&block)) {
                    return Some(event);
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            match chunk.expect("an event or the end of the stream in time") {
                Ok(Some(chunk)) => self.buffer.extend_from_slice(&chunk),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Events up to the first that is one of these, it included; fewer where the stream ends before.
    pub async fn until(&mut self, wanted: impl Fn(&LiveEvent) -> bool) -> Vec<LiveEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            let found = wanted(&event);
            events.push(event);
            if found {
                break;
            }
        }
        events
    }

    /// Every event up to the end of the stream.
    pub async fn rest(&mut self) -> Vec<LiveEvent> {
        self.until(|_| false).await
    }

    /// Comments and hints give no event.
    fn read(&mut self, block: &str) -> Option<LiveEvent> {
        let (mut id, mut name, mut data) = (None, "message".to_owned(), String::new());
        for line in block.lines().filter(|line| !line.is_empty() && !line.starts_with(':')) {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => id = Some(value.to_owned()),
                "event" => value.clone_into(&mut name),
                "data" => data.push_str(value),
                "retry" => self.retry = value.parse().ok(),
                other => panic!("no field of a stream: {other}"),
            }
        }
        if id.is_some() {
            self.last_id.clone_from(&id);
        }
        if data.is_empty() {
            return None;
        }
        let data = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error} in {data}"));
        Some(LiveEvent { id: id.unwrap_or_default(), name, data })
    }
}

impl TestApp {
    /// A stream of the API with the owner's token, from after the event with this id.
    pub async fn events(&self, path: &str, last: Option<&str>) -> EventStream {
        let token = self.token().await;
        self.events_as(&token, path, last)
            .await
            .unwrap_or_else(|answer| panic!("{}: {}", answer.status, answer.text))
    }

    /// As [`TestApp::events`]; the answer where no stream is opened.
    pub async fn events_as(
        &self,
        token: &str,
        path: &str,
        last: Option<&str>,
    ) -> Result<EventStream, Answer> {
        let request = self.client().get(self.url(&format!("/api/v1{path}"))).bearer_auth(token);
        open(request, last).await
    }

    pub async fn events_of_page(&self, page: &Page, path: &str) -> Result<EventStream, Answer> {
        let request = self.client().get(self.url(&format!("/api/v1{path}"))).header("cookie", &page.cookie);
        open(request, None).await
    }
}

async fn open(mut request: reqwest::RequestBuilder, last: Option<&str>) -> Result<EventStream, Answer> {
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = request.send().await.expect("the API answers");
    if response.status() != 200 {
        return Err(Answer::read(response).await.expect("the API answers to its end"));
    }
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let last_id = last.map(str::to_owned);
    Ok(EventStream { response, buffer: Vec::new(), last_id, retry: None })
}
