//! Paces and pipes, at times the test says.

use super::{
    pace::Pace,
    pipe::{PIPE_BYTES, Pipe, Pumped},
};
use crate::Link;
use futures::{AsyncWrite, task::noop_waker_ref};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Instant;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Takes `room` bytes and remembers them; without room it blocks, and once `broken` it fails.
#[derive(Default)]
struct Sink {
    taken: Vec<u8>,
    room: usize,
    broken: bool,
    closed: bool,
}

impl AsyncWrite for Sink {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.broken {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let taken = bytes.len().min(self.room);
        if taken == 0 {
            return Poll::Pending;
        }
        self.room -= taken;
        self.taken.extend_from_slice(&bytes[..taken]);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.closed = true;
        Poll::Ready(Ok(()))
    }
}

fn context() -> Context<'static> {
    Context::from_waker(noop_waker_ref())
}

fn wide() -> Pipe<Sink> {
    Pipe::new(Sink { room: usize::MAX, ..Sink::default() })
}

fn write(pipe: &mut Pipe<Sink>, bytes: &[u8], due: Instant) -> Poll<usize> {
    pipe.delay(bytes, |_| due, &context()).map(|taken| taken.expect("it works"))
}

#[test]
fn bytes_leave_when_they_are_due_and_in_order() {
    let (mut pipe, start) = (wide(), Instant::now());
    assert_eq!(write(&mut pipe, b"one", start + ms(10)), Poll::Ready(3));
    assert_eq!(write(&mut pipe, b"two", start + ms(20)), Poll::Ready(3));
    assert_eq!(pipe.pump(start, &mut context()), Pumped::Until(start + ms(10)));
    assert_eq!(pipe.stream().taken, b"");
    assert_eq!(pipe.pump(start + ms(10), &mut context()), Pumped::Until(start + ms(20)));
    assert_eq!(pipe.stream().taken, b"one");
    assert_eq!(pipe.pump(start + ms(25), &mut context()), Pumped::Empty);
    assert_eq!(pipe.stream().taken, b"onetwo");
    assert!(!pipe.stream().closed);
}

#[test]
fn a_full_pipe_takes_no_more_until_something_has_left() {
    let (mut pipe, now) = (wide(), Instant::now());
    let long = vec![7; PIPE_BYTES];
    let mut taken = 0;
    while let Poll::Ready(more) = write(&mut pipe, &long, now) {
        taken += more;
    }
    assert_eq!(taken, PIPE_BYTES);
    assert_eq!(pipe.pump(now, &mut context()), Pumped::Empty);
    assert_eq!(pipe.stream().taken.len(), PIPE_BYTES);
    assert!(write(&mut pipe, &long, now).is_ready());
}

#[test]
fn a_stream_that_is_full_keeps_the_rest_for_later() {
    let (mut pipe, now) = (Pipe::new(Sink { room: 2, ..Sink::default() }), Instant::now());
    assert_eq!(write(&mut pipe, b"three", now), Poll::Ready(5));
    assert_eq!(pipe.pump(now, &mut context()), Pumped::Blocked);
    pipe.stream().room = 9;
    assert_eq!(pipe.pump(now, &mut context()), Pumped::Empty);
    assert_eq!(pipe.stream().taken, b"three");
}

#[test]
fn closing_waits_for_the_last_byte_and_flushing_does_not() {
    let (mut pipe, now) = (wide(), Instant::now());
    assert_eq!(write(&mut pipe, b"last", now + ms(5)), Poll::Ready(4));
    assert!(matches!(pipe.flush(&mut context()), Poll::Ready(Ok(()))));
    assert!(pipe.close(&mut context()).is_pending());
    assert_eq!(pipe.pump(now + ms(5), &mut context()), Pumped::Empty);
    assert!(matches!(pipe.close(&mut context()), Poll::Ready(Ok(()))));
    assert!(pipe.stream().closed);
}

