//! What formulas and scripts give.

use serde_json::json;

use crate::support::{ENGINE, context, eval, json, run, scope, text};

#[test]
fn paths_read_what_there_is() {
    for (source, value) in [
        ("trigger.body.no", r#""Q-1001""#),
        ("trigger.body.customer.name", r#""宏達""#),
        ("trigger.body[\"customer\"].code", r#""c-7""#),
        ("trigger.body.lines[1].sku", r#""B""#),
        ("trigger.body.lines[-1].sku", r#""C""#),
        ("trigger.body.lines[1 + 1][\"sku\"]", r#""C""#),
        ("trigger.body.lines.len()", "3"),
        ("trigger.body.lines.len", "3"),
        ("trigger.body.no.len", "6"),
        ("trigger.body.no[0]", r#""Q""#),
        ("trigger.body.note", "null"),
        ("trigger.body.missing", "null"),
        ("trigger.body.missing?.deeper.still", "null"),
        ("trigger.body.missing?.trim().len()", "null"),
        ("trigger.body.note ?? \"none\"", r#""none""#),
        ("steps.order.total", "250000"),
        ("steps.skipped", "null"),
        ("steps.skipped?.total ?? 0", "0"),
        ("steps.skipped == ()", "true"),
        ("steps.order != ()", "true"),
        ("steps[\"order\"].no", r#""SO-1""#),
        ("errors.mail.status", "500"),
        ("vars.warehouse + run.id", r#""TPEr1""#),
        ("steps.keys()", r#"["order"]"#),
        ("(trigger.body).customer.code", r#""c-7""#),
        ("item", "null"),
    ] {
        assert_eq!(text(source), value, "{source}");
    }
}

#[test]
fn numbers_are_exact() {
    for (source, value) in [
        ("trigger.body.total", "1234.50"),
        ("trigger.body.rate", "1.10"),
        ("trigger.body.rate + 0", "1.10"),
        ("trigger.body.total * 2", "2469.00"),
        ("0.1 + 0.2", "0.3"),
        ("0.1 + 0.2 == 0.3", "true"),
        ("1.10 == 1.1", "true"),
        ("1 == 1.0", "true"),
        ("7 / 2", "3"),
        ("7 / 2.0", "3.5"),
        ("div(7, 2)", "3.5"),
        ("100 * 1.05", "105.00"),
        ("trigger.body.big + 1", "12345678901234567890124"),
        ("trigger.body.huge", "1e+400"),
        ("[trigger.body.huge]", "[1e+400]"),
        ("2 ** 10", "1024"),
        ("-3 % 2", "-1"),
        ("steps.order.total > 100000", "true"),
        ("trigger.body.total > 1234", "true"),
    ] {
        assert_eq!(text(source), value, "{source}");
    }
    let error = eval("9223372036854775807 + 1").expect_err("overflow");
    assert_eq!(error.code, "script_failed");
    assert_eq!(eval("trigger.body.huge + 1").expect_err("too long").code, "script_failed");
    assert_eq!(eval("1 / 0").expect_err("by zero").code, "script_failed");
}

#[test]
fn text_joins_with_anything() {
    for (source, value) in [
        ("\"總計 \" + trigger.body.total", r#""總計 1234.50""#),
        ("trigger.body.lines.len() + \" 項\"", r#""3 項""#),
        ("\"[\" + trigger.body.note + \"]\"", r#""[]""#),
        ("\"x\" + true", r#""xtrue""#),
        ("\"tags \" + steps.order.tags", r#""tags [\"a\",\"b\"]""#),
        ("`總計 ${trigger.body.total} 元`", r#""總計 1234.50 元""#),
        ("`${trigger.body.lines[0].qty * 2}${trigger.body.no}`", r#""4Q-1001""#),
    ] {
        assert_eq!(text(source), value, "{source}");
    }
}

#[test]
fn closures_see_the_run() {
    for (source, value) in [
        ("trigger.body.lines.map(|line| line.qty * trigger.body.rate)", "[2.20,1.10,11.00]"),
        ("trigger.body.lines.filter(|item| item.qty > 1).map(|item| item.sku)", r#"["A","C"]"#),
        ("trigger.body.lines.map(|item, index| index)", "[0,1,2]"),
        ("trigger.body.lines.map(|l| trigger.body.lines.filter(|item| item.sku == l.sku).len())", "[1,1,1]"),
        ("trigger.body.lines.reduce(|sum, line| sum + line.qty * line.price, 0)", "121.99"),
    ] {
        assert_eq!(text(source), value, "{source}");
    }
}

#[test]
fn scripts_use_names_of_their_own() {
    let script = "
        let total = 0;
        for item in trigger.body.lines { total += item.qty * item.price; }
        let index = 5;
        fn half(item) { item / 2 }
        let errors = [];
        for (run, index) in [10, 20] { errors.push(run + index); }
        #{ total: total, half: half(10), index: index, errors: errors, item: 1, type: trigger.body.type,
           in: trigger.body.in, default: vars.warehouse }
    ";
    assert_eq!(
        run(script).expect("it runs"),
        json(
            r#"{"default": "TPE", "errors": [10, 21], "half": 5, "in": "x", "index": 5, "item": 1, "total": 121.99, "type": "b2b"}"#
        )
    );
}

#[test]
fn the_root_comes_back_after_a_variable_of_its_name() {
    let mut scope = scope().item(&json!({"sku": "Z", "lines": [1, 2]}), 4);
    for (source, value) in [
        ("let a = [1].map(|item| item + 1); item.sku + index", json!("Z4")),
        ("if true { let item = 3; } item.sku", json!("Z")),
        ("let item = item.sku; item", json!("Z")),
        ("for item in item.lines { } item.sku", json!("Z")),
        ("try { throw 1 } catch (item) { } item.sku", json!("Z")),
        ("fn f() { item.sku } f()", json!("Z")),
        ("#{ item: item.sku }", json!({"item": "Z"})),
        ("[1, 2].map(|x| item.sku + x)", json!(["Z1", "Z2"])),
    ] {
        let script = ENGINE.compile_script(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(script.run(&mut scope, &context()), Ok(value), "{source}");
    }
}

#[test]
fn nothing_upstream_changes() {
    let mut scope = scope();
    let before = ENGINE.compile_expression("[trigger, steps, errors, vars, run]").expect("a formula");
    let at_first = before.eval(&mut scope, &context()).expect("a value");
    for source in [
        "trigger.body.lines.push(1)",
        "let t = trigger; t.body.no = 1; t.body.lines.clear();",
        "trigger.body.lines.for_each(|x| this.qty = 0)",
        "fn spoil() { this.clear(); } trigger.body.lines.spoil(); steps.order.spoil()",
        "let l = steps.order.tags; l += 3; l.remove(0);",
        "for line in trigger.body.lines { line.qty = 0; }",
        "trigger.body.remove(\"no\"); steps.clear()",
    ] {
        let script = ENGINE.compile_script(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let _ = script.run(&mut scope, &context());
        assert_eq!(before.eval(&mut scope, &context()), Ok(at_first.clone()), "{source}");
    }
}

#[test]
fn conditions_must_be_boolean() {
    let check = |source: &str| {
        let expression = ENGINE.compile_expression(source).expect("a formula");
        expression.eval_bool(&mut scope(), &context())
    };
    assert_eq!(check("steps.order.total > 100000 && trigger.body.urgent"), Ok(true));
    assert_eq!(check("trigger.body.urgent"), Ok(true));
    for source in ["trigger.body.total", "trigger.body.no", "steps.skipped"] {
        assert_eq!(check(source).expect_err("no boolean").code, "expression_not_boolean", "{source}");
    }
}

#[test]
fn failures_say_what_where_and_what_to_do() {
    let error = eval("steps.skipped.total.deep").expect_err("empty");
    assert!(error.message.en.contains("`steps.skipped` is empty"), "{error}");
    assert!(error.message.en.contains("steps.skipped?.total"), "{error}");
    assert!(error.message.zh_tw.contains("空值"), "{error}");
    let error = run("let a = 1;\nlet b = steps.order;\nb.x.y").expect_err("empty");
    assert!(error.message.en.starts_with("Line 3"), "{error}");
    assert!(error.message.en.contains("?."), "{error}");
    let error = run("\n  throw \"no stock\"").expect_err("thrown");
    assert_eq!(error.message.en, "Line 2, column 3: no stock");
    let error = eval("trigger.body.lines[7].sku").expect_err("out of bounds");
    assert!(error.message.en.contains("3 items"), "{error}");
    let error = eval("[] - 1").expect_err("no such operator");
    assert!(error.message.en.contains("a list"), "{error}");
    let error = eval("round([1])").expect_err("wrong argument");
    assert!(error.message.en.contains("Argument 1 of `round`"), "{error}");
    assert_eq!(
        run("let c = 0; try { round(\"x\") } catch (e) { c = e.code } c").expect("caught"),
        json!("script_failed")
    );
}
