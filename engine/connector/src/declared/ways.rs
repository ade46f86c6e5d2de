//! The ways to sign in that a document describes, as forms.

use std::collections::BTreeSet;

use causeway_model::{AuthKind, AuthSpec, Text, Value, text};
use serde_json::{Map, json};

use super::extension::{self, AuthorizeSpec, SessionSpec, TokenSpec};
use super::naming::{readable, snake};
use super::sign::Sign;
use super::specs::Texts;
use crate::openapi::Document;
use crate::schema::titled;

/// One way: schemes that are used together.
#[derive(Clone, Debug)]
pub struct Way {
    pub spec: AuthSpec,
    pub parts: Vec<Part>,
}

/// What one scheme adds to a request, from which field of the credentials.
#[derive(Clone, Debug)]
pub enum Part {
    Key { at: KeyAt, name: String, prefix: String, field: String },
    Basic { username: String, password: String },
    Bearer { field: String },
    Oauth(Oauth),
    Session { at: KeyAt, name: String, value: String, session: SessionSpec },
    Signed(Sign),
    Certificate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAt {
    Header,
    Query,
    Cookie,
    /// In the path, in the place of its name in braces.
    Path,
}

#[derive(Clone, Debug)]
pub struct Oauth {
    pub grant: Grant,
    /// Where somebody consents; empty where nobody has to.
    pub authorize_url: String,
    pub token_url: String,
    pub refresh_url: Option<String>,
    pub scopes: Vec<String>,
    /// Whether the client shows who it is by basic authentication rather than in the form.
    pub client_in_header: bool,
    pub authorize: AuthorizeSpec,
    pub token: TokenSpec,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    Code,
    Client,
    Password,
}

/// All ways, in the order in which the document names them.
pub fn ways(document: &Document) -> Result<Vec<Way>, Text> {
    let schemes = document.security_schemes();
    let mut sets: Vec<BTreeSet<String>> = Vec::new();
    let named = std::iter::once(&document.root()["security"])
        .chain(document.operations().map(|place| &place.operation["security"]));
    for list in named {
        for set in list.as_array().into_iter().flatten().filter_map(Value::as_object) {
            let set: BTreeSet<String> =
                set.keys().filter(|name| schemes.contains_key(name.as_str())).cloned().collect();
            if !set.is_empty() && !sets.contains(&set) {
                sets.push(set);
            }
        }
    }
    if sets.is_empty() {
        // Many documents describe how to sign in and forget to ask for it.
        sets.extend(schemes.keys().map(|name| BTreeSet::from([(*name).to_owned()])));
    }
    let mut ways = Vec::new();
    for set in sets {
        for way in of_set(document, &set)? {
            if !ways.iter().any(|known: &Way| known.spec.name == way.spec.name) {
                ways.push(way);
            }
        }
    }
    Ok(ways)
}

/// A set is several ways where a scheme of it has several flows.
fn of_set(document: &Document, set: &BTreeSet<String>) -> Result<Vec<Way>, Text> {
    let schemes = document.security_schemes();
    let alone = set.len() == 1;
    let mut ways = vec![Form {
        names: Vec::new(),
        kind: None,
        parts: Vec::new(),
        fields: Map::new(),
        optional: BTreeSet::new(),
        texts: Texts::default(),
    }];
    for name in set {
        let Some(scheme) = schemes.get(name.as_str()) else { return Ok(Vec::new()) };
        let parts = parts_of(name, scheme, alone)?;
        if parts.is_empty() {
            // Nothing here can sign in so.
            return Ok(Vec::new());
        }
        ways = ways
            .into_iter()
            .flat_map(|form| parts.iter().map(move |part| form.clone().with(name, part, scheme)))
            .collect();
    }
    Ok(ways.into_iter().map(|form| form.way()).collect())
}

#[derive(Clone)]
struct Form {
    names: Vec<String>,
    kind: Option<AuthKind>,
    parts: Vec<Part>,
    fields: Map<String, Value>,
    optional: BTreeSet<String>,
    texts: Texts,
}

impl Form {
    fn with(mut self, name: &str, made: &Made, scheme: &Value) -> Self {
        self.names.push(match made.suffix {
            "" => name.to_owned(),
            suffix => format!("{name}.{suffix}"),
        });
        self.kind = self.kind.or(Some(made.kind));
        self.parts.push(made.part.clone());
        self.fields.extend(made.fields.clone());
        self.optional.extend(made.optional.iter().map(|&field| field.to_owned()));
        self.texts = self.texts.or(Texts::of(scheme)).or(usual(made.kind));
        self
    }

