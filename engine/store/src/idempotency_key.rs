//! `idempotency_key`: what was answered to a request that may come again, for a day. Answers are sealed, since some hold
//! what is shown once.
//!
//! A change that is made under a key says so in its own transaction ([`note_change`]), and fails there if another attempt
//! has taken the key over: so nothing is done twice, whenever a process dies.

use causeway_model::{Span, Time, text};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::db::{Ask, Dialect};
use crate::key::Key;
use crate::{Error, Result, Store};

/// How long an answer is kept.
const KEPT: Span = Span::from_secs(24 * 3600);
/// How long an attempt holds its key without saying that it is alive.
const HELD: Span = Span::from_secs(30);
/// How many keys one caller may have.
const MOST_KEYS: u64 = 10_000;
/// The largest answer that is kept, in bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;

tokio::task_local! {
    /// The attempt that the changes of this task belong to.
    static ATTEMPT: KeyAttempt;
}

/// One try of a request under a key.
#[derive(Clone, Debug)]
pub struct KeyAttempt {
    id: Vec<u8>,
    attempt: Uuid,
}

/// What a caller asks for; all of it digests.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    /// Of the caller and the key.
    pub id: [u8; 32],
    /// Of the caller.
    pub owner: [u8; 32],
    /// Of method, path and body.
    pub request: [u8; 32],
    /// Doing it again changes nothing more, or is noticed where it is done: an attempt that left no answer is repeated
    /// even if it changed something.
    pub repeatable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub enum Begun {
    /// Do it, under this attempt.
    New(KeyAttempt),
    /// It was done; this was answered.
    Known(KeptAnswer),
    /// The key was used for something else.
    Differs,
    /// Another attempt is at it.
    UnderWay,
    /// It was done, and the answer is not kept; what was done, as the audit trail names it.
    AnswerLost(String),
    /// The caller has too many keys.
    TooMany,
}

/// Says in the transaction of a change that the task's attempt made it. `idempotency_taken_over` where another attempt
/// holds the key by now.
pub(crate) async fn note_change<C: ConnectionTrait>(db: &C, what: &str) -> Result<()> {
    let Ok(KeyAttempt { id, attempt }) = ATTEMPT.try_with(Clone::clone) else { return Ok(()) };
    let note = "UPDATE idempotency_key SET done = $3 WHERE id = $1 AND attempt = $2";
    if db.run(note, vec![id.into(), attempt.into(), what.into()]).await? == 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "idempotency_taken_over",
        text!(
            "Another request with the same Idempotency-Key does this by now; ask again.",
            "另一個使用相同 Idempotency-Key 的請求正在執行此動作，請再試一次。"
        ),
    ))
}

/// Forgets keys whose day is over, a batch of them.
pub(crate) async fn sweep<C: ConnectionTrait>(db: &C, now: Time, limit: i64) -> Result<u64> {
    let delete = "DELETE FROM idempotency_key WHERE id IN \
         (SELECT id FROM idempotency_key WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    Ok(db.run(delete, vec![now.millis().into(), limit.into()]).await?)
}

impl Store {
    /// Takes the key, or says what became of it before.
    pub async fn begin_keyed(&self, asked: &KeyedRequest) -> Result<Begun> {
        let now = self.core.clock.now();
        let new = KeyAttempt { id: asked.id.to_vec(), attempt: Uuid::new_v4() };
        let held_until = (now + HELD).millis();
        let expires_at = (now + KEPT).millis();
        // Before the transaction, which holds others up on SQLite; two that count at once may go one beyond.
        let count = "SELECT COUNT(*) FROM \
             (SELECT 1 FROM idempotency_key WHERE owner = $1 AND expires_at > $2 LIMIT $3) AS kept";
        let values = vec![asked.owner.to_vec().into(), now.millis().into(), MOST_KEYS.into()];
        let full = self.count(count, values).await? >= MOST_KEYS;
        let tx = self.core.db.begin().await?;
        let lock = if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
        let insert = "INSERT INTO idempotency_key (id, owner, request, attempt, held_until, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
        let row = vec![
            asked.id.to_vec().into(),
            asked.owner.to_vec().into(),
            asked.request.to_vec().into(),
            new.attempt.into(),
            held_until.into(),
            expires_at.into(),
        ];
        if !full && tx.run(insert, row.clone()).await? == 1 {
            tx.commit().await?;
            return Ok(Begun::New(new));
        }
        let find = format!(
            "SELECT request, held_until, expires_at, done, status, answer FROM idempotency_key WHERE id = $1{lock}"
        );
        let Some(known) = tx.one(find, vec![asked.id.to_vec().into()]).await? else {
            return Ok(Begun::TooMany);
        };
        let request: Vec<u8> = known.try_get_by_index(0)?;
        let over = known.try_get_by_index::<i64>(2)? <= now.millis();
        let done: Option<String> = known.try_get_by_index(3)?;
        let status: Option<i16> = known.try_get_by_index(4)?;
        if !over {
            if request != asked.request {
                return Ok(Begun::Differs);
            }
            if let Some(status) = status {
                let answer: Option<Vec<u8>> = known.try_get_by_index(5)?;
                return match answer {
                    Some(sealed) => Ok(Begun::Known(self.open_answer(&asked.id, status, &sealed)?)),
                    None => Ok(Begun::AnswerLost(done.unwrap_or_default())),
                };
            }
            if known.try_get_by_index::<i64>(1)? > now.millis() {
                return Ok(Begun::UnderWay);
            }
            if let Some(done) = done.filter(|_| !asked.repeatable) {
                return Ok(Begun::AnswerLost(done));
            }
        }
        let take = "UPDATE idempotency_key SET owner = $2, request = $3, attempt = $4, held_until = $5, expires_at = $6, \
             done = NULL, status = NULL, answer = NULL WHERE id = $1";
        tx.run(take, row).await?;
        tx.commit().await?;
        Ok(Begun::New(new))
    }

