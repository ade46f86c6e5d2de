//! Times, ids and chances that are functions of the run's record, and one-time links.

use causeway_model::text;
use rhai::Dynamic;
use rust_decimal::Decimal;
use uuid::{Builder, Uuid};

use super::{Arguments, Function, Group};
use crate::evaluation;
use crate::fault::{Fault, Result};

pub(super) static GROUP: Group = Group {
    name: "ids",
    en: "Ids, chance and links",
    zh: "識別碼、隨機與連結",
    functions: &[
        Function::new(
            "uuid() -> text",
            "A new UUID. The same step of the same run always gets the same ones, so that a repeat does no harm.",
            "新的 UUID。同一次執行的同一步驟永遠得到相同的值，因此重複執行不會有副作用。",
            &[("uuid().len()", "36")],
            uuid,
        ),
        Function::new(
            "uuid_of(text, namespace?) -> text",
            "The UUID (version 5) of a name: equal names give equal ids. The namespace is a UUID, or `url` (the default), `dns`, `oid`.",
            "由名稱產生的 UUID（第 5 版）：名稱相同，識別碼就相同。命名空間可以是 UUID，或 `url`（預設）、`dns`、`oid`。",
            &[(r#"uuid_of("www.example.com", "dns")"#, r#""2ed6657d-e927-568b-95e1-2665a8aea6a2""#)],
            uuid_of,
        ),
        Function::new(
            "random() -> number",
            "A number from 0 to below 1 with nine digits; the same step of the same run always gets the same ones.",
            "0 以上、小於 1 的九位小數；同一次執行的同一步驟永遠得到相同的值。",
            &[("random() < 1", "true")],
            random,
        ),
        Function::new(
            "random_int(from, to) -> number",
            "A whole number from `from` to `to`, both included.",
            "介於 `from` 與 `to` 之間（含兩端）的整數。",
            &[("random_int(3, 3)", "3")],
            random_int,
        ),
        Function::new(
            "callback_url(step) -> text",
            "The one-time URL that wakes the `wait` step of that id.",
            "喚醒該 `wait` 步驟的一次性網址。",
            &[],
            callback_url,
        ),
        Function::new(
            "approval_url(step, who) -> text",
            "The one-time URL at which `who` decides the `approval` step of that id, without an account.",
            "讓 `who` 不需帳號即可決定該 `approval` 步驟的一次性網址。",
            &[],
            approval_url,
        ),
    ],
};

fn draw(arguments: &Arguments<'_, '_>) -> Result<[u8; 32]> {
    evaluation::draw().ok_or_else(|| arguments.fail("there is no run", "目前沒有執行"))
}

fn uuid(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let bytes = draw(arguments)?;
    let mut random = [0; 16];
    random.copy_from_slice(&bytes[..16]);
    Ok(Builder::from_random_bytes(random).into_uuid().to_string().into())
}

fn uuid_of(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let name = arguments.text(0)?;
    let namespace = arguments.text_or(1, "url")?;
    let namespace = match namespace.as_str() {
        "url" => Uuid::NAMESPACE_URL,
        "dns" => Uuid::NAMESPACE_DNS,
        "oid" => Uuid::NAMESPACE_OID,
        other => Uuid::parse_str(other).map_err(|_| {
            arguments.fail(
                "the namespace is no UUID, `url`, `dns` or `oid`",
                "命名空間不是 UUID、`url`、`dns` 或 `oid`",
            )
        })?,
    };
    // version 5: the SHA-1 of the namespace and the name
    use sha1::Digest as _;
    let mut hash = sha1::Sha1::new();
    hash.update(namespace.as_bytes());
    hash.update(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    Ok(Builder::from_sha1_bytes(bytes).into_uuid().to_string().into())
}

fn number(arguments: &Arguments<'_, '_>) -> Result<u64> {
    let bytes = draw(arguments)?;
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    Ok(u64::from_be_bytes(first))
}

fn random(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let below = number(arguments)? % 1_000_000_000;
    Ok(Dynamic::from_decimal(Decimal::from_i128_with_scale(i128::from(below), 9)))
}

fn random_int(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (from, to) = (arguments.int(0)?, arguments.int(1)?);
    if from > to {
        return Err(Fault::failed(text!(
            "`random_int`: from {from} to {to} there is no number",
            "`random_int`：從 {from} 到 {to} 之間沒有數字"
        ))
        .into());
    }
    let bytes = draw(arguments)?;
    let mut drawn = [0; 16];
    drawn.copy_from_slice(&bytes[..16]);
    let count = i128::from(to) - i128::from(from) + 1;
    let offset = u128::from_be_bytes(drawn) % count.unsigned_abs();
    let picked = i128::from(from) + i128::try_from(offset).unwrap_or(0);
    Ok(Dynamic::from_int(i64::try_from(picked).unwrap_or(from)))
}

fn callback_url(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let step = arguments.text(0)?;
    Ok(links(arguments)?.callback_url(&step).into())
}

fn approval_url(arguments: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let (step, who) = (arguments.text(0)?, arguments.text(1)?);
    Ok(links(arguments)?.approval_url(&step, &who).into())
}

fn links(arguments: &Arguments<'_, '_>) -> Result<std::sync::Arc<dyn crate::context::Links>> {
    evaluation::links()
        .ok_or_else(|| arguments.fail("one-time links exist only in a run", "一次性連結只在執行流程時才有"))
}
