//! A load generator that costs little: one written request, sent again and again over kept connections.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Debug)]
pub struct Load {
    /// Answers below 300 in the measured time.
    pub done: u64,
    pub failed: u64,
    pub elapsed: Duration,
    /// Sorted, in microseconds.
    latencies: Vec<u32>,
}

impl Load {
    pub fn per_second(&self) -> f64 {
        self.done as f64 / self.elapsed.as_secs_f64()
    }

    /// In milliseconds; `share` is 0 to 1.
    pub fn latency_ms(&self, share: f64) -> f64 {
        let at = ((self.latencies.len() as f64 - 1.0) * share).max(0.0) as usize;
        self.latencies.get(at).copied().unwrap_or_default() as f64 / 1000.0
    }
}

/// A POST of JSON as bytes on the wire.
pub fn request(port: u16, path: &str, body: &str) -> Vec<u8> {
    ask(port, ("POST", path), "", body)
}

/// Any request with a body of JSON; `headers` are whole lines.
pub fn ask(port: u16, (method, path): (&str, &str), headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

/// Sends for a time, each connection one request after the other.
pub async fn for_a_time(port: u16, request: &[u8], connections: usize, length: Duration) -> Load {
    let start = Instant::now();
    run(port, request, connections, move |_| start.elapsed() >= length).await
}

/// Sends so many in all.
pub async fn so_many(port: u16, request: &[u8], connections: usize, count: u64) -> Load {
    let each = count / connections as u64;
    run(port, request, connections, move |sent| sent >= each).await
}

async fn run(
    port: u16,
    request: &[u8],
    connections: usize,
    enough: impl Fn(u64) -> bool + Copy + Send + 'static,
) -> Load {
    let start = Instant::now();
    let tasks: Vec<_> =
        (0..connections).map(|_| tokio::spawn(connection(port, request.to_vec(), enough))).collect();
    let mut load = Load { done: 0, failed: 0, elapsed: Duration::ZERO, latencies: Vec::new() };
    for task in tasks {
        let (failed, latencies) = task.await.expect("a connection ends");
        load.failed += failed;
        load.done += latencies.len() as u64;
        load.latencies.extend(latencies);
    }
    load.elapsed = start.elapsed();
    load.latencies.sort_unstable();
    load
}

async fn connection(port: u16, request: Vec<u8>, enough: impl Fn(u64) -> bool) -> (u64, Vec<u32>) {
    let (mut failed, mut latencies) = (0, Vec::with_capacity(16_384));
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    let mut buffer = Vec::with_capacity(16_384);
    while !enough(failed + latencies.len() as u64) {
        let start = Instant::now();
        stream.write_all(&request).await.expect("the server reads");
        let status = read_answer(&mut stream, &mut buffer).await;
        if status < 300 {
            latencies.push(start.elapsed().as_micros() as u32);
        } else {
            failed += 1;
        }
    }
    (failed, latencies)
}

/// Reads one answer to its end; its status.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> u16 {
    buffer.clear();
    loop {
        if let Some(head) = buffer.windows(4).position(|part| part == b"\r\n\r\n") {
            let text = std::str::from_utf8(&buffer[..head]).expect("a head of ASCII");
            let status = text.get(9..12).and_then(|code| code.parse().ok()).expect("a status");
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            // One without a body says nothing of its length.
            let length = if status == 204 { Some(0) } else { length };
            let whole = head + 4 + length.expect("answers say how long they are");
            while buffer.len() < whole {
                assert_ne!(stream.read_buf(buffer).await.expect("the answer goes on"), 0, "cut off");
            }
            return status;
        }
        assert_ne!(stream.read_buf(buffer).await.expect("the server answers"), 0, "closed without an answer");
    }
}
