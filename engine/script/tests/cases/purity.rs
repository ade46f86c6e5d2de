//! Equal contexts give equal results.

use std::sync::Arc;

use causeway_script::{Context, Links};
use serde_json::{Value, json};

use crate::support::{ENGINE, context, scope};

fn draws(context: &Context) -> Value {
    let script =
        ENGINE.compile_script("[uuid(), uuid(), random(), random_int(1, 1000000), now()]").expect("a script");
    script.run(&mut scope(), context).expect("a value")
}

#[test]
fn chance_and_time_come_from_the_context() {
    let first = draws(&context());
    assert_eq!(draws(&context()), first);
    assert_ne!(first[0], first[1]);
    let other = draws(&Context { seed: [4; 32], ..context() });
    assert_ne!(other[0], first[0]);
    assert_eq!(other[4], first[4]);
    assert_eq!(first[4], "2026-09-21T14:13:20.123Z");
}

#[derive(Debug)]
struct Urls;

impl Links for Urls {
    fn callback_url(&self, step: &str) -> String {
        format!("https://x/callbacks/{step}")
    }

    fn approval_url(&self, step: &str, who: &str) -> String {
        format!("https://x/approvals/{step}/{who}")
    }
}

#[test]
fn links_come_from_the_run() {
    let formula = ENGINE
        .compile_expression("[callback_url(\"wait\"), approval_url(\"ask\", \"may@example.com\")]")
        .expect("a formula");
    let context = Context { links: Some(Arc::new(Urls)), ..context() };
    assert_eq!(
        formula.eval(&mut scope(), &context),
        Ok(json!(["https://x/callbacks/wait", "https://x/approvals/ask/may@example.com"]))
    );
    let error = formula.eval(&mut scope(), &Context { links: None, ..context }).expect_err("no run");
    assert!(error.message.en.contains("only in a run"), "{error}");
}

#[test]
fn every_draw_of_a_template_differs() {
    let template =
        ENGINE.compile_template(&json!(["{{ uuid() }}", "{{ uuid() }}"]), &|_| false).expect("a template");
    let resolve = || template.resolve(&mut scope(), &context()).expect("a value");
    let first = resolve();
    assert_ne!(first[0], first[1]);
    assert_eq!(resolve(), first);
}
