//! Parameters: where they stand and how their values are written (the styles of OpenAPI).

use causeway_model::{Text, Value, text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::specs::Texts;
use crate::openapi::Document;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Path,
    Query,
    Header,
    Cookie,
}

impl At {
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    /// Its name in the input.
    pub field: String,
    pub at: At,
    pub style: Style,
    pub explode: bool,
    /// Whether it is sent as JSON text (`content: application/json`).
    pub json: bool,
    /// Whether characters that mean something in URLs go out as they are.
    pub reserved: bool,
    pub required: bool,
    /// Whether the input does not hold it.
    pub hidden: bool,
    /// What is always sent (`x-causeway-hidden`).
    pub constant: Option<Value>,
    /// The setting of the connection that it comes from (`x-causeway-setting`).
    pub setting: Option<String>,
    pub schema: Value,
    pub texts: Texts,
}

/// Headers that OpenAPI leaves to other parts of a document.
const NOT_HERE: [&str; 3] = ["accept", "content-type", "authorization"];

/// `None` for what is no parameter of its own.
pub fn parameter(document: &Document, written: &Value) -> Result<Option<Parameter>, Text> {
    let name = written["name"].as_str().unwrap_or_default().to_owned();
    let at = match written["in"].as_str() {
        Some("path") => At::Path,
        Some("query") => At::Query,
        Some("header") => At::Header,
        Some("cookie") => At::Cookie,
        other => {
            let other = other.unwrap_or_default();
            return Err(text!(
                "The parameter `{name}` stands in `{other}`: it may be path, query, header or cookie.",
                "參數 `{name}` 的位置是 `{other}`：只能是 path、query、header 或 cookie。"
            ));
        }
    };
    if at == At::Header && NOT_HERE.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return Ok(None);
    }
    let style = match (written["style"].as_str(), at) {
        (Some("label"), At::Path) => Style::Label,
        (Some("matrix"), At::Path) => Style::Matrix,
        (_, At::Path | At::Header) => Style::Simple,
        (Some("spaceDelimited"), At::Query) => Style::SpaceDelimited,
        (Some("pipeDelimited"), At::Query) => Style::PipeDelimited,
        (Some("deepObject"), At::Query) => Style::DeepObject,
        (_, At::Query | At::Cookie) => Style::Form,
    };
    let explode = written["explode"].as_bool().unwrap_or(style == Style::Form);
    let content = written["content"].as_object().and_then(|content| content.iter().next());
    let (json, schema) = match content {
        Some((media, content)) => (media.contains("json"), content["schema"].clone()),
        None => (false, written["schema"].clone()),
    };
    let schema = if schema.is_object() { schema } else { json!({}) };
    let texts = Texts::of(written).or(Texts::of(document.resolve(&schema)));
    let hidden = written["x-causeway-hidden"] == true;
    let constant = hidden.then(|| document.resolve(&schema).get("const").cloned()).flatten();
    if hidden && constant.is_none() {
        return Err(text!(
            "The hidden parameter `{name}` has no `const` in its schema, which would be sent.",
            "隱藏參數 `{name}` 的 schema 沒有要送出的 `const`。"
        ));
    }
    Ok(Some(Parameter {
        field: name.clone(),
        name,
        at,
        style,
        explode,
        json,
        reserved: written["allowReserved"] == true,
        required: at == At::Path || written["required"] == true,
        hidden,
        constant,
        setting: written["x-causeway-setting"].as_str().map(str::to_owned),
        schema,
        texts,
    }))
}

/// What stays as it is in a path or a query: the unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// With `allowReserved`: what would end the value stays encoded.
const RESERVED: &AsciiSet = &ENCODED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'[')
    .remove(b']');

pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// One value as text: texts as they are, what has parts as JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

impl Parameter {
    /// How values are written where they stand: percent-encoded in URLs, as they are in headers.
    fn written(&self, text: &str) -> String {
        match self.at {
            At::Path => encoded(text),
            At::Query if self.reserved => utf8_percent_encode(text, RESERVED).to_string(),
            At::Query | At::Cookie => encoded(text),
            At::Header => text.to_owned(),
        }
    }

