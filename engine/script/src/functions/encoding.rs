//! Encodings of text: base64, hex, URL, form, HTML.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use rhai::{Dynamic, Map};

use super::{Arguments, Function, Group};
use crate::fault::Result;
use crate::values::{Opaques, dynamic_to_text};

pub(super) static GROUP: Group = Group {
    name: "encoding",
    en: "Encodings",
    zh: "編碼",
    functions: &[
        Function::operation(
            "base64_encode(text) -> text",
            "Base64 of a text. A secret stays secret: `base64_encode(secret.user + \":\" + secret.password)`.",
            "文字的 base64 編碼。密鑰仍是密鑰：`base64_encode(secret.user + \":\" + secret.password)`。",
            &[(r#"base64_encode("訂單")"#, r#""6KiC5Zau""#)],
        ),
        Function::new(
            "base64_decode(text) -> text",
            "The text behind base64, with or without padding.",
            "還原 base64 編碼的文字，有無補位皆可。",
            &[(r#"base64_decode("6KiC5Zau")"#, r#""訂單""#)],
            |a| decode(a, &STANDARD, &STANDARD_NO_PAD),
        ),
        Function::operation(
            "base64url_encode(text) -> text",
            "Base64 for URLs, without padding.",
            "網址用的 base64 編碼，不補位。",
            &[(r#"base64url_encode("a?>")"#, r#""YT8-""#)],
        ),
        Function::new(
            "base64url_decode(text) -> text",
            "The text behind URL base64.",
            "還原網址用 base64 編碼的文字。",
            &[(r#"base64url_decode("YT8-")"#, r#""a?>""#)],
            |a| decode(a, &URL_SAFE_NO_PAD, &URL_SAFE_NO_PAD),
        ),
        Function::operation(
            "hex_encode(text) -> text",
            "The bytes of a text as hex.",
            "文字位元組的十六進位編碼。",
            &[(r#"hex_encode("abc")"#, r#""616263""#)],
        ),
        Function::new(
            "hex_decode(text) -> text",
            "The text behind hex.",
            "還原十六進位編碼的文字。",
            &[(r#"hex_decode("616263")"#, r#""abc""#)],
            |a| {
                let bytes =
                    hex::decode(a.text(0)?.as_str()).map_err(|_| a.fail("this is no hex", "不是十六進位"))?;
                utf8(a, bytes)
            },
        ),
        Function::operation(
            "url_encode(text) -> text",
            "Percent-encoded, as a part of a URL.",
            "百分比編碼，用於網址的一部分。",
            &[(r#"url_encode("a b/單")"#, r#""a%20b%2F%E5%96%AE""#)],
        ),
        Function::new(
            "url_decode(text) -> text",
            "The text behind percent-encoding; `+` stays.",
            "還原百分比編碼的文字；`+` 保持原樣。",
            &[(r#"url_decode("a%20b+c")"#, r#""a b+c""#)],
            |a| {
                let bytes = percent_decode_str(a.text(0)?.as_str()).collect();
                utf8(a, bytes)
            },
        ),
        Function::new(
            "form_encode(map) -> text",
            "A map as `a=1&b=x%20y`, for query strings and forms.",
            "把物件轉成 `a=1&b=x%20y`，用於查詢字串與表單。",
            &[(r#"form_encode(#{a: 1, b: "x y"})"#, r#""a=1&b=x%20y""#)],
            form_encode,
        ),
        Function::new(
            "form_decode(text) -> map",
            "A query string or form as a map; the last of equal names counts.",
            "把查詢字串或表單轉成物件；名稱重複時以最後一個為準。",
            &[(r#"form_decode("a=1&b=x+y")"#, r#"#{a: "1", b: "x y"}"#)],
            form_decode,
        ),
        Function::new(
            "html_escape(text) -> text",
            "Safe to stand in HTML or XML.",
            "轉成可安全放進 HTML 或 XML 的文字。",
            &[(r#"html_escape("<a & 'b'>")"#, r#""&lt;a &amp; &#39;b&#39;&gt;""#)],
            |a| {
                let text = a.text(0)?;
                let mut escaped = String::with_capacity(text.len());
                for c in text.chars() {
                    match c {
                        '&' => escaped.push_str("&amp;"),
                        '<' => escaped.push_str("&lt;"),
                        '>' => escaped.push_str("&gt;"),
                        '"' => escaped.push_str("&quot;"),
                        '\'' => escaped.push_str("&#39;"),
                        other => escaped.push(other),
                    }
                }
                a.give(escaped)
            },
        ),
    ],
};

fn utf8(a: &Arguments<'_, '_>, bytes: Vec<u8>) -> Result<Dynamic> {
    let text = String::from_utf8(bytes)
        .map_err(|_| a.fail("these bytes are no UTF-8 text", "這些位元組不是 UTF-8 文字"))?;
    a.give(text)
}

fn decode(a: &Arguments<'_, '_>, padded: &GeneralPurpose, bare: &GeneralPurpose) -> Result<Dynamic> {
    let text: String = a.text(0)?.split_whitespace().collect();
    let bytes = padded.decode(&text).or_else(|_| bare.decode(text.trim_end_matches('=')));
    utf8(a, bytes.map_err(|_| a.fail("this is no base64", "不是 base64"))?)
}

fn form_encode(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let mut encoded = String::new();
    for (key, value) in a.map(0)? {
        if !encoded.is_empty() {
            encoded.push('&');
        }
        let value = dynamic_to_text(value, Opaques::Refuse)?;
        encoded.push_str(&crate::secrets::url_encode(&key));
        encoded.push('=');
        encoded.push_str(&crate::secrets::url_encode(&value));
        a.check_bytes(encoded.len())?;
    }
    a.give(encoded)
}

fn form_decode(a: &mut Arguments<'_, '_>) -> Result<Dynamic> {
    let text = a.text(0)?;
    let plain = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut map = Map::new();
    for pair in text.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        map.insert(plain(key).into(), Dynamic::from(plain(value)));
    }
    a.check_items(map.len())?;
    Ok(Dynamic::from_map(map))
}
