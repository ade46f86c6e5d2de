//! `verify` of a webhook: how callers show who they are.

use causeway_model::{Fault, Span, Value, text};
use serde_json::{Map, json};

use super::jwt;
use crate::cidr::Cidr;
use crate::compile::TriggerCx;
use crate::plan::{HmacAlgorithm, HmacEncoding, Verify};
use crate::specs::parts::{choice, duration, field, filled, object, text};
use causeway_script::Template;

const TOLERANCE: Span = Span::from_secs(300);
const LONGEST_TOLERANCE: Span = Span::from_secs(86_400);
const SCHEMES: &[&str] =
    &["none", "basic", "header", "hmac-sha1", "hmac-sha256", "hmac-sha512", "standard-webhooks", "jwt"];

pub(super) fn schema() -> Value {
    let header = json!({ "type": "string", "pattern": "^[A-Za-z0-9-]{1,100}$" });
    let mut fields = vec![
        field(
            "scheme",
            choice(SCHEMES),
            text!("Scheme", "方式"),
            text!("How the caller is verified.", "驗證呼叫者的方式。"),
        )
        .fixed()
        .required(),
        field(
            "header",
            header,
            text!("Header", "標頭"),
            text!("The header that holds the token or the signature.", "存放權杖或簽章的標頭。"),
        )
        .fixed(),
        field(
            "secret",
            filled(),
            text!("Secret", "密鑰"),
            text!(
                "The token, or the key of the signature, such as `{{{{ secret.crm_hook }}}}`.",
                "權杖，或簽章的密鑰，例如 `{{{{ secret.crm_hook }}}}`。"
            ),
        )
        .secret(),
        field(
            "prefix",
            text(),
            text!("Prefix", "前綴"),
            text!("What stands before the signature, such as `sha256=`.", "簽章之前的文字，例如 `sha256=`。"),
        )
        .fixed(),
        field(
            "encoding",
            choice(&["hex", "base64"]),
            text!("Encoding", "編碼"),
            text!("How the signature is written.", "簽章的寫法。"),
        )
        .fixed()
        .default("hex".into()),
        field(
            "username",
            filled(),
            text!("User name", "使用者名稱"),
            text!("For `basic`.", "用於 `basic`。"),
        )
        .secret(),
        field("password", filled(), text!("Password", "密碼"), text!("For `basic`.", "用於 `basic`。"))
            .secret(),
        field(
            "tolerance",
            duration(),
            text!("Tolerance", "容許時差"),
            text!(
                "For `standard-webhooks`: how old a call may be.",
                "用於 `standard-webhooks`：呼叫可以多舊。"
            ),
        )
        .fixed()
        .default("5m".into()),
        field(
            "ips",
            json!({ "type": "array", "minItems": 1, "maxItems": 1000, "items": { "type": "string", "minLength": 1, "maxLength": 60 } }),
            text!("Addresses", "來源位址"),
            text!(
                "With any scheme: the caller's address must be one of these, such as `203.0.113.7`, `10.0.0.0/8` or `2001:db8::/32`.",
                "可與任何方式並用：呼叫者的位址必須在其中，例如 `203.0.113.7`、`10.0.0.0/8` 或 `2001:db8::/32`。"
            ),
        )
        .fixed(),
    ];
    fields.extend(jwt::fields());
    let mut schema = object(fields);
    let when = |schemes: &[&str], needed: &[&str]| {
        json!({
            "if": { "properties": { "scheme": { "enum": schemes } }, "required": ["scheme"] },
            "then": { "required": needed }
        })
    };
    schema["allOf"] = json!([
        when(&["basic"], &["username", "password"]),
        when(&["header", "standard-webhooks"], &["secret"]),
        when(&["jwt"], &["algorithm"]),
        when(&["hmac-sha1", "hmac-sha256", "hmac-sha512"], &["header", "secret"]),
    ]);
    schema
}

/// The fields that a scheme reads.
fn fields_of(scheme: &str) -> &'static [&'static str] {
    match scheme {
        "basic" => &["username", "password"],
        "header" => &["header", "secret"],
        "hmac-sha1" | "hmac-sha256" | "hmac-sha512" => &["header", "secret", "prefix", "encoding"],
        "standard-webhooks" => &["secret", "tolerance"],
        "jwt" => jwt::FIELDS,
        _ => &[],
    }
}

