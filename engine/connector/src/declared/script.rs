//! `script.rhai` beside a document: the functions that shape its requests and answers, or sign.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use causeway_model::{ErrorClass, StepError, Text, Time, Value, text};
use causeway_script::{CompileError, Context, Engine, Limits, Module, Sealer};
use sha2::{Digest, Sha256};

use super::check::Finding;
use super::naming::named;
use super::shape::ShapeSpec;
use super::sign::Sign;
use super::source::Source;
use crate::openapi::Document;

pub const FILE: &str = "script.rhai";

/// One interpreter for the scripts of all connectors. They name no secret, so that it has nothing to seal.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Limits::default(), Sealer::new([0; 32])));

/// A connector's functions. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Script {
    /// How messages name the connector.
    connector: Arc<str>,
    module: Module,
}

/// What a function is called with beside its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Time,
    /// What `uuid()` and `random()` are drawn from: the same for every repeat of an effect.
    pub seed: [u8; 32],
}

impl Moment {
    pub fn new(now: Time, idempotency_key: &str) -> Self {
        Self { now, seed: Sha256::digest(idempotency_key).into() }
    }
}

impl Script {
    pub fn compile(connector: &str, source: &str) -> Result<Self, CompileError> {
        Ok(Self { connector: connector.into(), module: ENGINE.compile_module(source)? })
    }

    pub fn call(&self, function: &str, arguments: &[Value], moment: Moment) -> Result<Value, StepError> {
        let context = Context { now: moment.now, seed: moment.seed, links: None };
        self.module.call(function, arguments, &context).map_err(|mut error| {
            // The connector is at fault, not the flow.
            if error.class == ErrorClass::Script {
                error.class = ErrorClass::Bug;
                error.code = "connector_script".to_owned();
            }
            error.message = self.located(function, &error.message);
            error
        })
    }

    /// What is wrong with what a function gave back.
    pub fn misfit(&self, function: &str, why: &Text) -> StepError {
        StepError::new("connector_script", ErrorClass::Bug, self.located(function, why))
    }

    fn located(&self, function: &str, why: &Text) -> Text {
        let (connector, Text { en, zh_tw }) = (&self.connector, why);
        text!(
            "The function `{function}` of the connector `{connector}` ({FILE}): {en}",
            "連接器 `{connector}` 的函式 `{function}`（{FILE}）：{zh_tw}"
        )
    }

    fn has(&self, name: &str, parameters: usize) -> bool {
        self.module.functions().any(|known| known == (name, parameters))
    }
}

/// Why there is no script to call.
pub fn broken(connector: &str, why: Option<&CompileError>) -> StepError {
    let Text { en, zh_tw } = match why {
        Some(error) => at_line(error),
        None => text!("it is not there", "檔案不存在"),
    };
    StepError::new(
        "connector_broken",
        ErrorClass::Bug,
        text!(
            "The file {FILE} of the connector `{connector}` cannot be used: {en}",
            "無法使用連接器 `{connector}` 的檔案 {FILE}：{zh_tw}"
        ),
    )
}

fn at_line(error: &CompileError) -> Text {
    let (line, column, Text { en, zh_tw }) = (error.line, error.column, &error.message);
    text!("line {line}, column {column}: {en}", "第 {line} 行第 {column} 欄：{zh_tw}")
}

/// Compiles the script, and looks for each function that the document names.
pub fn check(document: &Document, source: &Source, findings: &mut Vec<Finding>) {
    let wanted = wanted(document, findings);
    let Some(written) = source.text(FILE) else {
        if let Some((at, (name, _))) = wanted.iter().next() {
            let message = text!(
                "The function `{name}` is named, but there is no file {FILE}.",
                "指定了函式 `{name}`，但沒有檔案 {FILE}。"
            );
            findings.push(Finding::error(at, message));
        }
        return;
    };
    let script = match Script::compile(&source.name, written) {
        Ok(script) => script,
        Err(error) => return findings.push(Finding::error(FILE, at_line(&error))),
    };
    for (at, (name, parameters)) in &wanted {
        if !script.has(name, *parameters) {
            let message = text!(
                "There is no function `{name}` with {parameters} parameters in {FILE}.",
                "{FILE} 中沒有帶 {parameters} 個參數的函式 `{name}`。"
            );
            findings.push(Finding::error(at, message));
        }
    }
    if wanted.is_empty() {
        let message = text!("The document names none of its functions.", "文件沒有使用其中任何函式。");
        findings.push(Finding::warning(FILE, message));
    }
}

/// The functions that the document names, with the number of their parameters, by where it does.
fn wanted(document: &Document, findings: &mut Vec<Finding>) -> BTreeSet<(String, (String, usize))> {
    let mut wanted = BTreeSet::new();
    let mut shapes: BTreeMap<String, &Value> =
        BTreeMap::from([("x-causeway-shape".to_owned(), document.root())]);
    for named in named(document) {
        shapes.insert(named.name, named.place.operation);
    }
    for (at, holder) in shapes {
        match ShapeSpec::read(holder) {
            Ok(shape) => {
                wanted.extend(
                    shape.iter().flat_map(ShapeSpec::functions).map(|function| (at.clone(), function)),
                );
            }
            Err(why) => findings.push(Finding::error(at, why)),
        }
    }
    for (name, scheme) in document.security_schemes() {
        let at = format!("components/securitySchemes/{name}");
        match Sign::read(scheme) {
            Ok(Some(Sign::Function(function))) => {
                wanted.insert((at, (function, 3)));
            }
            Ok(_) => {}
            Err(why) => findings.push(Finding::error(at, why)),
        }
    }
    wanted
}
