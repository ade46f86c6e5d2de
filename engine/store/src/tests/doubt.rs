//! A connection that breaks while a batch is committed: the store finds out what became of it, and says that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use causeway_model::RunStatus;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::db::Ask;
use crate::tests::bed::{Bed, commit, on_postgres};
use crate::{Accepted, Config, Next, Store};

/// What the next COMMIT that passes meets with.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Fate {
    Passes,
    /// The server commits, and its answer is lost.
    Unanswered,
    /// It never reaches the server.
    Lost,
}

/// A Postgres behind a wire that can be cut.
struct Wire {
    store: Store,
    fate: Arc<AtomicU8>,
}

impl Wire {
    async fn of(bed: &Bed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let port = listener.local_addr().expect("has an address").port();
        let fate = Arc::new(AtomicU8::new(Fate::Passes as u8));
        let shared = Arc::clone(&fate);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect("127.0.0.1:5432").await.expect("a Postgres server");
                tokio::spawn(carry(client, server, Arc::clone(&shared)));
            }
        });
        let url = bed.url.clone().expect("a database's URL").replace(":5432", &format!(":{port}"));
        let config = Config { url: Some(format!("{url}?sslmode=disable")), ..bed.config() };
        let store = Store::open(config, bed.clock.clone()).await.expect("opens");
        Self { store, fate }
    }

    fn next_commit(&self, fate: Fate) {
        self.fate.store(fate as u8, Ordering::SeqCst);
    }

    fn is_spent(&self) -> bool {
        self.fate.load(Ordering::SeqCst) == Fate::Passes as u8
    }
}

async fn carry(client: TcpStream, server: TcpStream, fate: Arc<AtomicU8>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut asked, mut told) = ([0; 65_536], [0; 65_536]);
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let Some(bytes) = read.ok().filter(|read| *read > 0).map(|read| &asked[..read]) else { return };
                let mut cut = false;
                if bytes.windows(7).any(|part| part == b"COMMIT\0") {
                    match fate.swap(Fate::Passes as u8, Ordering::SeqCst) {
                        fate if fate == Fate::Lost as u8 => return,
                        fate => cut = fate == Fate::Unanswered as u8,
                    }
                }
                if to_server.write_all(bytes).await.is_err() {
                    return;
                }
                if cut {
                    // The answer says that the server is done.
                    let _ = from_server.read(&mut told).await;
                    return;
                }
            }
            read = from_server.read(&mut told) => {
                let Some(bytes) = read.ok().filter(|read| *read > 0).map(|read| &told[..read]) else { return };
                if to_client.write_all(bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn count(store: &Store, table: &str) -> i64 {
    let row = store.core.db.read.one(format!("SELECT COUNT(*) FROM {table}"), vec![]).await;
    row.expect("counts").expect("a row").try_get_by_index(0).expect("a number")
}

async fn each_is_kept_once(bed: &Bed, fate: Fate) {
    let flow = bed.flow("one").await;
    let wire = Wire::of(bed).await;
    let store = &wire.store;
    let worker = store.enlist().await.expect("enlists");

    let new = bed.new_run(flow);
    let accepted = new.id;
    wire.next_commit(fate);
    assert_eq!(store.accept(new).await.expect("is accepted"), Accepted::New);
    assert!(wire.is_spent());
    assert_eq!((count(store, "trigger_event").await, count(store, "active_run").await), (1, 1));

    let claimed = store.claim(worker, 5).await.expect("claims").pop().expect("is due");
    wire.next_commit(fate);
    store.commit(commit(&claimed, vec![bed.settled("a")], Next::Go)).await.expect("counts");
    wire.next_commit(fate);
    store.commit(commit(&claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("counts");
    assert!(wire.is_spent());
    assert_eq!(store.journal(accepted, true).await.expect("reads").len(), 1);
    assert_eq!((count(store, "run").await, count(store, "active_run").await), (1, 0));

    // Begun ahead, and handed over: the worker hears of each once.
    let mut handed = store.hand_to(worker, Arc::new(Semaphore::new(9)));
    let (new, other) = (bed.new_run(flow), store.clone());
    let ahead = tokio::spawn(async move { other.accept_ahead(new).await });
    let one = handed.recv().await.expect("is begun");
    wire.next_commit(fate);
    let done = commit(&one.claimed, vec![], bed.finished(RunStatus::Succeeded));
    store.commit_first(one.birth.expect("is not kept yet"), done).await.expect("counts");
    assert_eq!(ahead.await.expect("joins").expect("is accepted"), Accepted::New);
    wire.next_commit(fate);
    store.accept(bed.new_run(flow)).await.expect("is accepted");
    assert!(wire.is_spent());
    let one = handed.try_recv().expect("is handed over");
    assert!(handed.try_recv().is_err());
    store.commit(commit(&one.claimed, vec![], bed.finished(RunStatus::Succeeded))).await.expect("counts");
    assert_eq!((count(store, "trigger_event").await, count(store, "run").await), (3, 3));
    assert!(store.claim(worker, 5).await.expect("claims").is_empty());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_counts_once() {
    on_postgres(async |bed| each_is_kept_once(bed, Fate::Unanswered).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_arrived_is_made_again() {
    on_postgres(async |bed| each_is_kept_once(bed, Fate::Lost).await).await;
}