pub(super) fn compile(trigger: &mut TriggerCx) -> Option<Verify> {
    let Some(written) = trigger.field("verify").and_then(Value::as_object).cloned() else {
        return Some(Verify::None);
    };
    let scheme = written.get("scheme").and_then(Value::as_str).unwrap_or("none").to_owned();
    let known = fields_of(&scheme);
    for name in
        written.keys().filter(|name| *name != "scheme" && *name != "ips" && !known.contains(&name.as_str()))
    {
        let message = text!("`{name}` has no effect with `{scheme}`.", "`{name}` 對 `{scheme}` 沒有作用。");
        let fix = text!("Remove it.", "請移除。");
        let at = crate::faults::child("/trigger/with/verify", name);
        trigger.fault(Fault::warning("no_effect", at, message).with_fix(fix));
    }
    let text_of = |name: &str, otherwise: &str| {
        written.get(name).and_then(Value::as_str).unwrap_or(otherwise).to_owned()
    };
    let algorithm = match scheme.as_str() {
        "basic" => {
            let username = plain_allowed(trigger, &written, "username");
            let password = secret(trigger, &written, "password");
            return Some(Verify::Basic { username: username?, password: password? });
        }
        "header" => {
            let token = secret(trigger, &written, "secret")?;
            return Some(Verify::Header { header: text_of("header", "Authorization"), token });
        }
        "standard-webhooks" => {
            let tolerance = trigger.span("verify/tolerance", TOLERANCE, LONGEST_TOLERANCE);
            let secret = secret(trigger, &written, "secret");
            return Some(Verify::StandardWebhooks { secret: secret?, tolerance: tolerance? });
        }
        "jwt" => return jwt::compile(trigger, &written).map(Verify::Jwt),
        "hmac-sha1" => HmacAlgorithm::Sha1,
        "hmac-sha256" => HmacAlgorithm::Sha256,
        "hmac-sha512" => HmacAlgorithm::Sha512,
        _ => return Some(Verify::None),
    };
    let encoding =
        if text_of("encoding", "hex") == "base64" { HmacEncoding::Base64 } else { HmacEncoding::Hex };
    let secret = secret(trigger, &written, "secret")?;
    Some(Verify::Hmac {
        algorithm,
        header: text_of("header", ""),
        encoding,
        prefix: text_of("prefix", ""),
        secret,
    })
}

/// `None` after a fault.
pub(super) fn ips(trigger: &mut TriggerCx) -> Option<Vec<Cidr>> {
    let list =
        trigger.field("verify").and_then(|verify| verify.get("ips")).and_then(Value::as_array).cloned();
    let mut ranges = Vec::new();
    let mut fits = true;
    for (at, written) in list.unwrap_or_default().iter().enumerate() {
        let Some(written) = written.as_str() else { continue };
        match written.parse() {
            Ok(range) => ranges.push(range),
            Err(_) => {
                let shown = crate::parse::shortened(written);
                let message = text!(
                    "`{shown}` is neither an address nor a range of addresses.",
                    "`{shown}` 不是位址，也不是位址範圍。"
                );
                let fix = text!(
                    "Write it like `203.0.113.7`, `10.0.0.0/8` or `2001:db8::/32`.",
                    "請寫成 `203.0.113.7`、`10.0.0.0/8` 或 `2001:db8::/32`。"
                );
                let at = crate::faults::child("/trigger/with/verify/ips", at);
                trigger.fault(Fault::error("invalid_address", at, message).with_fix(fix));
                fits = false;
            }
        }
    }
    fits.then_some(ranges)
}

fn plain_allowed(trigger: &mut TriggerCx, written: &Map<String, Value>, name: &str) -> Option<Template> {
    trigger.template(&["verify", name], written.get(name)?, true)
}

pub(super) fn secret(trigger: &mut TriggerCx, written: &Map<String, Value>, name: &str) -> Option<Template> {
    let template = plain_allowed(trigger, written, name)?;
    if !template.references().iter().any(|(_, reference)| reference.root == "secret") {
        let message = text!("`{name}` stands in the document as plain text.", "`{name}` 以明文寫在文件中。");
        let fix = text!(
            "Keep it with `causeway secret set` and write `{{{{ secret.<name> }}}}`.",
            "請用 `causeway secret set` 保存，並寫成 `{{{{ secret.<名稱> }}}}`。"
        );
        let at = crate::faults::child("/trigger/with/verify", name);
        trigger.fault(Fault::warning("plain_secret", at, message).with_fix(fix));
    }
    Some(template)
}
