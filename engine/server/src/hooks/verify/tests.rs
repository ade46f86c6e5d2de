//! The schemes against the vectors that their makers publish.

use axum::http::{HeaderName, HeaderValue};
use causeway_connector::{HmacProof, SignedPart, TimestampPlace};
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

fn asked(headers: &HeaderMap) -> Asked<'_> {
    Asked { headers, method: "POST", target: "/hooks/@a?k=t-1&k=t-2", base: "https://flows.example.com" }
}

fn passes(verifier: &Verifier, now: Time, pairs: &[(&str, &str)], body: &[u8]) -> bool {
    let headers = headers(pairs);
    let Ok(mut check) = verifier.begin(&asked(&headers), now) else { return false };
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
    let refusal = verifier.begin(&asked(&HeaderMap::new()), now).err().expect("refused");
    assert_eq!((refusal.status.as_u16(), refusal.headers[0].0), (401, "www-authenticate"));
}

#[test]
fn a_token_stands_alone_or_behind_bearer() {
    let verifier = Verifier::Token(token::Token::new("Authorization", String::new(), "t-1"));
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
        signed: None,
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

fn of_proof(proof: &Proof) -> Verifier {
    Verifier::of_proof(proof, |field| {
        Some(if field == "user" { "amy" } else { "8f742231b10e8888abcd99yyyzzz85a5" })
    })
    .expect("a verifier")
}

fn hmac_proof(header: &str, prefix: &str, signed: Vec<SignedPart>) -> HmacProof {
    HmacProof {
        algorithm: HmacAlgorithm::Sha256,
        header: header.into(),
        encoding: HmacEncoding::Hex,
        prefix: prefix.into(),
        secret: "secret".into(),
        signed,
        timestamp: None,
        pair: None,
        tolerance: Span::from_secs(300),
    }
}

fn constant(text: &str) -> SignedPart {
    SignedPart::Text(text.into())
}

#[test]
fn slacks_vector_fits() {
    // From Slack's page on verifying requests.
    let verifier = of_proof(&Proof::Hmac(HmacProof {
        timestamp: Some(TimestampPlace::Header("X-Slack-Request-Timestamp".into())),
        ..hmac_proof(
            "X-Slack-Signature",
            "v0=",
            vec![constant("v0:"), SignedPart::Timestamp, constant(":"), SignedPart::Body],
        )
    }));
    let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let good = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    let pass = |seconds: i64, timestamp: &str, body: &[u8]| {
        let pairs = [("x-slack-signature", good), ("x-slack-request-timestamp", timestamp)];
        passes(&verifier, Time(seconds * 1000), &pairs, body)
    };
    assert!(pass(1_531_420_618, "1531420618", body));
    assert!(pass(1_531_420_918, "1531420618", body));
    assert!(!pass(1_531_420_919, "1531420618", body), "too old");
    assert!(!pass(1_531_420_618, "1531420619", body), "another time than was signed");
    assert!(!pass(1_531_420_618, "soon", body));
    assert!(!pass(1_531_420_618, "1531420618", b"{}"));
    assert!(!passes(&verifier, Time(1_531_420_618_000), &[("x-slack-signature", good)], body));
}

fn mac(text: &str) -> String {
    let mut mac = Mac::new(HmacAlgorithm::Sha256, b"8f742231b10e8888abcd99yyyzzz85a5");
    mac.update(text.as_bytes());
    hex::encode(mac.finish())
}

#[test]
fn pairs_hold_a_time_and_several_signatures() {
    let verifier = of_proof(&Proof::Hmac(HmacProof {
        timestamp: Some(TimestampPlace::Pair("t".into())),
        pair: Some("v1".into()),
        ..hmac_proof("Stripe-Signature", "", vec![SignedPart::Timestamp, constant("."), SignedPart::Body])
    }));
    let good = mac("1700000000.{}");
    let pass =
        |value: &str| passes(&verifier, Time(1_700_000_100_000), &[("stripe-signature", value)], b"{}");
    assert!(pass(&format!("t=1700000000,v1={good},v0=abc")));
    assert!(
        pass(&format!("t=1700000000, v1={}, v1={good}", "0".repeat(64))),
        "while a secret is being changed"
    );
    assert!(!pass(&format!("t=1700000001,v1={good}")));
    assert!(!pass(&format!("t=1700000000,v0={good}")));
    assert!(!pass(&format!("v1={good}")));
    let old = mac("1699999000.{}");
    assert!(!pass(&format!("t=1699999000,v1={old}")), "too old");
}

#[test]
fn more_than_the_body_may_be_signed() {
    let parts = vec![SignedPart::Method, SignedPart::Url, SignedPart::Body, constant("|"), SignedPart::Path];
    let verifier = of_proof(&Proof::Hmac(hmac_proof("X-S", "", parts)));
    let good = mac("POSThttps://flows.example.com/hooks/@a?k=t-1&k=t-2{}|/hooks/@a?k=t-1&k=t-2");
    assert!(passes(&verifier, Time(0), &[("x-s", &good)], b"{}"));
    assert!(!passes(&verifier, Time(0), &[("x-s", &good)], b"[]"));
}

#[test]
fn tokens_of_connectors_stand_where_they_say() {
    let query = |token: &str| {
        let proof = Proof::Query { parameter: "k".into(), secret: "s".into() };
        Verifier::of_proof(&proof, |_| Some(token)).is_ok_and(|verifier| passes(&verifier, Time(0), &[], b""))
    };
    assert!(query("t-1") && !query("t-2") && !query(""));
    let proof = Proof::Header { header: "X-Key".into(), prefix: "Key ".into(), secret: "s".into() };
    let verifier = Verifier::of_proof(&proof, |_| Some("k-1")).expect("a verifier");
    assert!(passes(&verifier, Time(0), &[("x-key", "Key k-1")], b""));
    assert!(!passes(&verifier, Time(0), &[("x-key", "k-1")], b""));
    let basic = of_proof(&Proof::Basic { username: "user".into(), password: "s".into() });
    assert!(!passes(&basic, Time(0), &[], b"") && basic.is_by_token());
    assert!(
        Verifier::of_proof(&Proof::Basic { username: "u".into(), password: "s".into() }, |_| None).is_err()
    );
}
