//! Documents and expressions from nowhere: whatever comes in, reading and checking it ends with a document or with faults, never
//! with a panic. `make test` runs some; `make fuzz` goes on for as long as `-- --ignored` is let run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use causeway_connector::Catalogue;
use causeway_document::{Compiler, parse};
use causeway_model::Value;
use causeway_script::{Engine, Limits, Sealer};
use causeway_testkit::{shipped_cases, shipped_flows};
use serde_json::json;

fn compiler() -> &'static Compiler {
    static COMPILER: OnceLock<Compiler> = OnceLock::new();
    COMPILER.get_or_init(|| Compiler {
        engine: Engine::new(Limits::default(), Sealer::new([7; 32])),
        catalogue: Catalogue::new(causeway_plugins::all()).expect("a catalogue"),
    })
}

/// A small generator of its own, so that a failure's seed is all that is needed to see it again.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Pieces that are likely to hurt.
const PIECES: [&str; 34] = [
    "{{",
    "}}",
    "{{ steps.order }}",
    "{{ secret.x }}",
    "{{ \"}}\" }}",
    "steps.",
    "trigger.body",
    "errors.create.code",
    "item",
    "index",
    "()",
    "?.",
    "??",
    "|x| x",
    "#{",
    "}",
    "[",
    "]",
    "\"",
    "`${",
    "\\u0000",
    "報價單",
    "\u{202e}",
    "9999999999999999999999",
    "1e400",
    "-0",
    "after",
    "\"after\": [\"a\"]",
    "null",
    "true",
    "{\"$file\": 1}",
    "..",
    "fn f() { f() }",
    "loop {}",
];

fn mutate(chance: &mut Chance, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(5) {
            0 => bytes.truncate(at),
            1 => {
                let piece = chance.pick(&PIECES);
                bytes.splice(at..at, piece.bytes());
            }
            2 if !bytes.is_empty() => {
                let from = chance.below(bytes.len());
                let to = (from + chance.below(40)).min(bytes.len());
                bytes.drain(from..to);
            }
            3 if !bytes.is_empty() => {
                let from = chance.below(bytes.len());
                let to = (from + chance.below(200)).min(bytes.len());
                let copy = bytes[from..to].to_vec();
                bytes.splice(at..at, copy);
            }
            _ if at < bytes.len() => bytes[at] = chance.next() as u8,
            _ => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Replaces or removes something inside of a document that stays JSON.
fn disturb(chance: &mut Chance, value: &mut Value) {
    match value {
        Value::Object(fields) if !fields.is_empty() && chance.below(6) > 0 => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let key = chance.pick(&keys).clone();
            match chance.below(8) {
                0 => drop(fields.remove(&key)),
                1 => drop(fields.insert(chance.pick(&PIECES).to_string(), json!(1))),
                _ => fields.get_mut(&key).into_iter().for_each(|inner| disturb(chance, inner)),
            }
        }
        Value::Array(items) if !items.is_empty() && chance.below(6) > 0 => {
            let at = chance.below(items.len());
            match chance.below(6) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => disturb(chance, &mut items[at]),
            }
        }
        other => {
            *other = match chance.below(7) {
                0 => Value::Null,
                1 => json!(chance.next() as i64),
                2 => json!([]),
                3 => json!({}),
                4 => json!(true),
                5 => json!(mutate(chance, chance_text(other).as_str())),
                _ => json!(chance.pick(&PIECES)),
            };
        }
    }
}

fn chance_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn documents() -> &'static [String] {
    static DOCUMENTS: OnceLock<Vec<String>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let read =
            |path: std::path::PathBuf| std::fs::read_to_string(path.join("flow.json")).expect("a document");
        shipped_flows().into_iter().map(|(_, path)| read(path)).collect()
    })
}

/// One document; what it was, where it panics.
fn one_document(seed: u64) -> Result<(), String> {
    let mut chance = Chance(seed | 1);
    let original = chance.pick(documents()).clone();
    let text = if chance.below(3) == 0 {
        mutate(&mut chance, &original)
    } else {
        let mut value: Value = serde_json::from_str(&original).expect("JSON");
        for _ in 0..=chance.below(3) {
            disturb(&mut chance, &mut value);
        }
        value.to_string()
    };
    catch_unwind(AssertUnwindSafe(|| {
        if let Ok(flow) = parse(&text) {
            let faults = compiler().check(&flow);
            let refused = faults.iter().any(|fault| fault.severity == causeway_model::Severity::Error);
            let compiled = compiler().compile(&flow).is_ok();
            assert_eq!(compiled, !refused, "check and compile agree");
        }
    }))
    .map_err(|_| format!("seed {seed}: {text}"))
}

/// One formula, compiled and as text with holes.
fn one_formula(seed: u64) -> Result<(), String> {
    let mut chance = Chance(seed | 1);
    let mut source = String::new();
    for _ in 0..chance.below(8) {
        source.push_str(chance.pick::<&str>(&PIECES));
        source.push_str(chance.pick::<&str>(&[" ", "", ".", "(", ")", "+", ";", "=="]));
    }
    let source = mutate(&mut chance, &source);
    let engine = &compiler().engine;
    catch_unwind(AssertUnwindSafe(|| {
        let _formula = engine.compile_expression(&source);
        let _script = engine.compile_script(&source);
        let _template = engine.compile_template(&json!({ "text": source }), &|_| false);
    }))
    .map_err(|_| format!("seed {seed}: {source}"))
}

#[test]
fn documents_from_nowhere_never_panic() {
    let failed: Vec<String> =
        (1..1500_u64).filter_map(|n| one_document(n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).err()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn formulas_from_nowhere_never_panic() {
    let failed: Vec<String> =
        (1..3000_u64).filter_map(|n| one_formula(n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).err()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn shipped_documents_are_without_fault() {
    for text in documents() {
        let flow = parse(text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
        let faults = compiler().check(&flow);
        assert!(faults.is_empty(), "{}: {faults:#?}", flow.name);
    }
    assert!(shipped_cases().len() >= 10);
}

/// `make fuzz`.
#[test]
#[ignore = "goes on for ten minutes: make fuzz"]
fn documents_and_formulas_for_a_while() {
    let start = Instant::now();
    let mut seed = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_nanos() as u64;
    while start.elapsed() < Duration::from_secs(600) {
        seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        for failed in [one_document(seed), one_formula(seed)] {
            assert!(failed.is_ok(), "{failed:?}");
        }
    }
}