#[test]
fn what_is_left_behind_still_goes_and_then_the_stream_is_closed() {
    let (mut pipe, now) = (wide(), Instant::now());
    assert_eq!(write(&mut pipe, b"bye", now + ms(5)), Poll::Ready(3));
    pipe.abandon();
    assert_eq!(pipe.pump(now, &mut context()), Pumped::Until(now + ms(5)));
    assert!(!pipe.stream().closed);
    assert_eq!(pipe.pump(now + ms(5), &mut context()), Pumped::Empty);
    assert_eq!(pipe.stream().taken, b"bye");
    assert!(pipe.stream().closed);
}

#[test]
fn a_stream_that_breaks_on_the_way_tells_the_next_who_uses_it() {
    let (mut pipe, now) = (wide(), Instant::now());
    assert_eq!(write(&mut pipe, b"gone", now), Poll::Ready(4));
    pipe.stream().broken = true;
    assert_eq!(pipe.pump(now, &mut context()), Pumped::Empty);
    let broken = |result: Poll<io::Result<()>>| {
        assert!(matches!(result, Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe));
    };
    broken(pipe.flush(&mut context()));
    broken(pipe.close(&mut context()));
    broken(pipe.delay(b"more", |_| now, &context()).map_ok(|_| ()));
}

#[test]
fn latency_varies_by_the_jitter_and_nothing_overtakes() {
    let link = Link { latency: ms(40), jitter: ms(10), ..Link::default() };
    let start = Instant::now();
    let (mut fresh, mut last) = (Vec::new(), start);
    for seed in 0..200 {
        fresh.push(Pace::new(seed).due(start, &link, 1) - start);
    }
    assert!(fresh.iter().all(|delay| (ms(30)..=ms(50)).contains(delay)), "{fresh:?}");
    assert!(fresh.iter().any(|delay| *delay < ms(35)) && fresh.iter().any(|delay| *delay > ms(45)));
    let mut pace = Pace::new(1);
    for _ in 0..200 {
        let due = pace.due(start, &link, 1);
        assert!(due >= last && due <= start + ms(50));
        last = due;
    }
    // Jitter above the latency cannot send bytes back in time.
    let link = Link { latency: ms(1), jitter: ms(30), ..Link::default() };
    assert!((0..200).all(|seed| Pace::new(seed).due(start, &link, 1) >= start));
}

#[test]
fn a_lost_packet_comes_late_by_its_retransmissions() {
    let link = Link { latency: ms(5), loss_ppm: 500_000, ..Link::default() };
    let start = Instant::now();
    let mut seen = [0u32; 5];
    for seed in 0..1_000 {
        let late = Pace::new(seed).due(start, &link, 1_400) - start - ms(5);
        let retries = [ms(0), ms(200), ms(600), ms(1_400), ms(3_000)];
        seen[retries.iter().position(|retry| *retry == late).expect("a sum of retransmissions")] += 1;
    }
    // Each is lost again in one of two cases.
    assert!((400..600).contains(&seen[0]) && (170..330).contains(&seen[1]) && seen[4] > 0, "{seen:?}");
    let few = Link { loss_ppm: 10_000, ..Link::default() };
    let late = |bytes| (0..1_000).filter(|&seed| Pace::new(seed).due(start, &few, bytes) > start).count();
    assert!(late(1_400) < 30, "one packet of a hundred");
    assert!(late(140_000) > 500, "a hundred packets are seldom all lucky");
}

#[test]
fn the_same_seed_draws_the_same_times() {
    let link = Link { latency: ms(40), jitter: ms(10), loss_ppm: 100_000, ..Link::default() };
    let start = Instant::now();
    let draws = |seed| {
        let mut pace = Pace::new(seed);
        (0..50).map(|n| pace.due(start, &link, n * 100)).collect::<Vec<_>>()
    };
    assert_eq!(draws(7), draws(7));
    assert_ne!(draws(7), draws(8));
}
