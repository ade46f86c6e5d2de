//! JSON values with `{{ }}` holes.

mod holes;

use causeway_model::{StepError, Value, text};

use crate::compile::{CompileError, Kind, Reference, at_hole};
use crate::context::Context;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::formula::{Formula, evaluate};
use crate::scope::Scope;
use crate::values::{Opaques, dynamic_to_text, to_json, value_to_text};

/// A JSON value with `{{ }}` holes. A string that is exactly one hole keeps the type of its value; among other
/// text, values are written as text. `\{{` stands for a literal `{{`. Keys have no holes. Cheap to clone.
#[derive(Clone)]
pub struct Template {
    root: std::sync::Arc<Node>,
    engine: Engine,
}

enum Node {
    Constant(Value),
    /// A string that is exactly one hole, or a bare formula.
    Formula(Formula),
    Text(Vec<Part>),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

enum Part {
    Text(String),
    Hole(Formula),
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template").field("constant", &self.is_constant()).finish_non_exhaustive()
    }
}

impl Template {
    pub(crate) fn compile(
        engine: &Engine,
        value: &Value,
        bare: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Vec<(String, CompileError)>> {
        let mut compiler = Compiler { engine, bare, faults: Vec::new() };
        let root = compiler.node(value, &mut String::new());
        if compiler.faults.is_empty() {
            Ok(Self { root: std::sync::Arc::new(root), engine: engine.clone() })
        } else {
            Err(compiler.faults)
        }
    }

    /// With the pointer of the string that each stands in.
    pub fn references(&self) -> Vec<(String, Reference)> {
        let mut references = Vec::new();
        self.root.visit(&mut String::new(), &mut |pointer, formula| {
            references
                .extend(formula.references().iter().map(|reference| (pointer.to_owned(), reference.clone())));
        });
        references
    }

    /// Whether the value has no holes.
    pub fn is_constant(&self) -> bool {
        matches!(*self.root, Node::Constant(_))
    }

    /// Secrets come out as sealed tokens.
    pub fn resolve(&self, scope: &mut Scope, context: &Context) -> Result<Value, StepError> {
        if let Node::Constant(value) = &*self.root {
            return Ok(value.clone());
        }
        if let Some(direct) = self.root.direct(scope) {
            return direct.map_err(Fault::into_step_error);
        }
        let mut shallow = true;
        self.root.visit(&mut String::new(), &mut |_, formula| shallow &= formula.is_shallow());
        let scope = &*scope;
        evaluate(scope, context, self.engine.limits(), shallow, || self.root.resolve(scope, &self.engine))
            .map_err(Fault::into_step_error)
    }
}

impl Node {
    fn visit(&self, pointer: &mut String, seen: &mut dyn FnMut(&str, &Formula)) {
        match self {
            Node::Constant(_) => {}
            Node::Formula(formula) => seen(pointer, formula),
            Node::Text(parts) => {
                for part in parts {
                    if let Part::Hole(formula) = part {
                        seen(pointer, formula);
                    }
                }
            }
            Node::List(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    within(pointer, &index.to_string(), |pointer| node.visit(pointer, seen));
                }
            }
            Node::Map(fields) => {
                for (key, node) in fields {
                    within(pointer, key, |pointer| node.visit(pointer, seen));
                }
            }
        }
    }

    /// The value where every hole is a plain path.
    fn direct(&self, scope: &Scope) -> Option<Result<Value, Fault>> {
        Some(Ok(match self {
            Node::Constant(value) => value.clone(),
            Node::Formula(formula) => return formula.direct(scope),
            Node::Text(parts) => {
                let mut joined = String::new();
                for part in parts {
                    match part {
                        Part::Text(text) => joined.push_str(text),
                        Part::Hole(formula) => match formula.direct(scope)? {
                            Ok(value) => joined.push_str(&value_to_text(&value)),
                            Err(fault) => return Some(Err(fault)),
                        },
                    }
                }
                Value::String(joined)
            }
            Node::List(nodes) => {
                let mut items = Vec::with_capacity(nodes.len());
                for node in nodes {
                    match node.direct(scope)? {
                        Ok(item) => items.push(item),
                        Err(fault) => return Some(Err(fault)),
                    }
                }
                Value::Array(items)
            }
            Node::Map(fields) => {
                let mut object = serde_json::Map::with_capacity(fields.len());
                for (key, node) in fields {
                    match node.direct(scope)? {
                        Ok(value) => object.insert(key.clone(), value),
                        Err(fault) => return Some(Err(fault)),
                    };
                }
                Value::Object(object)
            }
        }))
    }

