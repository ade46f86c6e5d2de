//! Compiled JSON Schemas, and the faults that they find in inputs with and without holes.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use causeway_model::{Text, Value};
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};

use super::message::message;

/// A compiled JSON Schema (2020-12, no references to elsewhere).
pub struct InputSchema {
    schema: Value,
    validator: Validator,
}

/// What a text of a template is to a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Constant,
    /// One hole: it may become anything.
    Hole,
    /// Text with holes in it: it becomes some text.
    Mixed,
}

/// One fault of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// Where it is mended: of what is missing, the place where it would stand.
    pub pointer: String,
    pub keyword: String,
    pub message: Text,
}

/// The most faults that one value is given.
const MOST: usize = 50;

impl InputSchema {
    /// Refuses what is no valid schema, or refers to another document.
    pub fn new(schema: &Value) -> Result<Self, String> {
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .offline()
            .should_validate_formats(false)
            .with_pattern_options(PatternOptions::regex().size_limit(1024 * 1024))
            .build(schema)
            .map_err(|error| error.to_string())?;
        Ok(Self { schema: schema.clone(), validator })
    }

    /// One validator for all who use an equal schema, as long as anybody does: thousands of plans name the same operations.
    pub(crate) fn shared(schema: &Value) -> Result<Arc<Self>, String> {
        static KEPT: LazyLock<Mutex<HashMap<String, Weak<InputSchema>>>> = LazyLock::new(Mutex::default);
        let text = schema.to_string();
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&text).and_then(Weak::upgrade) {
            return Ok(known);
        }
        let made = Arc::new(Self::new(schema)?);
        kept.retain(|_, weak| weak.strong_count() > 0);
        kept.insert(text, Arc::downgrade(&made));
        Ok(made)
    }

    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// Each `(pointer, message)` that does not fit. The messages do not repeat the value.
    pub fn check(&self, value: &Value) -> Vec<(String, String)> {
        self.check_in_words(value).into_iter().map(|(pointer, message)| (pointer, message.en)).collect()
    }

    /// [`InputSchema::check`] in both languages.
    pub fn check_in_words(&self, value: &Value) -> Vec<(String, Text)> {
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        self.misfits(value, &|_| Shape::Constant)
            .into_iter()
            .map(|misfit| (misfit.pointer, misfit.message))
            .collect()
    }

    /// What does not fit whatever the holes of the value become. `shape` says what the text at a pointer is.
    pub(crate) fn misfits(&self, value: &Value, shape: &dyn Fn(&str) -> Shape) -> Vec<Misfit> {
        let holes = Holes { schema: &self.schema, value, shape };
        let mut found = Vec::new();
        for error in self.validator.iter_errors(value) {
            holes.collect(&error, &mut found);
            if found.len() >= MOST {
                break;
            }
        }
        found
    }
}

struct Holes<'a> {
    schema: &'a Value,
    value: &'a Value,
    shape: &'a dyn Fn(&str) -> Shape,
}

impl Holes<'_> {
    /// Adds what an error says, unless a hole may mend it.
    fn collect(&self, error: &ValidationError, found: &mut Vec<Misfit>) {
        if self.excused(error) {
            return;
        }
        // Of several forms, the one that comes nearest tells what is wrong, if it got further than the others.
        if let Kind::AnyOf { context } | Kind::OneOfNotValid { context } = error.kind()
            && let Some(nearest) = nearest(error, context)
        {
            nearest.iter().for_each(|error| self.collect(error, found));
            return;
        }
        let pointer = error.instance_path().as_str().to_owned();
        for (name, message) in message(error) {
            let pointer = name.map_or_else(|| pointer.clone(), |name| crate::faults::child(&pointer, name));
            let misfit = Misfit { pointer, keyword: error.kind().keyword().to_owned(), message };
            if !found.contains(&misfit) {
                found.push(misfit);
            }
        }
    }

    fn excused(&self, error: &ValidationError) -> bool {
        let pointer = error.instance_path().as_str();
        let Some(value) = self.value.pointer(pointer) else { return false };
        let shape = if value.is_string() { (self.shape)(pointer) } else { Shape::Constant };
        match error.kind() {
            // Whatever a hole becomes, it stands there.
            Kind::FalseSchema => self.conditional(error),
            _ if shape == Shape::Hole => true,
            Kind::Type { .. } | Kind::Required { .. } => self.conditional(error),
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                context.iter().any(|form| form.iter().all(|error| self.excused(error)))
            }
            Kind::OneOfMultipleValid { .. } => !self.by_presence(error) && self.any_hole(pointer, value),
            Kind::Not { .. }
            | Kind::Contains
            | Kind::UniqueItems
            | Kind::Constant { .. }
            | Kind::Enum { .. } => self.any_hole(pointer, value),
            _ => shape == Shape::Mixed || self.conditional(error),
        }
    }

    /// Whether forms are told apart by which fields there are, whatever these become.
    fn by_presence(&self, error: &ValidationError) -> bool {
        let forms = self.schema.pointer(error.schema_path().as_str()).and_then(Value::as_array);
        let only_required = |form: &Value| {
            form.as_object().is_some_and(|form| form.keys().all(|keyword| keyword == "required"))
        };
        forms.is_some_and(|forms| forms.iter().all(only_required))
    }

    /// Whether the error comes from a `then` or `else` that a hole may have chosen: one that the `if` looks at.
    fn conditional(&self, error: &ValidationError) -> bool {
        let path = error.schema_path().as_str();
        let Some(chosen) = ["/then", "/else"].into_iter().filter_map(|part| path.rfind(part)).max() else {
            return false;
        };
        let asked = self.schema.pointer(&format!("{}/if", &path[..chosen]));
        let asks = |name: &str| asked.is_none_or(|asked| asked["properties"].get(name).is_some());
        let mut at = error.instance_path().as_str();
        loop {
            let members = self.value.pointer(at).and_then(Value::as_object);
            if members
                .into_iter()
                .flatten()
                .any(|(name, value)| asks(name) && self.any_hole(&crate::faults::child(at, name), value))
            {
                return true;
            }
            match at.rfind('/') {
                Some(cut) => at = &at[..cut],
                None => return false,
            }
        }
    }

    fn any_hole(&self, pointer: &str, value: &Value) -> bool {
        match value {
            Value::String(_) => (self.shape)(pointer) != Shape::Constant,
            Value::Array(items) => items
                .iter()
                .enumerate()
                .any(|(index, item)| self.any_hole(&crate::faults::child(pointer, index), item)),
            Value::Object(members) => {
                members.iter().any(|(name, item)| self.any_hole(&crate::faults::child(pointer, name), item))
            }
            _ => false,
        }
    }
}

/// The form whose errors all lie deeper than where the forms part, if there is exactly one.
fn nearest<'e>(
    error: &ValidationError,
    forms: &'e [Vec<ValidationError<'static>>],
) -> Option<&'e [ValidationError<'static>]> {
    if let [only] = forms {
        return Some(only);
    }
    let here = error.instance_path().as_str().len();
    let mut deeper =
        forms.iter().filter(|form| form.iter().all(|error| error.instance_path().as_str().len() > here));
    match (deeper.next(), deeper.next()) {
        (Some(form), None) => Some(form),
        _ => None,
    }
}
