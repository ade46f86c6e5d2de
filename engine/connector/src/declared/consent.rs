//! Consent: the address at which somebody gives it, and what its code is exchanged for. What signing in told of where the
//! account's part of the system is, stands in for settings.

use std::sync::Arc;

use causeway_model::{StepError, Value};
use serde_json::Map;

use super::place::{Place, defaults};
use super::signing;
use super::token::{self, Endpoint};
use super::ways::{Grant, Oauth, Part, Way};
use super::{Declared, Read, server};
use crate::credentials::SETTING;
use crate::http;
use crate::openapi::Document;
use crate::{Account, ConsentAsk, ConsentCode, ConsentPlace, Services, Session, call};

impl Way {
    /// What of it needs somebody's consent.
    fn consented(&self) -> Option<&Oauth> {
        self.parts.iter().find_map(|part| match part {
            Part::Oauth(oauth) if oauth.grant == Grant::Code => Some(oauth),
            _ => None,
        })
    }

    /// Whether signing in tells settings.
    pub(super) fn tells(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Oauth(oauth) if !oauth.token.settings.is_empty()))
    }
}

impl Declared {
    pub(super) fn place_of(
        &self,
        account: &dyn Account,
        ask: &ConsentAsk,
    ) -> Result<ConsentPlace, StepError> {
        let read = self.ready()?;
        let oauth = oauth_of(&read, account)?;
        let url = asked(oauth, &read.place(account), account, ask)?;
        let origin = url.origin().ascii_serialization();
        Ok(ConsentPlace { url: url.into(), origin, issuer: oauth.authorize.issuer.clone() })
    }

    pub(super) async fn session_of(
        &self,
        account: Arc<dyn Account>,
        services: &Services,
        code: ConsentCode,
    ) -> Result<Session, StepError> {
        let read = self.ready()?;
        let (oauth, place) = (oauth_of(&read, &*account)?, read.place(&*account));
        let http = server::within(&services.http, Some(&*account));
        let services = &Services { http, ..services.clone() };
        let identity = signing::identity(way_of(&read, &*account), &*account, services);
        Endpoint { oauth, place: &place, account: &*account, services, identity }.redeem(&code).await
    }
}

impl Read {
    /// Where a connection signs in. What signing in told is no part of it.
    pub(super) fn place<'a>(&'a self, account: &'a dyn Account) -> Place<'a> {
        let settings = account.settings();
        let base_url = server::base_url(&self.document, None, settings, &self.spec.title.en);
        Place { document: &self.document, settings, base_url }
    }
}

fn way_of<'r>(read: &'r Read, account: &dyn Account) -> Option<&'r Way> {
    read.ways.iter().find(|way| Some(way.spec.name.as_str()) == account.auth())
}

fn oauth_of<'r>(read: &'r Read, account: &dyn Account) -> Result<&'r Oauth, StepError> {
    way_of(read, account).and_then(Way::consented).ok_or_else(|| call::not_taken(account))
}

/// The address with everything that is asked. Parameters of the standard are ours, whatever a document says.
fn asked(
    oauth: &Oauth,
    place: &Place<'_>,
    account: &dyn Account,
    ask: &ConsentAsk,
) -> Result<reqwest::Url, StepError> {
    let own = |field: &str| account.credentials().get(field).cloned().unwrap_or_default();
    let mut url = http::checked_url(&place.address(&oauth.authorize_url)?)?;
    let scope = token::scope(oauth, account, || {
        let separator = oauth.authorize.scope_separator.as_deref().unwrap_or(" ");
        own("scope").split_whitespace().collect::<Vec<_>>().join(separator)
    });
    let (client_id, challenge) = (own("client_id"), ask.challenge.as_str());
    let mut ours = vec![
        ("response_type", "code"),
        ("client_id", client_id.as_str()),
        ("redirect_uri", ask.redirect_uri.as_str()),
        ("state", ask.state.as_str()),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    ours.extend(scope.as_deref().map(|scope| ("scope", scope)));
    let is_ours = |name: &str| ours.iter().any(|(known, _)| *known == name);
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| !is_ours(name)).collect();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(&ours);
    for (name, value) in oauth.authorize.parameters.iter().filter(|(name, _)| !is_ours(name)) {
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(url)
}

/// A connection's settings with those that signing in told. What the connection says itself counts more, unless it only
/// repeats what the document says of everybody.
pub fn settings_with(session: &Session, own: &Value, document: &Document) -> Value {
    let mut settings = own.as_object().cloned().unwrap_or_else(Map::new);
    for (name, told) in &session.values {
        let Some(name) = name.strip_prefix(SETTING) else { continue };
        let said = settings.get(name).filter(|said| !defaults(document, name).contains(said));
        if said.is_none_or(Value::is_null) {
            settings.insert(name.to_owned(), Value::from(told.as_str()));
        }
    }
    Value::Object(settings)
}

#[cfg(test)]
mod tests {
    use causeway_model::Time;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_signing_in_told_counts_over_what_the_document_says_of_everybody() {
        let document = Document::new(json!({ "openapi": "3.1.0", "paths": {},
            "servers": [{ "url": "{host}", "variables": { "host": { "default": "https://a.example" } } }],
            "x-causeway": { "settings": { "region": { "default": "eu" } } } }));
        let document = document.expect("a document");
        let told = [("host", "https://own.example"), ("region", "tw"), ("other", "x")];
        let values = told.map(|(name, value)| (format!("{SETTING}{name}"), value.to_owned()));
        let session = Session { values: values.into(), obtained_at: Time(0), expires_at: None };
        for (own, expected) in [
            (json!({}), ["https://own.example", "tw"]),
            (json!({ "host": "https://a.example", "region": "eu" }), ["https://own.example", "tw"]),
            (json!({ "host": "https://b.example", "region": "us" }), ["https://b.example", "us"]),
        ] {
            let settings = settings_with(&session, &own, &document);
            assert_eq!([&settings["host"], &settings["region"]], expected, "{own}");
            assert_eq!(settings["other"], "x");
        }
    }
}
