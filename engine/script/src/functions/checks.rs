//! Whether numbers and addresses can be right: checksums and forms, Taiwan's above all.

use rhai::Dynamic;

use super::{Arguments, Function, Group};
use crate::fault::Result;

pub(super) static GROUP: Group = Group {
    name: "checks",
    en: "Checks",
    zh: "檢核",
    functions: &[
        Function::new(
            "is_tax_id(text) -> bool",
            "Whether it is a Taiwanese company number (統一編號): 8 digits with a right checksum, by the rule of 2023.",
            "是否為有效的統一編號：8 位數且檢查碼正確（依 2023 年起的新規則）。",
            &[(r#"is_tax_id("04595257")"#, "true"), (r#"is_tax_id("12345678")"#, "false")],
            |a| check(a, is_tax_id),
        ),
        Function::new(
            "is_tw_id(text) -> bool",
            "Whether it is a Taiwanese national or residence id (身分證、居留證號) with a right checksum.",
            "是否為檢查碼正確的身分證字號或居留證號。",
            &[(r#"is_tw_id("A123456789")"#, "true"), (r#"is_tw_id("A123456788")"#, "false")],
            |a| check(a, is_tw_id),
        ),
        Function::new(
            "is_tw_mobile(text) -> bool",
            "Whether it is a Taiwanese mobile number: `0912345678`, `0912-345-678`, `+886 912 345 678`.",
            "是否為臺灣手機號碼：`0912345678`、`0912-345-678`、`+886 912 345 678`。",
            &[(r#"is_tw_mobile("0912-345-678")"#, "true"), (r#"is_tw_mobile("02-23456789")"#, "false")],
            |a| {
                check(a, |text| {
                    phone(text).is_some_and(|phone| phone.len() == 13 && phone.starts_with("+8869"))
                })
            },
        ),
        Function::new(
            "phone_e164(text) -> text",
            "A telephone number as `+886...`: Taiwanese numbers and those with a country code; () where it is none.",
            "把電話號碼轉成 `+886...` 的格式：臺灣號碼或含國碼的號碼；不是電話時為 ()。",
            &[(r#"phone_e164("(02) 2345-6789")"#, r#""+886223456789""#), (r#"phone_e164("12")"#, "()")],
            |a| Ok(phone(&a.text(0)?).map_or(Dynamic::UNIT, Dynamic::from)),
        ),
        Function::new(
            "is_email(text) -> bool",
            "Whether it has the form of an e-mail address.",
            "是否為電子郵件地址的格式。",
            &[(r#"is_email("a.b@example.com.tw")"#, "true"), (r#"is_email("a@b")"#, "false")],
            |a| check(a, is_email),
        ),
        Function::new(
            "is_url(text) -> bool",
            "Whether it has the form of an http or https address.",
            "是否為 http 或 https 網址的格式。",
            &[(r#"is_url("https://example.com/a?b=1")"#, "true"), (r#"is_url("example")"#, "false")],
            |a| check(a, is_url),
        ),
        Function::new(
            "is_invoice_no(text) -> bool",
            "Whether it has the form of a uniform invoice's number: two capital letters and 8 digits.",
            "是否為統一發票號碼的格式：兩個大寫字母加 8 位數字。",
            &[(r#"is_invoice_no("AB-12345678")"#, "true"), (r#"is_invoice_no("A12345678")"#, "false")],
            |a| {
                check(a, |text| {
                    let text = text.replace('-', "");
                    text.len() == 10
                        && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
                        && text.bytes().skip(2).all(|byte| byte.is_ascii_digit())
                })
            },
        ),
        Function::new(
            "is_invoice_carrier(text) -> bool",
            "Whether it has the form of a mobile barcode carrier (手機條碼載具): `/` and 7 of 0-9, A-Z, `+`, `-`, `.`.",
            "是否為手機條碼載具的格式：`/` 加上 7 個 0-9、A-Z、`+`、`-`、`.`。",
            &[(r#"is_invoice_carrier("/ABC+123")"#, "true"), (r#"is_invoice_carrier("ABC+1234")"#, "false")],
            |a| {
                check(a, |text| {
                    text.len() == 8
                        && text.starts_with('/')
                        && text
                            .bytes()
                            .skip(1)
                            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b"+-.".contains(&b))
                })
            },
        ),
    ],
};

/// Nothing, lists and maps are never right; numbers are checked as they are written.
fn check(a: &Arguments<'_, '_>, is_right: impl Fn(&str) -> bool) -> Result<Dynamic> {
    let value = a.value(0);
    if value.is_unit() || value.is_array() || value.is_map() {
        return Ok(Dynamic::FALSE);
    }
    Ok(is_right(a.text(0)?.trim()).into())
}

fn digit(byte: u8) -> u32 {
    u32::from(byte - b'0')
}

/// Each digit is weighted, the digits of the products are summed: the sum (or, where the seventh digit is 7, one more)
/// divides by 5.
fn is_tax_id(text: &str) -> bool {
    const WEIGHTS: [u32; 8] = [1, 2, 1, 2, 1, 2, 4, 1];
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = text
        .bytes()
        .zip(WEIGHTS)
        .map(|(byte, weight)| {
            let product = digit(byte) * weight;
            product / 10 + product % 10
        })
        .sum();
    sum.is_multiple_of(5) || (text.as_bytes()[6] == b'7' && (sum + 1).is_multiple_of(5))
}

fn is_tw_id(text: &str) -> bool {
    // the code of each letter, from A
    const LETTERS: [u32; 26] = [
        10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31,
        33,
    ];
    let bytes = text.as_bytes();
    let code = |byte: u8| LETTERS.get(usize::from(byte.wrapping_sub(b'A'))).copied();
    let (Some(first), 10) = (bytes.first().and_then(|byte| code(*byte)), bytes.len()) else { return false };
    // residence ids of the old kind have a letter in the second place
    let second = match bytes[1] {
        letter @ b'A'..=b'D' => code(letter).map(|code| code % 10),
        number @ (b'1' | b'2' | b'8' | b'9') => Some(digit(number)),
        _ => None,
    };
    let Some(second) = second else { return false };
    if !bytes[2..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let rest: u32 = bytes[2..9].iter().zip((1..=7).rev()).map(|(byte, weight)| digit(*byte) * weight).sum();
    let sum = first / 10 + first % 10 * 9 + second * 8 + rest + digit(bytes[9]);
    sum.is_multiple_of(10)
}

fn phone(text: &str) -> Option<String> {
    let text: String = text.chars().map(super::text::half_width_char).collect();
    let (text, _) = text.split_once(['#', '*']).unwrap_or((&text, ""));
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
    let (international, digits) = match plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) {
        Some(digits) => (true, digits),
        None => (false, plain.as_str()),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = match (international, digits.strip_prefix("886")) {
        (true, Some(rest)) => format!("886{}", rest.trim_start_matches('0')),
        (true, None) => digits.to_owned(),
        (false, Some(rest)) if digits.len() >= 11 => format!("886{}", rest.trim_start_matches('0')),
        (false, _) => format!("886{}", digits.strip_prefix('0')?),
    };
    let long_enough = if digits.starts_with("886") { 11..=12 } else { 8..=15 };
    long_enough.contains(&digits.len()).then(|| format!("+{digits}"))
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_ok = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c));
    local_ok && is_domain(domain)
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    labels.len() >= 2
        && domain.len() <= 253
        && labels.iter().all(label_ok)
        && labels
            .last()
            .is_some_and(|last| last.chars().count() >= 2 && !last.chars().all(|c| c.is_ascii_digit()))
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest.filter(|rest| rest.len() <= 2000 && !rest.contains(char::is_whitespace)) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let port_ok = host.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
    port_ok && (name == "localhost" || is_domain(name) || name.parse::<std::net::Ipv4Addr>().is_ok())
}
