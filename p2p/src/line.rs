//! A connection under conditions: whatever the transport, every byte of every stream passes here.
//!
//! Rules:
//! 1. A connection is made only over an open link, and ends as soon as its link is cut. Its streams refuse bytes at the
//!    same moment, in both directions.
//! 2. Bytes of a delayed link wait in the stream's pipe ([`pipe`]) until the connection's pace ([`pace`]) lets them go.
//!    The connection's task pumps them, which libp2p polls whatever the streams' users do.
//! 3. A mute link pumps nothing; what its users have given up is lost.

mod pace;
mod pipe;

use crate::{Conditions, Link, Links, Passage, identity};
use futures::{
    AsyncRead, AsyncWrite, StreamExt,
    stream::{self, BoxStream},
};
use libp2p::{
    PeerId,
    core::muxing::{StreamMuxer, StreamMuxerBox, StreamMuxerEvent, SubstreamBox},
};
use pace::Pace;
use pipe::{Pipe, Pumped};
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};
use taonet_consensus::NodeId;
use tokio::{
    sync::watch,
    time::{Instant, Sleep, sleep_until},
};

type SharedPipe = Arc<Mutex<Pipe<SubstreamBox>>>;

/// Locks what is whole after every statement, so that a panic elsewhere cannot have broken it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the link is cut")
}

/// Puts a new connection under the conditions of its link.
///
/// # Errors
/// The link is not open.
pub(crate) fn connect(
    peer: PeerId,
    muxer: StreamMuxerBox,
    links: &Links,
) -> io::Result<(PeerId, StreamMuxerBox)> {
    let conditions = links.watch();
    let node = identity::node_id(&peer).unwrap_or_default();
    let line = Line::new(node, conditions.clone());
    if line.link().passage != Passage::Open {
        return Err(cut());
    }
    let changes = stream::unfold(conditions, |mut conditions| async move {
        conditions.changed().await.ok()?;
        Some(((), conditions))
    });
    let connection = Connection {
        muxer,
        line: Arc::new(line),
        changes: changes.fuse().boxed(),
        sleep: Box::pin(sleep_until(Instant::now())),
    };
    Ok((peer, StreamMuxerBox::new(connection)))
}

/// What the streams of a connection share.
struct Line {
    node: NodeId,
    conditions: watch::Receiver<Conditions>,
    pace: Mutex<Pace>,
    busy: Mutex<Busy>,
}

/// The pipes with bytes on their way, and who pumps them.
#[derive(Default)]
struct Busy {
    pipes: Vec<SharedPipe>,
    pump: Option<Waker>,
}

impl Line {
    fn new(node: NodeId, conditions: watch::Receiver<Conditions>) -> Line {
        let [a, b, c, d, e, f, g, h, ..] = node.0;
        let seed = conditions.borrow().seed ^ u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        Line { node, conditions, pace: Mutex::new(Pace::new(seed)), busy: Mutex::default() }
    }

    /// The link as it is now.
    fn link(&self) -> Link {
        self.conditions.borrow().link(&self.node)
    }

    /// Has a pipe pumped from now on.
    fn pump_later(&self, pipe: &SharedPipe) {
        let mut busy = lock(&self.busy);
        busy.pipes.push(Arc::clone(pipe));
        if let Some(pump) = busy.pump.take() {
            pump.wake();
        }
    }

    /// Sends what is due on all pipes; the time of what is due next.
    fn pump(&self, cx: &mut Context<'_>) -> Option<Instant> {
        let mut busy = lock(&self.busy);
        busy.pump = Some(cx.waker().clone());
        if self.link().passage == Passage::Mute {
            busy.pipes.retain(|pipe| !lock(pipe).is_abandoned());
            return None;
        }
        let (now, mut next) = (Instant::now(), None::<Instant>);
        busy.pipes.retain(|pipe| match lock(pipe).pump(now, cx) {
            Pumped::Empty => false,
            Pumped::Blocked => true,
            Pumped::Until(at) => {
                next = Some(next.map_or(at, |next| next.min(at)));
                true
            }
        });
        next
    }
}

/// A connection whose link has conditions.
struct Connection {
    muxer: StreamMuxerBox,
    line: Arc<Line>,
    changes: BoxStream<'static, ()>,
    sleep: Pin<Box<Sleep>>,
}

impl Connection {
    fn muxer(&mut self) -> Pin<&mut StreamMuxerBox> {
        Pin::new(&mut self.muxer)
    }

    fn stream(&self, stream: SubstreamBox) -> Stream {
        Stream { pipe: Arc::new(Mutex::new(Pipe::new(stream))), line: Arc::clone(&self.line) }
    }
}

impl StreamMuxer for Connection {
    type Substream = Stream;
    type Error = io::Error;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        self.muxer().poll_inbound(cx).map_ok(|stream| self.stream(stream))
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        self.muxer().poll_outbound(cx).map_ok(|stream| self.stream(stream))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.muxer().poll_close(cx)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<StreamMuxerEvent>> {
        while let Poll::Ready(Some(())) = self.changes.poll_next_unpin(cx) {}
        if self.line.link().passage == Passage::Cut {
            return Poll::Ready(Err(cut()));
        }
        while let Some(next) = self.line.pump(cx) {
            self.sleep.as_mut().reset(next);
            if self.sleep.as_mut().poll(cx).is_pending() {
                break;
            }
        }
        self.muxer().poll(cx)
    }
}

/// A stream of such a connection.
struct Stream {
    pipe: SharedPipe,
    line: Arc<Line>,
}

impl Stream {
    /// The link, unless it is cut.
    fn link(&self) -> io::Result<Link> {
        let link = self.line.link();
        if link.passage == Passage::Cut { Err(cut()) } else { Ok(link) }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        self.link()?;
        lock(&self.pipe).stream().poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let link = self.link()?;
        let mut pipe = lock(&self.pipe);
        let was_empty = pipe.is_empty();
        if was_empty && link.is_clear() {
            return pipe.stream().poll_write(cx, buf);
        }
        let due = |bytes| lock(&self.line.pace).due(Instant::now(), &link, bytes);
        let written = pipe.delay(buf, due, cx);
        let begins = was_empty && !pipe.is_empty();
        drop(pipe);
        if begins {
            self.line.pump_later(&self.pipe);
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.link()?;
        lock(&self.pipe).flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.link()?;
        lock(&self.pipe).close(cx)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        lock(&self.pipe).abandon();
    }
}

#[cfg(test)]
mod tests;
