//! One stream of a connection, and the bytes of it that are on their way.
//!
//! Rules:
//! 1. While nothing waits and the link is clear, bytes go straight through.
//! 2. Otherwise they wait here until they are due, at most [`PIPE_BYTES`]; then the writer waits.
//! 3. Flushing means that bytes are on their way, closing that they have left: as with a socket.
//! 4. What the user of the stream leaves behind still goes, like the last bytes of a closed socket.

use futures::AsyncWrite;
use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use tokio::time::Instant;

/// Bytes on their way on one stream: at the longest latency still two mebibits a second. A connection has 64 streams at
/// most, of which a peer that behaves uses three for longer than a message takes.
pub(super) const PIPE_BYTES: usize = 256 * 1024;

/// The longest piece that is delayed as one.
const PIECE_BYTES: usize = 32 * 1024;

struct Piece {
    due: Instant,
    bytes: Vec<u8>,
    sent: usize,
}

/// How far a pipe is after [`Pipe::pump`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pumped {
    /// Nothing is on its way.
    Empty,
    /// The next piece is due then.
    Until(Instant),
    /// The stream takes no more at the moment, and will wake who pumps.
    Blocked,
}

/// A stream and what is on its way to it.
pub(super) struct Pipe<S> {
    stream: S,
    pieces: VecDeque<Piece>,
    bytes: usize,
    /// Who waits for room, or for the last byte to leave.
    waiting: Option<Waker>,
    /// Why bytes on their way could not leave.
    failed: Option<io::ErrorKind>,
    /// Nobody uses the stream any more.
    abandoned: bool,
}

impl<S: AsyncWrite + Unpin> Pipe<S> {
    pub(super) fn new(stream: S) -> Pipe<S> {
        Pipe { stream, pieces: VecDeque::new(), bytes: 0, waiting: None, failed: None, abandoned: false }
    }

    /// The stream itself.
    pub(super) fn stream(&mut self) -> Pin<&mut S> {
        Pin::new(&mut self.stream)
    }

    /// Whether nothing is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether nobody uses the stream any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned
    }

    /// Sends what is on its way and then forgets the stream.
    pub(super) fn abandon(&mut self) {
        self.abandoned = true;
    }

    /// Takes the beginning of `bytes`, to leave when `due` says, which is asked for the length that is taken.
    pub(super) fn delay(
        &mut self,
        bytes: &[u8],
        due: impl FnOnce(usize) -> Instant,
        cx: &Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if let Some(failed) = self.failed {
            return Poll::Ready(Err(failed.into()));
        }
        let taken = bytes.len().min(PIECE_BYTES).min(PIPE_BYTES - self.bytes);
        if taken == 0 && !bytes.is_empty() {
            self.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        self.bytes += taken;
        self.pieces.push_back(Piece { due: due(taken), bytes: bytes[..taken].to_vec(), sent: 0 });
        Poll::Ready(Ok(taken))
    }

    /// Flushes what has left; what is on its way counts as sent.
    pub(super) fn flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.failed {
            Some(failed) => Poll::Ready(Err(failed.into())),
            None if self.is_empty() => self.stream().poll_flush(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    /// Closes the stream once everything has left.
    pub(super) fn close(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(failed) = self.failed {
            return Poll::Ready(Err(failed.into()));
        }
        if !self.is_empty() {
            self.waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        self.stream().poll_close(cx)
    }

    /// Sends everything that is due. An abandoned stream is closed when the last byte has left.
    pub(super) fn pump(&mut self, now: Instant, cx: &mut Context<'_>) -> Pumped {
        let pumped = match self.send_due(now, cx) {
            Poll::Pending => Pumped::Blocked,
            Poll::Ready(Ok(next)) => next.map_or(Pumped::Empty, Pumped::Until),
            Poll::Ready(Err(error)) => {
                self.failed = Some(error.kind());
                self.pieces.clear();
                self.bytes = 0;
                Pumped::Empty
            }
        };
        if self.bytes < PIPE_BYTES
            && let Some(waiting) = self.waiting.take()
        {
            waiting.wake();
        }
        let closing = pumped == Pumped::Empty && self.abandoned && self.failed.is_none();
        if closing && self.stream().poll_close(cx).is_pending() { Pumped::Blocked } else { pumped }
    }

    /// The time of the next piece, if there is one.
    fn send_due(&mut self, now: Instant, cx: &mut Context<'_>) -> Poll<io::Result<Option<Instant>>> {
        while let Some(piece) = self.pieces.front_mut() {
            if piece.due > now {
                let next = piece.due;
                return self.stream().poll_flush(cx).map_ok(|()| Some(next));
            }
            match Pin::new(&mut self.stream).poll_write(cx, &piece.bytes[piece.sent..]) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(sent)) => {
                    piece.sent += sent;
                    self.bytes -= sent;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            }
            if piece.sent == piece.bytes.len() {
                self.pieces.pop_front();
            }
        }
        self.stream().poll_flush(cx).map_ok(|()| None)
    }
}
