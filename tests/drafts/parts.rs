//! Up to a step, and one step alone.

use causeway_model::Value;
use causeway_testkit::{Sink, both, flow, http_step, script_step, step, timeline};
use serde_json::json;

use super::{test, tested};

/// A script, a branch on it, a call on each side, and a call after both.
fn branching(sink: &Sink) -> Value {
    let mut last =
        http_step("last", &sink.url("/last"), json!({"no": "{{ steps.order.no }}"}), &["big", "small"]);
    last["join"] = json!("any");
    let cases =
        json!({"cases": [{"port": "large", "when": "steps.order.total > 100"}], "otherwise": "normal"});
    let steps = json!([
        script_step("order", "#{ no: trigger.input.no, total: trigger.input.total }", &[]),
        step("size", "branch", cases, &["order"]),
        http_step("big", &sink.url("/big"), json!({"no": "{{ steps.order.no }}"}), &["size.large"]),
        http_step("small", &sink.url("/small"), json!({}), &["size.normal"]),
        last,
    ]);
    flow("parts", json!({"use": "manual"}), steps)
}

#[tokio::test]
async fn up_to_a_step() {
    both(async |app| {
        let sink = Sink::start().await;
        let _saved = app.save_draft(&branching(&sink)).await.expect(200);
        let input = json!({"no": "A", "total": 500});
        let run = tested(&app, "parts", &json!({"input": input, "until": "size"})).await;
        let expected =
            "succeeded | order succeeded | size succeeded:large | big skipped | small skipped | last skipped";
        assert_eq!(timeline(&run), expected);
        assert_eq!(sink.count(), 0);
        let run = tested(&app, "parts", &json!({"input": input, "until": "big"})).await;
        assert_eq!(run["steps"][2]["status"], "succeeded");
        assert_eq!(run["output"], run["steps"][2]["output"], "the run gives what the step gives");
        assert_eq!((sink.count(), sink.calls()[0].path.as_str()), (1, "/big"));
        // The other side is not taken: then the step is skipped, as it would be.
        let run = tested(&app, "parts", &json!({"input": input, "until": "small"})).await;
        assert_eq!(
            (run["status"].as_str(), run["steps"][3]["status"].as_str()),
            (Some("succeeded"), Some("skipped"))
        );
        assert_eq!((sink.count(), &run["output"]), (1, &json!(null)));
    })
    .await;
}

#[tokio::test]
async fn one_step_with_what_comes_before_it_given() {
    both(async |app| {
        let sink = Sink::start().await;
        let _saved = app.save_draft(&branching(&sink)).await.expect(200);
        // Whatever the branch would say, this step is what is tested.
        let body = json!({"step": "big", "outputs": {"order": {"no": "Z"}}});
        let run = tested(&app, "parts", &body).await;
        let expected =
            "succeeded | order succeeded | size skipped | big succeeded | small skipped | last skipped";
        assert_eq!(timeline(&run), expected);
        assert_eq!(run["steps"][0]["kept"], true);
        assert_eq!(sink.calls()[0].json(), json!({"no": "Z"}));
        assert_eq!(run["output"]["status"], 200);

        let missing = test(&app, "parts", &json!({"step": "big"})).await;
        assert_eq!(missing.refusal(), (422, "outputs_missing".to_owned()));
        assert!(missing.text.contains("`order`"), "{}", missing.text);

        // What an earlier run gave will do too, a failed one among them.
        let whole = tested(&app, "parts", &json!({"input": {"no": "W", "total": 1}})).await;
        let run = tested(&app, "parts", &json!({"step": "last", "from_run": whole["id"]})).await;
        assert_eq!(run["steps"][4]["status"], "succeeded", "{run}");
        assert_eq!(sink.calls().last().expect("a call").json(), json!({"no": "W"}));
        assert_eq!(sink.calls().last().expect("a call").path, "/last");
    })
    .await;
}

#[tokio::test]
async fn pinned_outputs_stand_for_steps() {
    both(async |app| {
        let sink = Sink::start().await;
        let _saved = app.save_draft(&branching(&sink)).await.expect(200);
        let outputs = json!({"big": {"status": 200}});
        let body = json!({"input": {"no": "P", "total": 500}, "outputs": outputs, "pinned": true});
        let run = tested(&app, "parts", &body).await;
        assert_eq!(
            (&run["steps"][2]["kept"], &run["steps"][2]["output"]),
            (&json!(true), &json!({"status": 200}))
        );
        let paths: Vec<String> = sink.calls().into_iter().map(|call| call.path).collect();
        assert_eq!(paths, ["/last"]);
    })
    .await;
}