    fn way(self) -> Way {
        let name: String = self
            .names
            .join("-")
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '_' })
            .collect();
        let required: Vec<&String> =
            self.fields.keys().filter(|field| !self.optional.contains(*field)).collect();
        let credentials = json!({
            "type": "object",
            "additionalProperties": false,
            "required": required,
            "properties": self.fields,
        });
        let texts = self.texts.complete(&name);
        let kind = self.kind.unwrap_or(AuthKind::ApiKey);
        Way {
            spec: AuthSpec { name, kind, title: texts.title, description: texts.description, credentials },
            parts: self.parts,
        }
    }
}

impl Way {
    /// Nobody signs in.
    pub fn open() -> Self {
        let form = Form {
            names: vec!["webhooks".to_owned()],
            kind: Some(AuthKind::Open),
            parts: Vec::new(),
            fields: Map::new(),
            optional: BTreeSet::new(),
            texts: usual(AuthKind::Open),
        };
        form.way()
    }
}

fn usual(kind: AuthKind) -> Texts {
    let title = match kind {
        AuthKind::ApiKey => text!("API key", "API 金鑰"),
        AuthKind::Basic => text!("User and password", "使用者與密碼"),
        AuthKind::Bearer => text!("Access token", "存取權杖"),
        AuthKind::OauthCode => text!("Sign in with an account (OAuth 2)", "以帳號登入（OAuth 2）"),
        AuthKind::OauthClient => text!("Client credentials (OAuth 2)", "用戶端憑證（OAuth 2）"),
        AuthKind::Session => text!("Session login", "登入取得工作階段"),
        AuthKind::Signed => text!("Signed requests", "簽章請求"),
        AuthKind::MutualTls => text!("Client certificate", "用戶端憑證檔"),
        AuthKind::Open => text!("Webhooks only", "僅接收 webhook"),
    };
    Texts { title, description: Text::default() }
}

struct Made {
    suffix: &'static str,
    kind: AuthKind,
    part: Part,
    fields: Map<String, Value>,
    optional: Vec<&'static str>,
}

fn field(title: Text) -> Value {
    titled(json!({ "type": "string", "minLength": 1 }), &title, &title)
}