    /// To be called within an evaluation.
    fn resolve(&self, scope: &Scope, engine: &Engine) -> Result<Value, Fault> {
        let seal = Opaques::Seal(engine.sealer());
        Ok(match self {
            Node::Constant(value) => value.clone(),
            Node::Formula(formula) => match formula.direct(scope) {
                Some(direct) => direct?,
                None => to_json(formula.value()?, seal)?,
            },
            Node::Text(parts) => {
                let mut joined = String::new();
                for part in parts {
                    match part {
                        Part::Text(text) => joined.push_str(text),
                        Part::Hole(formula) => match formula.direct(scope) {
                            Some(direct) => joined.push_str(&value_to_text(&direct?)),
                            None => joined.push_str(&dynamic_to_text(formula.value()?, seal)?),
                        },
                    }
                    check_length(&joined, engine)?;
                }
                Value::String(joined)
            }
            Node::List(nodes) => {
                nodes.iter().map(|node| node.resolve(scope, engine)).collect::<Result<Value, Fault>>()?
            }
            Node::Map(fields) => {
                let mut object = serde_json::Map::with_capacity(fields.len());
                for (key, node) in fields {
                    object.insert(key.clone(), node.resolve(scope, engine)?);
                }
                Value::Object(object)
            }
        })
    }
}

/// Sealed tokens make a text longer than what it stands for: four times the limit is allowed for them.
fn check_length(text: &str, engine: &Engine) -> Result<(), Fault> {
    let most = engine.limits().string_bytes.saturating_mul(4);
    if text.len() > most {
        return Err(Fault::too_large(text!(
            "A text with values filled in would be longer than {most} bytes",
            "填入值之後的文字超過 {most} 位元組"
        )));
    }
    Ok(())
}

/// Goes one key down in a JSON pointer.
fn within<R>(pointer: &mut String, key: &str, work: impl FnOnce(&mut String) -> R) -> R {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    let result = work(pointer);
    pointer.truncate(length);
    result
}

struct Compiler<'a> {
    engine: &'a Engine,
    bare: &'a dyn Fn(&str) -> bool,
    faults: Vec<(String, CompileError)>,
}

impl Compiler<'_> {
    /// What has no holes is kept as a constant, however large.
    fn node(&mut self, value: &Value, pointer: &mut String) -> Node {
        match value {
            Value::String(text) => self.text(text, pointer),
            Value::Array(items) => {
                let nodes: Vec<Node> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        within(pointer, &index.to_string(), |pointer| self.node(item, pointer))
                    })
                    .collect();
                if nodes.iter().all(Node::is_constant) {
                    Node::Constant(nodes.into_iter().map(Node::into_constant).collect())
                } else {
                    Node::List(nodes)
                }
            }
            Value::Object(fields) => {
                let nodes: Vec<(String, Node)> = fields
                    .iter()
                    .map(|(key, value)| {
                        (key.clone(), within(pointer, key, |pointer| self.node(value, pointer)))
                    })
                    .collect();
                if nodes.iter().all(|(_, node)| node.is_constant()) {
                    let constant = nodes.into_iter().map(|(key, node)| (key, node.into_constant()));
                    Node::Constant(Value::Object(constant.collect()))
                } else {
                    Node::Map(nodes)
                }
            }
            other => Node::Constant(other.clone()),
        }
    }

    fn text(&mut self, text: &str, pointer: &str) -> Node {
        if (self.bare)(pointer) && !text.trim_start().starts_with("{{") {
            return self.formula(text, 1, 1, pointer).map_or(Node::Constant(Value::Null), Node::Formula);
        }
        let pieces = match holes::split(text) {
            Ok(pieces) => pieces,
            Err(fault) => {
                self.faults.push((pointer.to_owned(), fault));
                return Node::Constant(Value::Null);
            }
        };
        let mut parts = Vec::new();
        for piece in pieces {
            match piece {
                holes::Piece::Text(text) => parts.push(Part::Text(text)),
                holes::Piece::Hole { source, line, column } => {
                    parts.extend(self.formula(source, line, column, pointer).map(Part::Hole));
                }
            }
        }
        one_or_text(parts)
    }

    fn formula(&mut self, source: &str, line: u32, column: u32, pointer: &str) -> Option<Formula> {
        match Formula::compile(self.engine, source, Kind::Expression) {
            Ok(formula) => Some(formula),
            Err(fault) => {
                self.faults.push((pointer.to_owned(), at_hole(fault, line, column)));
                None
            }
        }
    }
}

impl Node {
    fn is_constant(&self) -> bool {
        matches!(self, Node::Constant(_))
    }

    fn into_constant(self) -> Value {
        match self {
            Node::Constant(value) => value,
            _ => Value::Null,
        }
    }
}

fn one_or_text(mut parts: Vec<Part>) -> Node {
    match parts.as_slice() {
        [] => Node::Constant(Value::String(String::new())),
        [_] => match parts.remove(0) {
            Part::Text(text) => Node::Constant(Value::String(text)),
            Part::Hole(formula) => Node::Formula(formula),
        },
        _ => Node::Text(parts),
    }
}
