//! Whatever a script does, it ends within its limits.

use std::time::{Duration, Instant};

use causeway_model::{ErrorClass, Value};
use causeway_script::{Engine, Limits, Scope, Sealer};
use serde_json::json;

use crate::support::{ENGINE, context, run, scope};

fn exceeds(source: &str, codes: &[&str]) {
    let begun = Instant::now();
    let error = run(source).expect_err(source);
    assert!(codes.contains(&error.code.as_str()), "{source}: {error}");
    assert_eq!(error.class, ErrorClass::Exceeded, "{source}: {error}");
    assert!(begun.elapsed() < Duration::from_secs(8), "{source} took {:?}", begun.elapsed());
}

#[test]
fn endless_loops_end() {
    exceeds("loop { }", &["script_too_long"]);
    exceeds("let x = 0; while true { x += 1; }", &["script_too_long"]);
    exceeds("for i in 0..9000000000 { i }", &["script_too_long"]);
    exceeds("try { loop { } } catch { 1 }", &["script_too_long"]);
    exceeds("[1].map(|x| { loop { } })", &["script_too_long"]);
}

#[test]
fn huge_values_are_refused() {
    exceeds("let s = \"x\"; loop { s += s; }", &["script_too_large"]);
    exceeds("let s = \"x\"; loop { s = s + s; }", &["script_too_large"]);
    exceeds("let s = \"x\"; loop { s = `${s}${s}`; }", &["script_too_large"]);
    exceeds("let l = []; loop { l.push(1); }", &["script_too_large", "script_too_long"]);
    exceeds("let l = [1]; loop { l += l; }", &["script_too_large"]);
    exceeds(
        "let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }",
        &["script_too_large", "script_too_long"],
    );
    exceeds("let l = [1]; loop { l = [l, l]; }", &["script_too_large"]);
}

#[test]
fn deep_things_are_refused() {
    exceeds("fn f(x) { f(x + 1) } f(0)", &["script_too_deep"]);
    exceeds("let l = [1]; loop { l = [l]; }", &["script_too_large", "script_too_long"]);
    exceeds("let l = [1]; for i in 0..200 { l = [l]; } l", &["script_too_deep"]);
    exceeds("let m = #{}; for i in 0..200 { m = #{ m: m }; } m", &["script_too_deep"]);
}

#[test]
fn deep_values_leave_without_a_trace() {
    // nested to the limit, cloned, compared and dropped, on the small stack of a test thread
    let source = "let l = [1]; for i in 0..9000 { l = [l]; } let k = l; l == k";
    if let Err(error) = run(source) {
        assert_eq!(error.class, ErrorClass::Exceeded, "{error}");
    }
}

#[test]
fn sources_are_bounded() {
    let deep = |count: usize| format!("{}1{}", "(".repeat(count), ")".repeat(count));
    let fault = ENGINE.compile_script(&deep(100_000)).expect_err("too deep");
    assert_eq!(fault.code, "script_too_deep", "{fault}");
    for symbol in
        ["[", "- ", "!", "#{a:", "|x| ", "{", "if true {", "trigger[", "`${", "f(", "1+(", "x.y(", "fn f() {"]
    {
        ENGINE.compile_script(&symbol.repeat(30_000)).expect_err(symbol);
    }
    let long = format!("\"{}\"", "x".repeat(300_000));
    assert_eq!(ENGINE.compile_script(&long).expect_err("too long").code, "script_too_large");
    ENGINE.compile_script(&deep(10)).expect("ten are fine");
}

#[test]
fn time_is_a_limit_of_its_own() {
    let limits = Limits { operations: u64::MAX, time: Duration::from_millis(50), ..Limits::default() };
    let engine = Engine::new(limits, Sealer::new([0; 32]));
    let script = engine.compile_script("loop { }").expect("a script");
    let begun = Instant::now();
    let error = script.run(&mut scope(), &context()).expect_err("it is stopped");
    assert_eq!(error.code, "script_too_long");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn large_outer_values_stay_usable_in_parts() {
    let rows: Vec<Value> = (0..30_000).map(|index| json!({"no": index})).collect();
    let mut scope = Scope::new(&json!({"rows": rows}), &json!({}), &json!({}));
    let eval = |source: &str, scope: &mut Scope| {
        ENGINE.compile_expression(source).expect("a formula").eval(scope, &context())
    };
    assert_eq!(eval("trigger.rows.len()", &mut scope), Ok(json!(30_000)));
    assert_eq!(eval("trigger.rows[29999].no + 1", &mut scope), Ok(json!(30_000)));
    assert_eq!(eval("trigger.rows[-1].no", &mut scope), Ok(json!(29_999)));
    let error = eval("trigger.rows.map(|row| row.no)", &mut scope).expect_err("too large");
    assert_eq!(error.code, "script_too_large");
    assert_eq!(eval("trigger.rows", &mut scope).expect("a path").as_array().map(Vec::len), Some(30_000));
    let begun = Instant::now();
    for index in 0..2_000 {
        let mut item = scope.item(&json!({"no": index}), index);
        assert_eq!(eval("item.no + trigger.rows[0].no", &mut item), Ok(json!(index)));
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "items cost as much as the outer value");
}

#[test]
fn values_too_deep_to_be_read_again_are_refused() {
    let nested = |levels: usize| (0..levels).fold(json!(1), |value, _| json!([value]));
    for (levels, code) in [(100, None), (101, Some("script_too_deep")), (120, Some("script_too_deep"))] {
        let mut scope = Scope::new(&nested(levels), &json!({}), &json!({}));
        for source in ["trigger", "[trigger][0]"] {
            let value = ENGINE.compile_expression(source).expect("a formula").eval(&mut scope, &context());
            assert_eq!(value.err().map(|error| error.code).as_deref(), code, "{source} {levels}");
        }
    }
}

#[test]
fn what_does_not_get_done_in_a_hurry_counts_for_nothing() {
    let thread = std::thread::Builder::new().stack_size(causeway_script::SCRIPT_STACK_BYTES).spawn(|| {
        causeway_script::mark_script_thread();
        let moment = || Instant::now() + Duration::from_secs(5);
        let quick = ENGINE.compile_script("1 + 1").expect("it compiles");
        let done = causeway_script::hurried(moment(), || quick.run(&mut scope(), &context()));
        assert_eq!(done, Some(Ok(json!(2))));
        // A script that catches what stops it does not get past it.
        let slow = "let n = 0; try { for i in 0..20000 { n += 1; } } catch { n = -1; } n";
        let slow = ENGINE.compile_script(slow).expect("it compiles");
        let hurried = |until| causeway_script::hurried(until, || slow.run(&mut scope(), &context()));
        assert_eq!(hurried(Instant::now()), None);
        assert_eq!(hurried(moment()), None, "what was too slow once is not tried again");
        assert_eq!(slow.run(&mut scope(), &context()), Ok(json!(20000)), "nothing of the hurry is left");
        let panicked = std::panic::catch_unwind(|| causeway_script::hurried(Instant::now(), || panic!("!")));
        assert!(panicked.is_err());
        assert_eq!(slow.run(&mut scope(), &context()), Ok(json!(20000)), "not even after a panic");
    });
    thread.expect("a thread starts").join().expect("it ends well");
}