    /// The value in a path or a header: `1,2`, `.1.2`, `;ids=1;ids=2`.
    pub fn expanded(&self, value: &Value) -> String {
        let name = self.written(&self.name);
        let (first, between) = match (self.style, self.explode) {
            (Style::Label, true) => (".", "."),
            (Style::Label, false) => (".", ","),
            (Style::Matrix, true) => (";", ";"),
            (Style::Matrix, false) => (";", ","),
            _ => ("", ","),
        };
        let named = |text: String| format!("{name}={text}");
        let matrix = self.style == Style::Matrix;
        match value {
            _ if self.json => self.written(&value.to_string()),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.written(&plain(item)));
                let items: Vec<String> =
                    if matrix && self.explode { items.map(named).collect() } else { items.collect() };
                let joined = items.join(between);
                if matrix && !self.explode {
                    format!("{first}{name}={joined}")
                } else {
                    format!("{first}{joined}")
                }
            }
            Value::Object(fields) => {
                let fields = fields.iter().filter(|(_, field)| !field.is_null());
                let sign = if self.explode { "=" } else { "," };
                let parts: Vec<String> = fields
                    .map(|(key, field)| format!("{}{sign}{}", self.written(key), self.written(&plain(field))))
                    .collect();
                let joined = parts.join(between);
                if matrix && !self.explode {
                    format!("{first}{name}={joined}")
                } else {
                    format!("{first}{joined}")
                }
            }
            one => {
                let text = self.written(&plain(one));
                if matrix { format!("{first}{}", named(text)) } else { format!("{first}{text}") }
            }
        }
    }

    /// The value as parts of a query or of a cookie header, `name=value` each, ready to be joined.
    pub fn pairs(&self, value: &Value) -> Vec<String> {
        let pair = |name: &str, text: String| format!("{}={text}", self.written(name));
        let own = |text: String| pair(&self.name, text);
        let joined = |parts: Vec<String>, by: &str| vec![own(parts.join(by))];
        let by = match self.style {
            Style::SpaceDelimited => "%20",
            Style::PipeDelimited => "%7C",
            _ => ",",
        };
        match value {
            Value::Null => Vec::new(),
            _ if self.json => vec![own(self.written(&value.to_string()))],
            _ if self.style == Style::DeepObject => {
                let mut pairs = Vec::new();
                deep(&self.name, value, &mut |name, text| pairs.push(pair(name, self.written(&text))));
                pairs
            }
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.written(&plain(item))).collect();
                if self.explode && self.style == Style::Form {
                    items.into_iter().map(own).collect()
                } else if items.is_empty() {
                    Vec::new()
                } else {
                    joined(items, by)
                }
            }
            Value::Object(fields) => {
                let fields = fields.iter().filter(|(_, field)| !field.is_null());
                if self.explode && self.style == Style::Form {
                    return fields.map(|(key, field)| pair(key, self.written(&plain(field)))).collect();
                }
                let parts: Vec<String> = fields
                    .flat_map(|(key, field)| [self.written(key), self.written(&plain(field))])
                    .collect();
                if parts.is_empty() { Vec::new() } else { joined(parts, by) }
            }
            one => vec![own(self.written(&plain(one)))],
        }
    }
}

/// `name[key][0]=text` for everything in a value.
pub fn deep(name: &str, value: &Value, give: &mut impl FnMut(&str, String)) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                deep(&format!("{name}[{index}]"), item, give);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                deep(&format!("{name}[{key}]"), field, give);
            }
        }
        one => give(name, plain(one)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(at: &str, style: &str, explode: bool) -> Parameter {
        let document = Document::new(json!({ "openapi": "3.1.0", "paths": {} })).expect("a document");
        let written = json!({ "name": "color", "in": at, "style": style, "explode": explode, "schema": {} });
        parameter(&document, &written).expect("it reads").expect("a parameter")
    }

    /// The table of the specification, 3.1, "Style Examples".
    #[test]
    fn values_are_written_as_the_specification_shows() {
        let (one, list, object) =
            (json!("blue"), json!(["blue", "black", "brown"]), json!({ "R": 100, "G": 200, "B": 150 }));
        for (style, explode, expected) in [
            ("matrix", false, [";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
            ("matrix", true, [";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
            ("label", false, [".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
            ("label", true, [".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
            ("simple", false, ["blue", "blue,black,brown", "R,100,G,200,B,150"]),
            ("simple", true, ["blue", "blue,black,brown", "R=100,G=200,B=150"]),
        ] {
            let parameter = made("path", style, explode);
            let written = [&one, &list, &object].map(|value| parameter.expanded(value));
            assert_eq!(written, expected, "{style} {explode}");
        }
        for (style, explode, expected) in [
            ("form", false, ["color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
            ("form", true, ["color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
            (
                "spaceDelimited",
                false,
                ["color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
            ),
            (
                "pipeDelimited",
                false,
                ["color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
            ),
            (
                "deepObject",
                true,
                [
                    "color=blue",
                    "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
                    "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
                ],
            ),
        ] {
            let parameter = made("query", style, explode);
            let written = [&one, &list, &object].map(|value| parameter.pairs(value).join("&"));
            assert_eq!(written, expected, "{style} {explode}");
        }
    }

    #[test]
    fn nothing_in_a_value_breaks_out_of_it() {
        let nasty = json!(["a,b", "c&d=e", "/../x?y#z", "100% 王"]);
        let query = made("query", "form", false).pairs(&nasty).join("&");
        assert_eq!(query, "color=a%2Cb,c%26d%3De,%2F..%2Fx%3Fy%23z,100%25%20%E7%8E%8B");
        assert_eq!(made("path", "simple", false).expanded(&json!("../a")), "..%2Fa");
        let mut reserved = made("query", "form", true);
        reserved.reserved = true;
        assert_eq!(reserved.pairs(&json!("a/b?c&d=e#f+g")).join("&"), "color=a/b?c%26d%3De%23f%2Bg");
    }
}
