//! `graphql` through the front door, at a small server that speaks it.

use causeway_model::Value;
use causeway_testkit::{Call, Reaction, Sink, TestApp, both, hook_flow, step};
use serde_json::json;

/// Knows who is asked by the token, 5 orders, and one mutation.
fn answer(call: &Call) -> Reaction {
    let body = call.json();
    let query = body["query"].as_str().unwrap_or_default();
    if call.header("authorization") != Some("Bearer s3cret-graphql-token") {
        let code = json!({ "code": "UNAUTHENTICATED" });
        return Reaction::ok(json!({ "errors": [{ "message": "Sign in first", "extensions": code }] }));
    }
    if query.contains("mutation") {
        return Reaction::ok(
            json!({ "data": { "confirm": { "no": body["variables"]["no"], "state": "confirmed" } } }),
        );
    }
    if query.contains("orders") {
        let from: usize =
            body["variables"]["after"].as_str().and_then(|after| after.parse().ok()).unwrap_or(0);
        let orders: Vec<Value> =
            (from..5).take(2).map(|number| json!({ "no": format!("SO-{number}") })).collect();
        let end = from + orders.len();
        return Reaction::ok(json!({ "data": { "shop": { "orders": {
            "nodes": orders, "pageInfo": { "hasNextPage": end < 5, "endCursor": end.to_string() } } } } }));
    }
    if query.contains("price") {
        let late = json!({ "message": "Prices are not known yet", "path": ["price"], "extensions": { "code": "THROTTLED" } });
        return Reaction::ok(json!({ "data": { "name": "螺絲", "price": null }, "errors": [late] }));
    }
    Reaction::ok(json!({ "data": { "__typename": "Query" } }))
}

async fn connect(app: &TestApp, sink: &Sink, name: &str, token: &str) {
    let made = json!({
        "name": name, "connector": "graphql", "auth": "bearer",
        "settings": { "production": { "url": sink.url("/graphql") } },
        "credentials": { "production": { "token": token } },
    });
    let _made = app.post("/connections", &made).await.expect(201);
}

fn asks(id: &str, operation: &str, with: Value) -> Value {
    let mut step = step(id, operation, with, &[]);
    step["connection"] = json!("shop");
    step
}

async fn run_of(app: &TestApp, slug: &str, step: Value) -> Value {
    app.publish(&hook_flow(slug, json!([step]))).await;
    let id = app.start_run(slug, &json!({ "no": "SO-7" })).await;
    app.finished(&id).await
}

#[tokio::test]
async fn queries_pages_and_mutations_are_sent_and_their_errors_told() {
    both(async |app| {
        let sink = Sink::answering(answer).await;
        connect(&app, &sink, "shop", "s3cret-graphql-token").await;
        connect(&app, &sink, "stranger", "another-token").await;
        let tried = async |name: &str| app.post(&format!("/connections/{name}/test"), &json!({})).await.expect(200).json();
        assert_eq!(tried("shop").await["ok"], true);
        let refused = tried("stranger").await;
        assert_eq!((&refused["ok"], &refused["error"]["class"]), (&json!(false), &json!("auth")), "{refused}");

        let listed = asks("all", "graphql.list", json!({
            "query": "query($after: String) { shop { orders(first: 2, after: $after) { nodes { no } pageInfo { hasNextPage endCursor } } } }",
            "connection": "/shop/orders" }));
        let run = run_of(&app, "list", listed).await;
        assert_eq!(run["output"]["count"], 5, "{run}");
        assert_eq!(run["output"]["items"][4], json!({ "no": "SO-4" }));

        let confirm = asks("confirm", "graphql.mutate", json!({
            "query": "mutation($no: String!) { confirm(no: $no) { no state } }", "variables": { "no": "SO-7" } }));
        let run = run_of(&app, "confirm", confirm).await;
        assert_eq!(run["output"]["data"]["confirm"], json!({ "no": "SO-7", "state": "confirmed" }), "{run}");

        let price = |partial: &str| asks("price", "graphql.query", json!({ "query": "{ name price }", "partial": partial }));
        let run = run_of(&app, "strict", price("fail")).await;
        assert_eq!((&run["status"], &run["failure"]["error"]["class"]), (&json!("failed"), &json!("limit")), "{run}");
        let run = run_of(&app, "lenient", price("accept")).await;
        assert_eq!(run["output"]["data"]["name"], "螺絲", "{run}");
        assert_eq!(run["output"]["errors"][0]["path"], json!(["price"]));

        let hidden = asks("hidden", "graphql.query", json!({ "query": "mutation { confirm(no: \"1\") { no } }" }));
        let before = sink.count();
        let run = run_of(&app, "hidden", hidden).await;
        assert_eq!((&run["failure"]["error"]["code"], sink.count()), (&json!("invalid_input"), before), "{run}");
    })
    .await;
}
