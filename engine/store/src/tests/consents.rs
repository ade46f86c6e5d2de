//! Consents that are asked for: sealed, good once, for ten minutes, and for the connection as it was.

use std::collections::BTreeMap;

use causeway_model::{Environment, SessionId, Span, Text};
use serde_json::json;
use uuid::Uuid;

use super::connections::new;
use crate::db::Ask;
use crate::tests::bed::{Bed, both, code};
use crate::{
    AuditFilter, BegunConsent, CONSENT_LASTS, ConnectionAt, ConnectionChange, ConnectionError, ConsentAsked,
    ConsentState, KeptSession, SessionTurn, Store,
};

both!(
    a_consent_is_good_once,
    a_consent_ends_with_its_time_and_its_connection,
    a_consent_takes_the_place_of_the_session,
    nobody_reads_what_is_kept,
    old_ones_go_for_new_ones,
);

const RETURN: &str = "/canary-return-path";

async fn begun(store: &Store, session: Option<SessionId>) -> BegunConsent {
    let revision = store.connection("crm").await.expect("is there").revision;
    let consent = store.new_consent();
    let asked = ConsentAsked {
        connection: "crm",
        environment: Environment::Production,
        session,
        by: "user:ada",
        redirect_uri: "https://flows.lan/oauth/callback",
        return_to: Some(RETURN),
    };
    let sender = ("https://id.example", Some("https://issuer.example"));
    store.begin_consent(&consent, &asked, sender, revision).await.expect("begins");
    consent
}

async fn bench(bed: &Bed) -> &Store {
    bed.store.create_connection(new("crm"), "user:ada").await.expect("makes it");
    &bed.store
}

fn millis(span: Span) -> i64 {
    i64::try_from(span.millis()).expect("a short one")
}

fn session(bed: &Bed, token: &str) -> KeptSession {
    KeptSession {
        values: BTreeMap::from([("access_token".to_owned(), token.to_owned())]),
        obtained_at: bed.now(),
        expires_at: None,
    }
}

async fn a_consent_is_good_once(bed: &Bed) {
    let store = bench(bed).await;
    let browser = SessionId::new();
    let consent = begun(store, Some(browser)).await;
    assert_eq!((consent.state.len(), consent.challenge.len()), (43, 43));
    let seen = store.consent(&consent.state).await.expect("reads").expect("is there");
    assert_eq!((seen.id, seen.session, &seen.state), (consent.id, Some(browser), &ConsentState::Open));
    assert_eq!(
        (seen.origin.as_str(), seen.issuer.as_deref()),
        ("https://id.example", Some("https://issuer.example"))
    );
    assert_eq!(seen.return_to.as_deref(), Some(RETURN));
    for other in ["", "x", &"x".repeat(43), &consent.challenge] {
        assert!(store.consent(other).await.expect("reads").is_none(), "{other}");
    }
    let takers = (0..20).map(|_| {
        let (store, id) = (store.clone(), consent.id);
        tokio::spawn(async move { store.take_consent(id).await })
    });
    let mut taken = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        taken.extend(taker.await.expect("ends").ok());
    }
    let [taken] = taken.as_slice() else { panic!("{} took it", taken.len()) };
    assert_eq!(taken.redirect_uri, "https://flows.lan/oauth/callback");
    assert_eq!(store.consent_state(consent.id).await.expect("reads"), Some(ConsentState::UnderWay));
    store.keep_consented(taken.id, &session(bed, "a")).await.expect("keeps");
    assert_eq!(store.consent_state(consent.id).await.expect("reads"), Some(ConsentState::Given));
    let again = store.keep_consented(taken.id, &session(bed, "b")).await;
    assert_eq!(code(again), "consent_used");
    let entries = store.audit(AuditFilter { limit: 10, ..AuditFilter::default() }).await.expect("lists");
    let written = format!("{entries:?}");
    assert!(written.contains("connection.consent_asked") && written.contains("connection.authorised"));
    assert!(!written.contains(&consent.state) && !written.contains(&taken.verifier), "{written}");
}

