//! What a JSON Schema fault says to a person. It never repeats the value, which may be secret or large.

use causeway_model::{Text, text};
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::faults::listed;
use crate::parse::{shortened, type_name};

/// One message for each fault, with the name of the member that it is about, where it is about one: there it is mended, also
/// where the member is not there yet.
pub(super) fn message(error: &ValidationError) -> Vec<(Option<String>, Text)> {
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .take(20)
            .map(|name| {
                let shown = shortened(name);
                (Some(name.clone()), text!("There is no field `{shown}` here.", "這裡沒有欄位 `{shown}`。"))
            })
            .collect(),
        Kind::PropertyNames { .. } => {
            vec![(None, text!("A field's name does not fit.", "欄位名稱不符規定。"))]
        }
        Kind::Required { property } => vec![(property.as_str().map(str::to_owned), single(error))],
        _ => vec![(None, single(error))],
    }
}

fn single(error: &ValidationError) -> Text {
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            text!("The field `{name}` is missing.", "缺少欄位 `{name}`。")
        }
        Kind::Type { kind } => wrong_type(kind, error.instance()),
        Kind::Enum { options } => {
            let words: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            let Text { en, zh_tw } = listed(&words);
            Text {
                en: format!("This must be {en}."), zh_tw: format!("這裡必須是 {zh_tw} 其中之一。")
            }
        }
        Kind::Constant { expected_value } => {
            let expected = plain(expected_value);
            text!("This must be `{expected}`.", "這裡必須是 `{expected}`。")
        }
        Kind::Minimum { limit } => text!("This must be at least {limit}.", "這裡至少要是 {limit}。"),
        Kind::Maximum { limit } => text!("This must be at most {limit}.", "這裡最多只能是 {limit}。"),
        Kind::ExclusiveMinimum { limit } => {
            text!("This must be more than {limit}.", "這裡必須大於 {limit}。")
        }
        Kind::ExclusiveMaximum { limit } => {
            text!("This must be less than {limit}.", "這裡必須小於 {limit}。")
        }
        Kind::MultipleOf { multiple_of } => {
            text!("This must be a multiple of {multiple_of}.", "這裡必須是 {multiple_of} 的倍數。")
        }
        Kind::MinLength { limit: 1 } => text!("This is empty.", "這裡是空的。"),
        Kind::MinLength { limit } => {
            text!("This needs {limit} characters at least.", "這裡至少需要 {limit} 個字元。")
        }
        Kind::MaxLength { limit } => {
            text!("This may have {limit} characters at most.", "這裡最多 {limit} 個字元。")
        }
        Kind::MinItems { limit } => {
            text!("This needs {limit} items at least.", "這裡至少需要 {limit} 個項目。")
        }
        Kind::MaxItems { limit } => {
            text!("This may have {limit} items at most.", "這裡最多 {limit} 個項目。")
        }
        Kind::AdditionalItems { limit } => {
            text!("This may have {limit} items at most.", "這裡最多 {limit} 個項目。")
        }
        Kind::MinProperties { limit } => {
            text!("This needs {limit} fields at least.", "這裡至少需要 {limit} 個欄位。")
        }
        Kind::MaxProperties { limit } => {
            text!("This may have {limit} fields at most.", "這裡最多 {limit} 個欄位。")
        }
        Kind::Pattern { pattern } => {
            let pattern = shortened(pattern);
            text!("This does not have the form `{pattern}`.", "這裡不符合格式 `{pattern}`。")
        }
        Kind::Format { format } => text!("This is no `{format}`.", "這不是有效的 `{format}`。"),
        Kind::UniqueItems => text!("The same item stands here twice.", "這裡有重複的項目。"),
        Kind::Not { .. } => text!("This value is not allowed here.", "這裡不允許這個值。"),
        Kind::FalseSchema => {
            text!("This may not stand here beside the other fields.", "此處不能與其他欄位並用。")
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => forms(context),
        Kind::OneOfMultipleValid { .. } => {
            text!(
                "This takes several forms at once; only one is allowed.",
                "這裡同時符合多種寫法，只能擇一。"
            )
        }
        other => {
            let keyword = other.keyword().to_owned();
            text!("This breaks the rule `{keyword}`.", "這裡不符合規則 `{keyword}`。")
        }
    }
}

/// Where each form only lacks a field, names those fields.
fn forms(context: &[Vec<ValidationError<'static>>]) -> Text {
    let lacking = |form: &Vec<ValidationError<'static>>| match form.as_slice() {
        [only] => match only.kind() {
            Kind::Required { property } => property.as_str().map(str::to_owned),
            _ => None,
        },
        _ => None,
    };
    let names: Option<Vec<String>> = context.iter().map(lacking).collect();
    match names {
        Some(names) if !names.is_empty() => {
            let Text { en, zh_tw } = listed(&names);
            Text { en: format!("One of {en} is needed."), zh_tw: format!("需要 {zh_tw} 其中之一。") }
        }
        _ => text!("This fits none of the allowed forms.", "這裡不符合任何允許的寫法。"),
    }
}

fn wrong_type(kind: &TypeKind, got: &Value) -> Text {
    let wanted: Vec<Text> = match kind {
        TypeKind::Single(one) => vec![type_word(&one.to_string())],
        TypeKind::Multiple(set) => set.iter().map(|one| type_word(&one.to_string())).collect(),
    };
    let got = type_name(got);
    let en: Vec<&str> = wanted.iter().map(|word| word.en.as_str()).collect();
    let zh: Vec<&str> = wanted.iter().map(|word| word.zh_tw.as_str()).collect();
    Text {
        en: format!("This must be {}, not {}.", en.join(" or "), got.en),
        zh_tw: format!("這裡必須是{}，而不是{}。", zh.join("或"), got.zh_tw),
    }
}

fn type_word(name: &str) -> Text {
    match name {
        "array" => text!("a list", "陣列"),
        "boolean" => text!("true or false", "布林值"),
        "integer" => text!("a whole number", "整數"),
        "number" => text!("a number", "數字"),
        "object" => text!("an object", "物件"),
        "string" => text!("a text", "文字"),
        _ => text!("null", "null"),
    }
}

fn plain(value: &Value) -> String {
    shortened(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
