//! What changed between two documents: steps by id, fields by pointer.

use causeway_model::{Flow, Locale, StepId, Value};
use serde::Serialize;

use crate::faults::child;

/// What changed between two documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Diff {
    /// The document's own fields, its trigger and its settings.
    pub fields: Vec<FieldChange>,
    pub steps: Vec<StepChange>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepChange {
    pub id: StepId,
    #[serde(rename = "use")]
    pub use_: String,
    pub change: StepChangeKind,
    /// The loop that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<StepId>,
    /// Of a changed step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepChangeKind {
    Added,
    Removed,
    Changed,
}

/// One value that is not the same. Both pointers go into their whole documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldChange {
    /// Inside the step, or inside the document.
    pub field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_pointer: Option<String>,
    /// Absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// Compares two documents. The order of steps counts only where a step moved into or out of a loop.
pub fn diff(old: &Flow, new: &Flow) -> Diff {
    let value = |flow: &Flow| serde_json::to_value(flow).expect("a document has only text keys");
    let (old, new) = (value(old), value(new));
    let mut fields = Vec::new();
    compare(
        &Place { field: "", old: "", new: "" },
        &without(&old, "steps"),
        &without(&new, "steps"),
        &mut fields,
    );
    let (before, after) = (placed(&old["steps"], "/steps", None), placed(&new["steps"], "/steps", None));
    let mut steps = Vec::new();
    for step in &after {
        match before.iter().find(|known| known.id == step.id) {
            None => steps.push(step.change(StepChangeKind::Added, Vec::new())),
            Some(known) => {
                let fields = step.compare(known);
                if !fields.is_empty() {
                    steps.push(step.change(StepChangeKind::Changed, fields));
                }
            }
        }
    }
    for step in &before {
        if !after.iter().any(|known| known.id == step.id) {
            steps.push(step.change(StepChangeKind::Removed, Vec::new()));
        }
    }
    Diff { fields, steps }
}

/// A step with its place in its document; a loop's without its body.
struct Placed<'a> {
    id: &'a str,
    step: Value,
    at: String,
    inside: Option<&'a str>,
}

fn placed<'a>(list: &'a Value, at: &str, inside: Option<&'a str>) -> Vec<Placed<'a>> {
    let mut found = Vec::new();
    for (index, step) in list.as_array().into_iter().flatten().enumerate() {
        let (at, id) = (child(at, index), step["id"].as_str().unwrap_or_default());
        let is_loop = step["use"] == "for_each" && step["with"]["body"].is_array();
        let mut own = step.clone();
        if is_loop && let Some(with) = own.get_mut("with") {
            *with = without(with, "body");
        }
        found.push(Placed { id, step: own, at: at.clone(), inside });
        if is_loop {
            found.extend(placed(&step["with"]["body"], &format!("{at}/with/body"), Some(id)));
        }
    }
    found
}

impl Placed<'_> {
    fn change(&self, change: StepChangeKind, fields: Vec<FieldChange>) -> StepChange {
        let id = |id: &str| id.parse::<StepId>().expect("the id of a step that was read");
        StepChange {
            id: id(self.id),
            use_: self.step["use"].as_str().unwrap_or_default().to_owned(),
            change,
            inside: self.inside.map(id),
            fields,
        }
    }

    fn compare(&self, old: &Placed) -> Vec<FieldChange> {
        let mut fields = Vec::new();
        if self.inside != old.inside {
            let value = |inside: Option<&str>| inside.map(Value::from);
            fields.push(FieldChange {
                field: String::new(),
                old_pointer: Some(old.at.clone()),
                new_pointer: Some(self.at.clone()),
                old: value(old.inside),
                new: value(self.inside),
            });
        }
        compare(&Place { field: "", old: &old.at, new: &self.at }, &old.step, &self.step, &mut fields);
        fields
    }
}

struct Place<'a> {
    field: &'a str,
    old: &'a str,
    new: &'a str,
}

/// Goes down into objects; anything else that is not equal is one change.
fn compare(place: &Place, old: &Value, new: &Value, changes: &mut Vec<FieldChange>) {
    let (Value::Object(before), Value::Object(after)) = (old, new) else {
        if old != new {
            changes.push(place.change(Some(old), Some(new)));
        }
        return;
    };
    for (name, new) in after {
        let field = child(place.field, name);
        let (old_at, new_at) = (child(place.old, name), child(place.new, name));
        let inner = Place { field: &field, old: &old_at, new: &new_at };
        match before.get(name) {
            Some(old) => compare(&inner, old, new, changes),
            None => changes.push(inner.change(None, Some(new))),
        }
    }
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        let (field, at) = (child(place.field, name), child(place.old, name));
        changes.push(Place { field: &field, old: &at, new: "" }.change(Some(old), None));
    }
}

impl Place<'_> {
    fn change(&self, old: Option<&Value>, new: Option<&Value>) -> FieldChange {
        FieldChange {
            field: self.field.to_owned(),
            old_pointer: old.map(|_| self.old.to_owned()),
            new_pointer: new.map(|_| self.new.to_owned()),
            old: old.cloned(),
            new: new.cloned(),
        }
    }
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    if let Some(map) = value.as_object_mut() {
        map.shift_remove(name);
    }
    value
}

impl Diff {
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.steps.is_empty()
    }

    /// One change a line, for people: `+` added, `-` removed, `~` changed.
    pub fn text(&self, locale: Locale) -> String {
        let say = |en: &'static str, zh_tw: &'static str| if locale == Locale::En { en } else { zh_tw };
        if self.is_empty() {
            return format!("{}\n", say("No changes.", "沒有變更。"));
        }
        let mut text = String::new();
        for field in &self.fields {
            text += &field.line("", say);
        }
        for step in &self.steps {
            let sign = match step.change {
                StepChangeKind::Added => '+',
                StepChangeKind::Removed => '-',
                StepChangeKind::Changed => '~',
            };
            let word = say("step", "步驟");
            let inside = step.inside.as_ref().map(|inside| match locale {
                Locale::En => format!(" in {inside}"),
                Locale::ZhTw => format!("，位於 {inside}"),
            });
            text += &format!("{sign} {word} {} ({}){}\n", step.id, step.use_, inside.unwrap_or_default());
            for field in &step.fields {
                text += &field.line("    ", say);
            }
        }
        text
    }
}

impl FieldChange {
    fn line(&self, indent: &str, say: impl Fn(&'static str, &'static str) -> &'static str) -> String {
        let shown = |value: &Value| {
            let text = value.to_string();
            match text.char_indices().nth(120) {
                Some((cut, _)) => format!("{}…", &text[..cut]),
                None => text,
            }
        };
        let field = match self.field.strip_prefix('/') {
            Some(field) => field,
            None => say("moved between loops", "移到其他迴圈"),
        };
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => format!("{indent}~ {field}: {} -> {}\n", shown(old), shown(new)),
            (None, Some(new)) => format!("{indent}+ {field}: {}\n", shown(new)),
            (Some(old), None) => format!("{indent}- {field}: {}\n", shown(old)),
            (None, None) => format!("{indent}~ {field}\n"),
        }
    }
}