/// What one scheme can be; several where it has several flows.
fn parts_of(name: &str, scheme: &Value, alone: bool) -> Result<Vec<Made>, Text> {
    let own = |usual: &str| if alone { usual.to_owned() } else { snake(name) };
    let texts = Texts::of(scheme);
    let labelled = |usual: Text| {
        let title = if texts.title.en.is_empty() { usual } else { texts.clone().complete(name).title };
        field(title)
    };
    let one = |kind, part, fields: Vec<(String, Value)>| {
        vec![Made { suffix: "", kind, part, fields: fields.into_iter().collect(), optional: Vec::new() }]
    };
    if let Some(mut session) = extension::read::<SessionSpec>(scheme, "x-causeway-session")? {
        let mut fields = said_fields(scheme);
        if fields.is_empty() {
            fields.insert("user".to_owned(), field(text!("User", "使用者")));
            fields.insert("password".to_owned(), field(text!("Password", "密碼")));
        }
        // Its own fields only: there may be others, such as the secrets of webhooks.
        let own = || fields.keys().map(|field| (field.clone(), format!("{{{field}}}"))).collect();
        session.input.get_or_insert_with(own);
        let value = session.values.keys().next().cloned().unwrap_or_default();
        let part = Part::Session { at: key_at(scheme), name: key_name(scheme), value, session };
        return Ok(vec![Made { suffix: "", kind: AuthKind::Session, part, fields, optional: Vec::new() }]);
    }
    if let Some(sign) = Sign::read(scheme)? {
        let mut fields = said_fields(scheme);
        if let Sign::Hmac(spec) = &sign {
            let titled = || labelled(text!("Signing secret", "簽章密鑰"));
            fields.entry(spec.secret.clone()).or_insert_with(titled);
        }
        let (kind, part) = (AuthKind::Signed, Part::Signed(sign));
        return Ok(vec![Made { suffix: "", kind, part, fields, optional: Vec::new() }]);
    }
    Ok(match (scheme["type"].as_str(), scheme["scheme"].as_str().map(str::to_ascii_lowercase).as_deref()) {
        (Some("apiKey"), _) => {
            let (at, name) = (key_at(scheme), key_name(scheme));
            let field = if at == KeyAt::Path { snake(&name) } else { own("api_key") };
            let part = Part::Key {
                at,
                name,
                prefix: scheme["x-causeway-prefix"].as_str().unwrap_or_default().to_owned(),
                field: field.clone(),
            };
            one(AuthKind::ApiKey, part, vec![(field, labelled(text!("API key", "API 金鑰")))])
        }
        (Some("http"), Some("basic")) => {
            let part = Part::Basic { username: "username".to_owned(), password: "password".to_owned() };
            let username = field(text!("User", "使用者"));
            let password = field(text!("Password", "密碼"));
            let mut made = one(
                AuthKind::Basic,
                part,
                vec![("username".to_owned(), username), ("password".to_owned(), password)],
            );
            // Stripe and others take a key as the user, without a password.
            made[0].optional.push("password");
            made
        }
        (Some("http"), Some("bearer")) => {
            let field = own("token");
            let part = Part::Bearer { field: field.clone() };
            one(AuthKind::Bearer, part, vec![(field, labelled(text!("Access token", "存取權杖")))])
        }
        (Some("oauth2"), _) => oauth(scheme)?,
        (Some("mutualTLS"), _) => {
            let mut made = one(AuthKind::MutualTls, Part::Certificate, certificate_fields());
            made[0].optional.push("ca");
            made
        }
        _ => Vec::new(),
    })
}

/// The fields that a document names for a scheme.
fn said_fields(scheme: &Value) -> Map<String, Value> {
    let said = scheme["x-causeway-credentials"].as_object();
    let field = |(name, schema): (&String, &Value)| {
        let texts = Texts::of(schema).complete(name);
        (name.clone(), titled(schema.clone(), &texts.title, &texts.description))
    };
    said.into_iter().flatten().map(field).collect()
}

fn certificate_fields() -> Vec<(String, Value)> {
    let pem = |kind: &str, title: Text, description: Text| {
        let pattern = format!("-----BEGIN [A-Z0-9 ]*{kind}-----");
        titled(
            json!({ "type": "string", "pattern": pattern, "x-causeway-widget": "code" }),
            &title,
            &description,
        )
    };
    vec![
        (
            "certificate".to_owned(),
            pem(
                "CERTIFICATE",
                text!("Client certificate", "用戶端憑證"),
                text!("As PEM, with those between it and its authority.", "PEM 格式，含中繼憑證。"),
            ),
        ),
        (
            "key".to_owned(),
            pem(
                "PRIVATE KEY",
                text!("Private key", "私密金鑰"),
                text!("As PEM, without a password.", "PEM 格式，不可設密碼。"),
            ),
        ),
        (
            "ca".to_owned(),
            pem(
                "CERTIFICATE",
                text!("Authority of the system", "系統的憑證授權單位"),
                text!(
                    "As PEM, where the machine does not trust it already.",
                    "PEM 格式；本機尚未信任時才需要。"
                ),
            ),
        ),
    ]
}

fn key_at(scheme: &Value) -> KeyAt {
    // OpenAPI knows no key in a path.
    match scheme["x-causeway-in"].as_str().or(scheme["in"].as_str()) {
        Some("path") => KeyAt::Path,
        Some("query") => KeyAt::Query,
        Some("cookie") => KeyAt::Cookie,
        _ => KeyAt::Header,
    }
}

/// The names of keys that stand in paths.
pub fn path_keys(document: &Document) -> BTreeSet<String> {
    let schemes = document.security_schemes();
    let in_paths = schemes.values().filter(|scheme| key_at(scheme) == KeyAt::Path);
    in_paths.map(|scheme| key_name(scheme)).collect()
}

fn key_name(scheme: &Value) -> String {
    scheme["name"].as_str().unwrap_or("Authorization").to_owned()
}

