//! The body of a live stream: notes whether what it hands out is taken, and keeps the listener's place.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::Frame;

use super::guests::Ticket;

pub(super) struct LiveBody {
    inner: Body,
    ticket: Ticket,
}

impl LiveBody {
    pub(super) fn around(inner: Body, ticket: Ticket) -> Body {
        Body::new(Self { inner, ticket })
    }
}

impl hyper::body::Body for LiveBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        this.ticket.is_asked();
        let polled = Pin::new(&mut this.inner).poll_frame(context);
        if matches!(polled, Poll::Ready(Some(_))) {
            this.ticket.hands_out();
        }
        polled
    }
}
