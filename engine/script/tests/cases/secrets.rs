//! Secrets are passed on, never seen.

use causeway_model::Value;
use causeway_script::{RevealError, Sealer, Secrets};
use serde_json::json;

use crate::support::{ENGINE, eval, resolve, run};

fn secrets() -> Secrets {
    [("api_key", "s3cret-K"), ("user", "bob")]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn sealed(source: &str) -> String {
    let value = resolve(json!(source)).unwrap_or_else(|error| panic!("{source}: {error}"));
    let text = value.as_str().expect("text").to_owned();
    assert!(!text.contains("s3cret"), "{text}");
    text
}

fn revealed(source: &str) -> String {
    ENGINE.sealer().reveal(&sealed(source), &secrets()).expect("it reveals").text
}

#[test]
fn a_secret_reaches_where_it_is_sent() {
    assert_eq!(revealed("{{ secret.api_key }}"), "s3cret-K");
    assert_eq!(revealed("Bearer {{ secret.api_key }}!"), "Bearer s3cret-K!");
    assert_eq!(revealed("{{ \"Bearer \" + secret.api_key }}"), "Bearer s3cret-K");
    assert_eq!(revealed("{{ secret[\"user\"] + \":\" + secret.api_key }}"), "bob:s3cret-K");
    assert_eq!(
        revealed("Basic {{ base64_encode(secret.user + \":\" + secret.api_key) }}"),
        "Basic Ym9iOnMzY3JldC1L"
    );
    let signature = eval("hmac_sha256(\"s3cret-K\", trigger.body.no)").expect("a hash");
    assert_eq!(signature, json!(revealed("{{ hmac_sha256(secret.api_key, trigger.body.no) }}")));
    assert_eq!(revealed("{{ secret.api_key.to_upper() }}"), "S3CRET-K");
    assert_eq!(revealed("{{ secret.user }}{{ secret.user }}tail"), "bobbobtail", "tokens stand side by side");
}

#[test]
fn what_is_shown_names_the_secret_only() {
    let sealer = ENGINE.sealer();
    assert_eq!(sealer.shown(&sealed("Bearer {{ secret.api_key }}")), "Bearer {{ secret.api_key }}");
    assert_eq!(
        sealer.shown(&sealed("{{ hmac_sha256(secret.api_key, \"m\") }}")),
        "{{ hmac_sha256(secret.api_key, \"m\") }}"
    );
    let value =
        resolve(json!({"headers": {"x": "{{ secret.api_key }}"}, "list": ["{{ secret.user }}"], "n": 1}));
    assert_eq!(
        sealer.shown_value(&value.expect("a value")),
        json!({"headers": {"x": "{{ secret.api_key }}"}, "list": ["{{ secret.user }}"], "n": 1})
    );
}

#[test]
fn masks_cover_what_went_in_and_what_came_out() {
    let revealed = ENGINE
        .sealer()
        .reveal(&sealed("{{ base64_encode(secret.user + \":\" + secret.api_key) }}"), &secrets())
        .expect("it reveals");
    let masked = |text: &str| {
        revealed.masks.iter().fold(text.to_owned(), |text, mask| text.replace(&mask.secret, &mask.shown))
    };
    assert_eq!(masked("echo s3cret-K"), "echo {{ secret.api_key }}");
    assert!(!masked("echo Ym9iOnMzY3JldC1L").contains("Ym9iOnMzY3JldC1L"));
    assert!(!format!("{:?}", revealed.masks).contains("s3cret"));
}

#[test]
fn looking_into_a_secret_is_refused() {
    for source in [
        "secret.api_key == \"x\"",
        "\"x\" == secret.api_key",
        "secret.api_key != secret.user",
        "secret.api_key < \"x\"",
        "[secret.api_key]",
        "#{ a: secret.api_key }",
        "secret.api_key",
        "let s = secret.api_key; `${s}`",
        "let s = secret.api_key; s.to_string()",
        "let s = secret.api_key; s.len()",
        "let s = secret.api_key; s.len",
        "let s = secret.api_key; s[0]",
        "let s = secret.api_key; s.trim()",
        "let s = secret.api_key; s.contains(\"a\")",
        "let s = secret.api_key; \"a\" in s",
        "let s = secret.api_key; s in [\"a\"]",
        "let s = [secret.api_key]; s.to_string()",
        "let s = [secret.api_key]; `${s}`",
        "let s = [secret.api_key]; \"\" + s",
        "let s = secret.api_key; throw s",
        "let s = secret.api_key; try { s == 1 } catch { 2 }",
        "let s = secret.api_key; try { `${s}` } catch { 2 }; 5",
        "let s = secret.api_key; #{}[s]",
        "let s = secret.api_key; if s { 1 }",
        "let s = secret.api_key; s.x",
        "let s = secret.api_key; round(s)",
        "let s = \"k\" + secret.api_key; s == \"k\"",
        "let s = sha256(secret.api_key); s == \"k\"",
        "let s = secret.api_key; [s, \"a\"].sorted()",
        "let s = secret.api_key; [s].index_of(\"a\")",
        "let s = secret.api_key; [s] == [\"a\"]",
    ] {
        match run(source) {
            Err(error) => assert_eq!(error.code, "secret_misused", "{source}: {error}"),
            Ok(value) => panic!("{source} gives {value}"),
        }
    }
    // carrying it about is fine as long as it goes nowhere
    assert_eq!(run("let s = secret.api_key; let t = \"k\" + s; 1").expect("unused"), json!(1));
}

#[test]
fn forged_and_foreign_tokens_are_text() {
    let token = sealed("{{ secret.api_key }}");
    let other = Sealer::new([8; 32]);
    assert!(!other.is_sealed(&token));
    assert_eq!(other.reveal(&token, &secrets()).expect("text").text, token);
    assert_eq!(other.shown(&token), token);
    for position in 10..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).expect("ASCII");
        let text = ENGINE.sealer().reveal(&forged, &secrets()).expect("text").text;
        assert!(!text.contains("s3cret"), "{forged}");
    }
    for plain in ["{{ secret.api_key }}", "cwsealed1.", "cwsealed1.abc.def", "cwsealed1.cwsealed1.cwsealed1."]
    {
        assert_eq!(ENGINE.sealer().reveal(plain, &secrets()).expect("text").text, plain);
        assert!(!ENGINE.sealer().is_sealed(plain));
    }
    assert!(ENGINE.sealer().is_sealed(&format!("cwsealed1.{token}")));
}

#[test]
fn a_missing_secret_is_an_error() {
    let token = sealed("{{ secret.nobody }}");
    assert_eq!(
        ENGINE.sealer().reveal(&token, &secrets()).err(),
        Some(RevealError::UnknownSecret("nobody".to_owned()))
    );
}

#[test]
fn tokens_survive_urls_headers_and_json() {
    let token = sealed("{{ secret.api_key + \"/?&=\\\"訂單\" }}");
    assert!(token.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{token}");
    assert_eq!(Value::from(token.clone()).to_string(), format!("\"{token}\""));
    // the same recipe gives the same token, so that recomputation equals the first computation
    assert_eq!(token, sealed("{{ secret.api_key + \"/?&=\\\"訂單\" }}"));
}