async fn a_consent_ends_with_its_time_and_its_connection(bed: &Bed) {
    let store = bench(bed).await;
    let late = begun(store, None).await;
    bed.advance(millis(CONSENT_LASTS));
    assert_eq!(code(store.take_consent(late.id).await.map(drop)), "consent_used");
    assert_eq!(store.consent_state(late.id).await.expect("reads"), Some(ConsentState::Over));

    let outdated = begun(store, None).await;
    let change = ConnectionChange { title: Some("CRM".to_owned()), ..ConnectionChange::default() };
    store.change_connection("crm", change.clone(), None, "user:eve").await.expect("changes");
    assert_eq!(code(store.take_consent(outdated.id).await.map(drop)), "consent_outdated");
    let state = store.consent_state(outdated.id).await.expect("reads");
    assert!(matches!(state, Some(ConsentState::Failed { error }) if error.code == "consent_outdated"));
    let outdated = begun(store, None).await;
    let taken = store.take_consent(outdated.id).await.expect("takes");
    store.change_connection("crm", change, None, "user:eve").await.expect("changes");
    assert_eq!(code(store.keep_consented(taken.id, &session(bed, "a")).await), "consent_outdated");

    // A process that died in the middle.
    let cut_off = begun(store, None).await;
    let _taken = store.take_consent(cut_off.id).await.expect("takes");
    bed.advance(121_000);
    assert_eq!(store.consent_state(cut_off.id).await.expect("reads"), Some(ConsentState::Over));

    let declined = begun(store, None).await;
    let error =
        ConnectionError { code: "consent_denied".to_owned(), message: Text::default(), at: bed.now() };
    store.fail_consent(declined.id, &error, false).await.expect("ends");
    assert_eq!(code(store.take_consent(declined.id).await.map(drop)), "consent_used");
    assert!(store.connection("crm").await.expect("is there").last_error.is_none());
    store
        .fail_consent(declined.id, &ConnectionError { code: "other".to_owned(), ..error.clone() }, false)
        .await
        .expect("ends");
    let state = store.consent_state(declined.id).await.expect("reads");
    assert_eq!(state, Some(ConsentState::Failed { error }), "what was told first counts");

    store.delete_connection("crm", &|_| false, "user:ada").await.expect("deletes");
    assert!(store.consent(&declined.state).await.expect("reads").is_none());
}

async fn a_consent_takes_the_place_of_the_session(bed: &Bed) {
    let store = bench(bed).await;
    let at = ConnectionAt::new(store.connection("crm").await.expect("is there").id, Environment::Production);
    let (consent, holder) = (begun(store, None).await, Uuid::now_v7());
    let taken = store.take_consent(consent.id).await.expect("takes");
    // Somebody is just refreshing the one before.
    assert!(matches!(store.session_turn(at, holder, |_| true).await, Ok(SessionTurn::Yours(None))));
    let before = store.connection("crm").await.expect("is there").revision;
    store.keep_consented(taken.id, &session(bed, "given")).await.expect("keeps");
    assert!(!store.keep_session(at, holder, &session(bed, "old")).await.expect("is refused"));
    let kept = store.connection_session(at).await.expect("reads").expect("is there");
    assert_eq!(kept.values["access_token"], "given");
    let record = store.connection("crm").await.expect("is there");
    assert_eq!(record.revision, before + 1, "others let go of what they know");
    let values = &record.environments[&Environment::Production];
    assert_eq!(
        (values.consented_at, values.consented_by.as_deref()),
        (Some(kept.obtained_at), Some("user:ada"))
    );
    // Refreshing keeps who consented; other settings end the session and what it lived by.
    assert!(matches!(store.session_turn(at, holder, |_| false).await, Ok(SessionTurn::Yours(Some(_)))));
    assert!(store.keep_session(at, holder, &session(bed, "next")).await.expect("keeps"));
    let record = store.connection("crm").await.expect("is there");
    assert!(record.environments[&Environment::Production].consented_at.is_some());
    let settings = BTreeMap::from([(Environment::Production, Some(json!({ "base_url": "https://other" })))]);
    let change = ConnectionChange { settings, ..ConnectionChange::default() };
    let record = store.change_connection("crm", change, None, "user:ada").await.expect("changes");
    assert!(record.environments[&Environment::Production].consented_at.is_none());
    assert!(store.connection_session(at).await.expect("reads").is_none());
}

async fn nobody_reads_what_is_kept(bed: &Bed) {
    bench(bed).await;
    let store = bed.another().await;
    let consent = begun(&store, None).await;
    let row = store.core.db.read.one("SELECT sealed, digest FROM connection_consent", vec![]).await;
    let row = row.expect("reads").expect("a row");
    for column in [0, 1] {
        let bytes: Vec<u8> = row.try_get_by_index(column).expect("bytes");
        for secret in [RETURN, &consent.state] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{column}");
        }
    }
    // Nobody could open it with another key, so that it ends.
    bed.store.close().await;
    store.rotate_key(None, "ada").await.expect("rotates");
    store.close().await;
    let opened = bed.another().await;
    assert!(opened.consent(&consent.state).await.expect("reads").is_none());
    opened.close().await;
}

async fn old_ones_go_for_new_ones(bed: &Bed) {
    let store = bench(bed).await;
    let first = begun(store, None).await;
    let mut last = first.clone();
    for _ in 0..20 {
        last = begun(store, None).await;
    }
    assert!(store.consent(&first.state).await.expect("reads").is_none());
    assert!(store.consent(&last.state).await.expect("reads").is_some());
    bed.advance(millis(CONSENT_LASTS) + 86_401_000);
    store.sweep(Span::from_secs(3600)).await.expect("sweeps");
    assert!(store.consent(&last.state).await.expect("reads").is_none());
}
