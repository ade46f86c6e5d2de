//! `verify` by a JSON Web Token (RFC 7519): the algorithm and the key are the document's, never the token's.

use causeway_model::{Fault, Span, Value, text};
use causeway_script::Template;
use serde_json::{Map, json};

use super::verify;
use crate::compile::TriggerCx;
use crate::plan::{Jwt, JwtAlgorithm, JwtKey};
use crate::specs::parts::{Field, any, choice, duration, field, filled};

const LEEWAY: Span = Span::from_secs(60);
const LONGEST_LEEWAY: Span = Span::from_secs(3600);
const ALGORITHMS: &[&str] = &["HS256", "HS384", "HS512", "RS256", "ES256"];

pub(super) const FIELDS: &[&str] =
    &["algorithm", "header", "secret", "public_key", "jwks", "issuer", "audience", "leeway"];

pub(super) fn fields() -> Vec<Field> {
    vec![
        field(
            "algorithm",
            choice(ALGORITHMS),
            text!("Algorithm", "演算法"),
            text!(
                "For `jwt`: the one way tokens may be signed; HS by `secret`, RS and ES by `public_key` or `jwks`.",
                "用於 `jwt`：唯一接受的簽章方式；HS 用 `secret`，RS 與 ES 用 `public_key` 或 `jwks`。"
            ),
        )
        .fixed(),
        field(
            "public_key",
            filled(),
            text!("Public key", "公鑰"),
            text!("For `jwt`: a key in PEM.", "用於 `jwt`：PEM 格式的公鑰。"),
        )
        .secret(),
        field(
            "jwks",
            any(),
            text!("Key set", "金鑰組"),
            text!(
                "For `jwt`: a JSON Web Key Set, as an object or as text.",
                "用於 `jwt`：JSON Web Key Set，可寫成物件或文字。"
            ),
        )
        .secret(),
        field(
            "issuer",
            filled(),
            text!("Issuer", "簽發者"),
            text!("For `jwt`: what `iss` must be.", "用於 `jwt`：`iss` 必須等於此值。"),
        )
        .fixed(),
        field(
            "audience",
            filled(),
            text!("Audience", "對象"),
            text!("For `jwt`: what `aud` must be or hold.", "用於 `jwt`：`aud` 必須等於或包含此值。"),
        )
        .fixed(),
        field(
            "leeway",
            duration(),
            text!("Leeway", "時鐘誤差"),
            text!("For `jwt`: how far the clocks may differ.", "用於 `jwt`：容許的時鐘誤差。"),
        )
        .fixed()
        .default("60s".into()),
    ]
}

pub(super) fn compile(trigger: &mut TriggerCx, written: &Map<String, Value>) -> Option<Jwt> {
    let text_of = |name: &str| written.get(name).and_then(Value::as_str).map(str::to_owned);
    let algorithm = match text_of("algorithm").as_deref() {
        Some("HS256") => JwtAlgorithm::Hs256,
        Some("HS384") => JwtAlgorithm::Hs384,
        Some("HS512") => JwtAlgorithm::Hs512,
        Some("RS256") => JwtAlgorithm::Rs256,
        Some("ES256") => JwtAlgorithm::Es256,
        _ => return None,
    };
    let leeway = trigger.span("verify/leeway", LEEWAY, LONGEST_LEEWAY);
    let key = key(trigger, written, algorithm);
    Some(Jwt {
        algorithm,
        header: text_of("header").unwrap_or_else(|| "Authorization".to_owned()),
        key: key?,
        issuer: text_of("issuer"),
        audience: text_of("audience"),
        leeway: leeway?,
    })
}

fn key(trigger: &mut TriggerCx, written: &Map<String, Value>, algorithm: JwtAlgorithm) -> Option<JwtKey> {
    let shared = matches!(algorithm, JwtAlgorithm::Hs256 | JwtAlgorithm::Hs384 | JwtAlgorithm::Hs512);
    let given: Vec<&str> =
        ["secret", "public_key", "jwks"].into_iter().filter(|name| written.contains_key(*name)).collect();
    match given.as_slice() {
        ["secret"] if shared => Some(JwtKey::Secret(verify::secret(trigger, written, "secret")?)),
        ["public_key"] if !shared => Some(JwtKey::Pem(plain(trigger, "public_key", &written["public_key"])?)),
        ["jwks"] if !shared => {
            let set = &written["jwks"];
            // An object's compact text has no `{{`, so nothing in it is taken for a hole.
            let text = if set.is_object() { json!(set.to_string()) } else { set.clone() };
            Some(JwtKey::Jwks(plain(trigger, "jwks", &text)?))
        }
        _ => {
            let message = if shared {
                text!(
                    "HS algorithms need `secret` and no other key.",
                    "HS 演算法需要 `secret`，且不能有其他金鑰。"
                )
            } else {
                text!(
                    "RS256 and ES256 need either `public_key` or `jwks`, and no `secret`.",
                    "RS256 與 ES256 需要 `public_key` 或 `jwks` 其中之一，且不能有 `secret`。"
                )
            };
            let fix = text!("Give one key that fits the algorithm.", "請提供一個符合演算法的金鑰。");
            trigger.fault(Fault::error("wrong_key", "/trigger/with/verify", message).with_fix(fix));
            None
        }
    }
}

fn plain(trigger: &mut TriggerCx, name: &str, written: &Value) -> Option<Template> {
    trigger.template(&["verify", name], written, true)
}
