//! The sample system as a browser and a test see it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Sample;

async fn ask(sample: &Sample, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(sample.addr()).await.expect("a connection");
    let length = body.len();
    let request = format!(
        "{head} HTTP/1.1\r\nHost: sample\r\nConnection: close\r\nIdempotency-Key: k\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

#[tokio::test]
async fn it_shows_what_it_receives_and_forgets_on_demand() {
    let sample = Sample::start("127.0.0.1:0".parse().expect("an address")).await.expect("a free port");
    assert!(ask(&sample, "GET /", "").await.contains("範例系統"));
    assert!(ask(&sample, "POST /messages?x=1", r#"{"text":"訂單"}"#).await.starts_with("HTTP/1.1 200"));
    let listed = ask(&sample, "GET /requests", "").await;
    assert!(
        listed.contains(r#""path":"/messages""#) && listed.contains(r#""body":{"text":"訂單"}"#),
        "{listed}"
    );
    assert!(ask(&sample, "GET /effects", "").await.ends_with(r#"{"k":1}"#));
    assert!(ask(&sample, "POST /orders", "no JSON").await.starts_with("HTTP/1.1 400"));
    assert!(ask(&sample, "DELETE /requests", "").await.starts_with("HTTP/1.1 204"));
    assert!(sample.requests().is_empty() && sample.effects().is_empty());
}

#[tokio::test]
async fn it_keeps_the_latest_thousand() {
    let sample = Sample::start("127.0.0.1:0".parse().expect("an address")).await.expect("a free port");
    for _ in 0..1003 {
        ask(&sample, "PUT /x", "").await;
    }
    let kept = sample.requests();
    assert_eq!((kept.len(), kept[0].no, kept[999].no, kept[999].repeats), (1000, 4, 1003, 1002));
}

#[test]
fn the_customers_tax_ids_keep_the_rule() {
    let customers: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("customers.json")).expect("JSON");
    assert_eq!(customers.len(), 8);
    for customer in customers {
        let digits: Vec<u32> =
            customer["tax_id"].as_str().expect("an id").chars().filter_map(|c| c.to_digit(10)).collect();
        let sum: u32 = digits
            .iter()
            .zip([1, 2, 1, 2, 1, 2, 4, 1])
            .map(|(d, weight)| d * weight / 10 + d * weight % 10)
            .sum();
        assert!(
            digits.len() == 8 && (sum.is_multiple_of(5) || digits[6] == 7 && (sum + 1).is_multiple_of(5)),
            "{customer}"
        );
    }
}
