//! The life of one request: it is counted, it must come in whole, and it must be answered, each in its time.

use super::{
    refusal::Manner,
    visitors::{Place, Visit},
};
use crate::fault::Fault;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{Request, Response, StatusCode},
};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use taonet_chain::Code;
use tokio::time::{Sleep, sleep, timeout};
use tonic::{Status, codegen::Service};

/// How long a request may take to come in: at most 64 KiB, over any line that deserves the name.
pub(super) const REQUEST_TIME: Duration = Duration::from_secs(10);
/// How long an answer, or the beginning of a stream, may take. A read takes milliseconds, when it is its turn.
pub(super) const ANSWER_TIME: Duration = Duration::from_secs(30);

/// What waits for a block, as a stream does, and is counted as one: its client says for how long.
pub(super) const WAITS: &str = "/taonet.v1.Chain/GetTransaction";

/// How long a request may take on its way in and on its way out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    pub(super) request: Duration,
    pub(super) answer: Duration,
}

/// Answers a request of a visitor.
pub(super) async fn answered(
    mut router: Router,
    visit: Arc<Visit>,
    deadlines: Deadlines,
    request: Request<Incoming>,
) -> Result<Response<Held>, Infallible> {
    let manner = Manner::of(request.headers());
    let Some(place) = visit.begin() else {
        let busy = Fault::busy("requests from your address");
        return Ok(manner
            .refuse(busy, StatusCode::TOO_MANY_REQUESTS)
            .map(|body| Held { body, _place: None }));
    };
    let waits = request.uri().path() == WAITS;
    let request = request.map(|body| Body::new(Timed::new(body, deadlines.request)));
    let answer = router.call(request);
    let response = if waits {
        answer.await?
    } else {
        match timeout(deadlines.answer, answer).await {
            Ok(response) => response?,
            Err(_) => manner.refuse(no_answer(deadlines.answer), StatusCode::SERVICE_UNAVAILABLE),
        }
    };
    Ok(response.map(|body| Held { body, _place: Some(place) }))
}

fn no_answer(time: Duration) -> Fault {
    let sentence = format!("the node had no answer within {time:?}");
    Fault::new(Code::LimitExceeded, "Late", sentence, "Try again later, or ask another node.")
}

/// A request's body, which must be there in time.
struct Timed {
    body: Incoming,
    time: Duration,
    deadline: Pin<Box<Sleep>>,
}

impl Timed {
    fn new(body: Incoming, time: Duration) -> Timed {
        Timed { body, time, deadline: Box::pin(sleep(time)) }
    }
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.deadline.as_mut().poll(context).is_ready() {
            let sentence = format!("the request was not there within {:?}", self.time);
            let late = Fault::new(Code::LimitExceeded, "Late", sentence, "Send it in one go.");
            return Poll::Ready(Some(Err(late.into())));
        }
        let broken = |error: hyper::Error| Status::unavailable(error.to_string());
        Pin::new(&mut self.body).poll_frame(context).map_err(broken)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body, which keeps the request counted until it has left.
pub(super) struct Held {
    body: Body,
    _place: Option<Place>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
