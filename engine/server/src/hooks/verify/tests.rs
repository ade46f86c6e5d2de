//! The schemes against the vectors that their makers publish.

use axum::http::{HeaderName, HeaderValue};
use causeway_document::HmacEncoding;
use causeway_model::Span;

use super::*;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            (name.parse::<HeaderName>().expect("a name"), HeaderValue::from_str(value).expect("a value"))
        })
        .collect()
}

fn passes(verifier: &Verifier, now: Time, pairs: &[(&str, &str)], body: &[u8]) -> bool {
    let Ok(mut check) = verifier.begin(&headers(pairs), now) else { return false };
    for part in body.chunks(5) {
        check.update(part);
    }
    check.finish().is_ok()
}

#[test]
fn basic_wants_both_parts() {
    let verifier = Verifier::Basic(basic::Basic::new("amy", "開:門"));
    let now = Time(0);
    let value = |text: &str| {
        use base64::Engine as _;
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
    };
    assert!(passes(&verifier, now, &[("authorization", &value("amy:開:門"))], b""));
    for bad in [value("amy:x"), value("bob:開:門"), value("amy"), "Bearer x".into(), "Basic".into()] {
        assert!(!passes(&verifier, now, &[("authorization", &bad)], b""), "{bad}");
    }
    let refusal = verifier.begin(&HeaderMap::new(), now).err().expect("refused");
    assert_eq!((refusal.status.as_u16(), refusal.headers[0].0), (401, "www-authenticate"));
}

#[test]
fn a_token_stands_alone_or_behind_bearer() {
    let verifier = Verifier::Token(token::Token::new("Authorization", "t-1"));
    for good in ["t-1", "Bearer t-1", "bearer  t-1"] {
        assert!(passes(&verifier, Time(0), &[("authorization", good)], b""), "{good}");
    }
    for bad in ["t-2", "Bearer", "Bearer t-2", "Basic t-1", ""] {
        assert!(!passes(&verifier, Time(0), &[("authorization", bad)], b""), "{bad}");
    }
    assert!(!passes(&verifier, Time(0), &[("x-token", "t-1")], b""));
}

#[test]
fn githubs_vector_fits() {
    // From GitHub's page on validating deliveries.
    let verifier = Verifier::Hmac(hmac::Hmac {
        algorithm: HmacAlgorithm::Sha256,
        header: "x-hub-signature-256".into(),
        encoding: HmacEncoding::Hex,
        prefix: "sha256=".into(),
        secret: b"It's a Secret to Everybody".to_vec(),
    });
    let good = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assert!(passes(&verifier, Time(0), &[("x-hub-signature-256", good)], b"Hello, World!"));
    assert!(!passes(&verifier, Time(0), &[("x-hub-signature-256", good)], b"Hello, World"));
    assert!(!passes(&verifier, Time(0), &[("x-hub-signature-256", &good[7..])], b"Hello, World!"));
    assert!(!passes(&verifier, Time(0), &[("x-hub-signature-256", "sha256=")], b"Hello, World!"));
}

#[test]
fn standard_webhooks_vector_fits() {
    // From the reference library of Standard Webhooks.
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let verifier = Verifier::Standard(standard::Standard::new(secret, Span::from_secs(300)).expect("a key"));
    let body = br#"{"test": 2432232314}"#;
    let (id, sent) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330");
    let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let at = |seconds: i64| Time(seconds * 1000);
    let pass = |now: Time, signature: &str, body: &[u8]| {
        let pairs = [("webhook-id", id), ("webhook-timestamp", sent), ("webhook-signature", signature)];
        passes(&verifier, now, &pairs, body)
    };
    assert!(pass(at(1_614_265_330), good, body));
    assert!(pass(at(1_614_265_630), &format!("v1,AAAA v1a,xyz {good}"), body));
    assert!(!pass(at(1_614_265_631), good, body), "too old");
    assert!(!pass(at(1_614_265_029), good, body), "from the future");
    assert!(!pass(at(1_614_265_330), good, b"{}"));
    assert!(!pass(at(1_614_265_330), "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", body));
    let svix = [("svix-id", id), ("svix-timestamp", sent), ("svix-signature", good)];
    assert!(passes(&verifier, at(1_614_265_330), &svix, body));
    assert!(standard::Standard::new("whsec_???", Span::from_secs(1)).is_none());
}