#[tokio::test]
async fn one_step_inside_of_a_loop() {
    both(async |app| {
        let sink = Sink::start().await;
        let body = json!([
            script_step("line", "#{ sku: item.sku, at: index }", &[]),
            http_step(
                "send",
                &sink.url("/send"),
                json!({"line": "{{ steps.line }}", "of": "{{ steps.list.len() }}"}),
                &["line"]
            ),
        ]);
        let steps = json!([
            script_step("list", "trigger.input.lines", &[]),
            step("lines", "for_each", json!({"items": "{{ steps.list }}", "body": body}), &["list"]),
        ]);
        let _saved = app.save_draft(&flow("loop", json!({"use": "manual"}), steps)).await.expect(200);
        // The first item that the loop computes.
        let outputs = json!({"list": [{"sku": "A"}, {"sku": "B"}], "line": {"sku": "given"}});
        let run = tested(&app, "loop", &json!({"step": "send", "outputs": outputs})).await;
        assert_eq!(run["status"], "succeeded", "{run}");
        assert_eq!(sink.count(), 1);
        assert_eq!(sink.calls()[0].json(), json!({"line": {"sku": "given"}, "of": 2}));
        let inside = &run["test"]["inside"][0];
        assert_eq!((inside["frame"].as_str(), &inside["steps"][0]["kept"]), (Some("lines[0]"), &json!(true)));
        assert_eq!(inside["steps"][1]["input"]["json"]["of"], 2);
        // An item that is given: then no list is needed.
        let body = json!({"step": "line", "item": {"sku": "C"}});
        let run = tested(&app, "loop", &body).await;
        assert_eq!(run["status"], "succeeded", "{run}");
        assert_eq!(run["test"]["inside"][0]["steps"][0]["output"], json!({"sku": "C", "at": 0}));
        // Up to a step of the body: every item.
        let input = json!({"lines": [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}]});
        let run = tested(&app, "loop", &json!({"until": "line", "input": input})).await;
        assert_eq!(run["steps"][1]["items"]["succeeded"], 3, "{run}");
        assert_eq!(sink.count(), 1);
    })
    .await;
}

/// Steps 1 to 3 are fine, 4 and 5 are being written.
fn unfinished(sink: &Sink) -> Value {
    let steps = json!([
        script_step("order", "#{ no: trigger.input.no }", &[]),
        http_step("send", &sink.url("/send"), json!({"no": "{{ steps.order.no }}"}), &["order"]),
        script_step("told", "steps.send.status", &["send"]),
        script_step("tally", "let = ", &["told"]),
        step("later", "http.request", json!({"method": "GET"}), &["tally.nowhere"]),
    ]);
    flow("unfinished", json!({"use": "manual"}), steps)
}

#[tokio::test]
async fn faults_of_steps_that_do_not_run_stop_no_test() {
    both(async |app| {
        let sink = Sink::start().await;
        let _saved = app.save_draft(&unfinished(&sink)).await.expect(200);
        let input = json!({"no": "A"});
        let run = tested(&app, "unfinished", &json!({"input": input, "until": "told"})).await;
        let expected =
            "succeeded | order succeeded | send succeeded | told succeeded | tally skipped | later skipped";
        assert_eq!((timeline(&run).as_str(), &run["output"]), (expected, &json!(200)));
        let run =
            tested(&app, "unfinished", &json!({"step": "send", "outputs": {"order": {"no": "B"}}})).await;
        assert_eq!((run["status"].as_str(), sink.count()), (Some("succeeded"), 2), "{run}");

        // What runs has no faults.
        for body in [
            json!({"input": input}),
            json!({"input": input, "until": "tally"}),
            json!({"input": input, "until": "later"}),
            json!({"step": "tally", "outputs": {"told": 200}}),
        ] {
            let refused = test(&app, "unfinished", &body).await;
            assert_eq!(refused.refusal(), (422, "document_invalid".to_owned()), "{body}");
        }
        let refused =
            test(&app, "unfinished", &json!({"step": "tally", "outputs": {"told": 200}})).await.json();
        let steps: Vec<&Value> =
            refused["faults"].as_array().into_iter().flatten().map(|fault| &fault["step"]).collect();
        assert!(!steps.is_empty() && steps.iter().all(|step| **step == "tally"), "{refused}");

        // What is given of a step stands for it, whatever its faults are.
        let pinned = json!({"input": input, "until": "tally", "outputs": {"tally": 7}, "pinned": true});
        let refused = test(&app, "unfinished", &pinned).await;
        assert_eq!(refused.refusal(), (422, "document_invalid".to_owned()), "the step itself runs");
    })
    .await;
}
