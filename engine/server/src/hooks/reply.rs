//! Waiting for what a run answers its caller.

use std::time::Duration;

use causeway_document::ReplyMode;
use causeway_model::{Event, Reply, RunId, RunStatus};
use causeway_store::{Finished, Listener, News, RefusedClass, Store};

/// What there is to answer.
#[derive(Debug)]
pub(super) enum Ended {
    Replied(Reply),
    Finished(Box<Finished>),
    /// It waits for a time, a person or a call, or nobody knows it any more: it was accepted, and that is all.
    Waiting,
    TimedOut,
}

/// A failure of listening does not undo that the run was accepted: it is answered as if the time were over.
pub(super) async fn wait(listener: &mut Listener, mode: ReplyMode, timeout: Duration, run: RunId) -> Ended {
    let heard = async {
        loop {
            match listener.next().await {
                Ok(News::Replied(reply)) if mode == ReplyMode::Respond => return Ended::Replied(reply),
                Ok(News::Replied(_)) => {}
                Ok(News::Waiting) => return Ended::Waiting,
                Ok(News::Finished(finished)) => return Ended::Finished(finished),
                Err(error) => {
                    tracing::warn!(%run, %error, "listening for the reply failed");
                    return Ended::TimedOut;
                }
            }
        }
    };
    tokio::time::timeout(timeout, heard).await.unwrap_or(Ended::TimedOut)
}

/// What a run that was accepted earlier has already to answer.
pub(super) async fn already(
    store: &Store,
    run: RunId,
    mode: ReplyMode,
) -> causeway_store::Result<Option<Ended>> {
    let record = match store.run(run).await {
        Ok(record) => record,
        Err(causeway_store::Error::Refused { class: RefusedClass::NotFound, .. }) => {
            return Ok(Some(Ended::Waiting));
        }
        Err(error) => return Err(error),
    };
    if mode == ReplyMode::Respond {
        let journal = store.journal(run, true).await?;
        let reply = journal.into_iter().find_map(|entry| match entry.event {
            Event::Replied { reply } => Some(reply),
            _ => None,
        });
        if let Some(reply) = reply {
            return Ok(Some(Ended::Replied(reply)));
        }
    }
    Ok(match record.status {
        status if status.is_terminal() => Some(Ended::Finished(Box::new(Finished {
            status,
            at: record.finished_at.unwrap_or(record.created_at),
            failure: record.failure,
            output: record.output,
            handled_errors: record.handled_errors,
            reason: record.reason,
        }))),
        RunStatus::Waiting => Some(Ended::Waiting),
        _ => None,
    })
}