fn oauth(scheme: &Value) -> Result<Vec<Made>, Text> {
    let authorize: AuthorizeSpec = extension::read(scheme, "x-causeway-authorize")?.unwrap_or_default();
    let token: TokenSpec = extension::read(scheme, "x-causeway-token")?.unwrap_or_default();
    let flows = &scheme["flows"];
    let known = [
        ("authorizationCode", "code", Grant::Code, AuthKind::OauthCode),
        ("clientCredentials", "client", Grant::Client, AuthKind::OauthClient),
        ("password", "password", Grant::Password, AuthKind::Session),
    ];
    let mut made: Vec<Made> = known
        .into_iter()
        .filter_map(|(flow, suffix, grant, kind)| {
            let flow = flows.get(flow)?;
            let url = |name: &str| flow[name].as_str().map(str::to_owned);
            let scopes = flow["scopes"].as_object().into_iter().flatten().map(|(scope, _)| scope.clone());
            let part = Part::Oauth(Oauth {
                grant,
                authorize_url: match grant {
                    Grant::Code => url("authorizationUrl")?,
                    Grant::Client | Grant::Password => String::new(),
                },
                token_url: url("tokenUrl")?,
                refresh_url: url("refreshUrl"),
                scopes: scopes.collect(),
                client_in_header: scheme["x-causeway-client"] == "header",
                authorize: authorize.clone(),
                token: token.clone(),
            });
            let mut fields = Map::new();
            fields.insert("client_id".to_owned(), field(text!("Client id", "用戶端 ID")));
            fields.insert("client_secret".to_owned(), field(text!("Client secret", "用戶端密鑰")));
            fields.insert(
                "scope".to_owned(),
                field(text!("Scopes, with spaces between", "權限範圍，以空白分隔")),
            );
            let mut optional = vec!["scope"];
            if grant == Grant::Password {
                fields.insert("username".to_owned(), field(text!("User", "使用者")));
                fields.insert("password".to_owned(), field(text!("Password", "密碼")));
                optional.extend(["client_id", "client_secret"]);
            }
            Some(Made { suffix, kind, part, fields, optional })
        })
        .collect();
    if let [only] = made.as_mut_slice() {
        only.suffix = "";
    }
    Ok(made)
}

/// The title of a field that has none.
pub fn title_of(name: &str) -> Text {
    let title = readable(name);
    Text { zh_tw: title.clone(), en: title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_of_schemes_is_a_way() {
        let document = Document::new(json!({
            "openapi": "3.1.0", "paths": { "/a": { "get": { "security": [{ "key": [], "app": [] }, {}, { "sign": [], "app": [] }, { "certificate": [] }] } } },
            "security": [{ "basic": [] }, { "oauth": ["a"] }],
            "components": { "securitySchemes": {
                "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
                "app": { "type": "apiKey", "in": "query", "name": "app", "title": "App id" },
                "basic": { "type": "http", "scheme": "Basic" },
                "oauth": { "type": "oauth2", "flows": {
                    "authorizationCode": { "tokenUrl": "/t", "authorizationUrl": "https://a", "scopes": { "r": "", "w": "" } },
                    "clientCredentials": { "tokenUrl": "https://t", "scopes": {} } } },
                "certificate": { "type": "mutualTLS" },
                "sign": { "type": "apiKey", "in": "header", "name": "X-Sign", "x-causeway-sign": { "scheme": "hmac-sha256", "secret": "app_secret" } },
            } },
        }))
        .expect("a document");
        let ways = ways(&document).expect("ways");
        let names: Vec<&str> = ways.iter().map(|way| way.spec.name.as_str()).collect();
        assert_eq!(names, ["basic", "oauth.code", "oauth.client", "app-key", "app-sign", "certificate"]);
        let both = &ways[3].spec.credentials;
        assert_eq!(both["required"], json!(["app", "key"]));
        assert_eq!(ways[0].spec.credentials["required"], json!(["username"]));
        assert_eq!(ways[1].spec.kind, AuthKind::OauthCode);
        assert_eq!(ways[4].spec.credentials["required"], json!(["app", "app_secret"]));
        assert_eq!(ways[5].spec.kind, AuthKind::MutualTls);
        assert_eq!(ways[5].spec.credentials["required"], json!(["certificate", "key"]));
    }
}
