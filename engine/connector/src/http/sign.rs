//! Signatures: what is put into a request when all else of it stands, once for each attempt, by whoever has the credentials.
//!
//! Nothing of it is shown anywhere: what is new in a signed request is masked in answers, and a request that is not sent is not
//! signed either.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use causeway_model::{ErrorClass, StepError, Value, text};
use causeway_script::Mask;
use reqwest::Url;
use reqwest::header::CONTENT_LENGTH;

use super::mask::Masker;
use super::prepare::{Head, Prepared, method};
use crate::Services;
use crate::aside::aside;

/// The largest body that is signed.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// What is shorter is no signature, and would spoil an answer that is masked.
const SHORTEST: usize = 16;
const SHOWN: &str = "{{ signature }}";

/// A request to its last byte, and what signing makes of it. It stays with its host.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    pub method: String,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

/// Signs requests. A function of the request and of what it was made with.
pub trait Signer: Send + Sync {
    fn sign(&self, request: Outgoing) -> Result<Outgoing, StepError>;
    /// What is said of it where a request is shown and not sent.
    fn name(&self) -> String;
    /// The headers that it sets, as far as they are known beforehand: what stands before the signature.
    fn headers(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    /// The credentials that it was given.
    fn masks(&self) -> &[Mask];
}

/// A signer in a request.
#[derive(Clone)]
pub struct Signature(pub Arc<dyn Signer>);

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signature").field(&self.0.name()).finish()
    }
}

impl Signature {
    pub(super) fn shown_headers(&self) -> impl Iterator<Item = (String, String)> {
        self.0
            .headers()
            .into_iter()
            .map(|(name, before)| (name.to_ascii_lowercase(), format!("{before}{SHOWN}")))
    }
}

impl Prepared {
    pub async fn sign(&mut self, signature: &Signature, services: &Services) -> Result<(), StepError> {
        let body = self.payload.whole(&services.files, MOST_BYTES).await?.ok_or_else(too_large)?;
        let before = self.outgoing(body);
        let (signer, request) = (signature.0.clone(), before.clone());
        let signed = aside(move || signer.sign(request.clone())).await?;
        self.take(&before, signed, signature)
    }

    /// The same where nobody else waits. Bodies of files and streams cannot be signed so.
    pub fn sign_here(&mut self, signature: &Signature) -> Result<(), StepError> {
        let body = self.payload.at_hand().ok_or_else(too_large)?;
        let before = self.outgoing(body);
        let signed = signature.0.sign(before.clone())?;
        self.take(&before, signed, signature)
    }

    fn outgoing(&self, body: Bytes) -> Outgoing {
        let headers = self.headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH);
        let headers = headers.map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Outgoing {
            method: self.method.as_str().to_owned(),
            url: self.url.clone(),
            headers: headers.collect(),
            body,
        }
    }

    fn take(&mut self, before: &Outgoing, signed: Outgoing, by: &Signature) -> Result<(), StepError> {
        if signed.url.origin() != before.url.origin() {
            return Err(elsewhere());
        }
        let mut new = Vec::new();
        let mut head = Head::default();
        for header in &signed.headers {
            let (name, value) = header;
            let fresh = !before.headers.contains(header);
            if fresh {
                new.push(value.clone());
            }
            head.add(name, value, fresh || self.private.contains(&name.to_ascii_lowercase()))?;
        }
        let known: Vec<_> = before.url.query_pairs().collect();
        let fresh = signed.url.query_pairs().filter(|pair| !known.contains(pair));
        new.extend(fresh.map(|(_, value)| value.into_owned()));
        if signed.body != before.body {
            let known: HashSet<String> = texts(&before.body).into_iter().collect();
            new.extend(texts(&signed.body).into_iter().filter(|text| !known.contains(text)));
            self.payload.replace(signed.body);
        }
        head.describe(&self.payload)?;
        (self.headers, self.private) = (head.headers, head.private);
        self.method = method(&signed.method)?;
        self.url = signed.url;
        self.url.set_fragment(None);
        let new = new.into_iter().filter(|value| value.len() >= SHORTEST);
        self.masks.extend(new.map(|secret| Mask { secret, shown: SHOWN.to_owned() }));
        self.masks.extend_from_slice(by.0.masks());
        self.masker = Masker::new(&self.masks);
        Ok(())
    }
}

/// The texts in a body of JSON, or the values of a form.
fn texts(body: &[u8]) -> Vec<String> {
    fn gather(value: Value, into: &mut Vec<String>) {
        match value {
            Value::String(text) => into.push(text),
            Value::Array(items) => items.into_iter().for_each(|item| gather(item, into)),
            Value::Object(fields) => fields.into_iter().for_each(|(_, field)| gather(field, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    match serde_json::from_slice(body) {
        Ok(value) => gather(value, &mut found),
        Err(_) => found.extend(form_urlencoded::parse(body).map(|(_, value)| value.into_owned())),
    }
    found
}

fn too_large() -> StepError {
    let most = MOST_BYTES / 1024 / 1024;
    StepError::new(
        "body_unsigned",
        ErrorClass::Exceeded,
        text!(
            "The body is larger than {most} MB, which is the most that can be signed: send less at once",
            "內容超過可簽章的上限 {most} MB：請分批送出"
        ),
    )
}

fn elsewhere() -> StepError {
    StepError::new(
        "sign_elsewhere",
        ErrorClass::Bug,
        text!(
            "Signing leads the request to another host than its own; it is not sent",
            "簽章後的請求指向另一個主機，因此未送出"
        ),
    )
}