    /// Runs a task whose changes belong to the attempt, which is kept alive meanwhile.
    pub async fn under_key<T>(&self, attempt: &KeyAttempt, task: impl Future<Output = T>) -> T {
        let alive = async {
            loop {
                tokio::time::sleep(std::time::Duration::from_secs(10)).await;
                let until = (self.core.clock.now() + HELD).millis();
                let hold = "UPDATE idempotency_key SET held_until = $3 WHERE id = $1 AND attempt = $2 AND status IS NULL";
                let values = vec![attempt.id.clone().into(), attempt.attempt.into(), until.into()];
                if let Err(error) = self.core.db.main.run(hold, values).await {
                    tracing::warn!(%error, "an idempotency key is not held on to");
                }
            }
        };
        tokio::select! {
            result = ATTEMPT.scope(attempt.clone(), task) => result,
            never = alive => match never {},
        }
    }

    /// Keeps the answer; nothing of one that is too large but that it was given.
    pub async fn keep_answer(&self, attempt: &KeyAttempt, answer: &KeptAnswer) -> Result<()> {
        let mut text = serde_json::to_vec(&answer.headers).unwrap_or_default();
        text.push(b'\n');
        text.extend_from_slice(&answer.body);
        let sealed = (text.len() <= LARGEST_ANSWER)
            .then(|| self.answer_key().seal("answer", &hex::encode(&attempt.id), &text));
        let keep = "UPDATE idempotency_key SET status = $3, answer = $4 WHERE id = $1 AND attempt = $2";
        let status = i16::try_from(answer.status).unwrap_or(500);
        let values = vec![attempt.id.clone().into(), attempt.attempt.into(), status.into(), sealed.into()];
        self.core.db.main.run(keep, values).await?;
        Ok(())
    }

    /// Gives a key back under which nothing was changed, so that the same request may be tried again at once.
    pub async fn release_key(&self, attempt: &KeyAttempt) -> Result<()> {
        let release =
            "DELETE FROM idempotency_key WHERE id = $1 AND attempt = $2 AND done IS NULL AND status IS NULL";
        let values = vec![attempt.id.clone().into(), attempt.attempt.into()];
        self.core.db.main.run(release, values).await?;
        let over =
            "UPDATE idempotency_key SET held_until = 0 WHERE id = $1 AND attempt = $2 AND status IS NULL";
        let values = vec![attempt.id.clone().into(), attempt.attempt.into()];
        self.core.db.main.run(over, values).await?;
        Ok(())
    }

    /// Derives from the root secret, so that answers are read after the key was rotated too.
    fn answer_key(&self) -> Key {
        Key(self.derived_key("idempotency"))
    }

    fn open_answer(&self, id: &[u8; 32], status: i16, sealed: &[u8]) -> Result<KeptAnswer> {
        let corrupt = || Error::corrupt("a kept answer");
        let text = self.answer_key().unseal("answer", &hex::encode(id), sealed).ok_or_else(corrupt)?;
        let end = text.iter().position(|byte| *byte == b'\n').ok_or_else(corrupt)?;
        Ok(KeptAnswer {
            status: status.unsigned_abs(),
            headers: serde_json::from_slice(&text[..end]).map_err(|_| corrupt())?,
            body: text[end + 1..].to_vec(),
        })
    }
}
