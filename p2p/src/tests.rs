//! Networks of real nodes over real sockets of 127.0.0.1. Nothing sleeps: tests wait for events, and a timeout is
//! always a failure.

mod conditions;
mod hostile;
mod links;
mod messages;
pub(crate) mod support;
