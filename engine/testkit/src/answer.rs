//! What a server answered.

use causeway_model::Value;
use reqwest::header::HeaderMap;

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// Of a request that was made by hand.
    pub async fn of(response: reqwest::Response) -> Self {
        Self::read(response).await.expect("it answers to its end")
    }

    pub(crate) async fn read(response: reqwest::Response) -> Result<Self, reqwest::Error> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // Such a body has no end.
        let live = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let text = if live { String::new() } else { response.text().await? };
        Ok(Self { status, headers, text })
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The code of a problem; nothing where it is none.
    pub fn code(&self) -> String {
        let problem = if self.status < 400 { Value::Null } else { self.json() };
        problem["code"].as_str().unwrap_or_default().to_owned()
    }

    /// What a refusal says: its status and code.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The run that `X-Causeway-Run` names.
    pub fn run(&self) -> String {
        self.run_if_any().unwrap_or_else(|| panic!("no X-Causeway-Run: {} {}", self.status, self.text))
    }

    pub fn run_if_any(&self) -> Option<String> {
        self.header("x-causeway-run").map(str::to_owned)
    }

    /// Panics unless the status is this one.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "answer: {}", self.text);
        self
    }
}
