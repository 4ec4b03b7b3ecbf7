//! `taonet keep`: runs a program of somebody else so that it ends with the network.
//!
//! Rules:
//! 1. A neuron of an author's own is started through the shell by a keeper, in a process group of its own: whatever it
//!    starts belongs to it.
//! 2. The keeper ends when it is told to, and when the supervisor has gone ([`super::process::follow_supervisor`]). The
//!    whole group is then asked to go (SIGTERM), and ended after [`FAREWELL`].
//! 3. When the program ends by itself, the rest of its group goes as well, and its exit code is the keeper's.

use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    io,
    process::{ExitCode, ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
    time::timeout,
};

/// How long a program may take to go: less than its keeper has ([`super::process::PATIENCE`]).
const FAREWELL: Duration = Duration::from_secs(3);

/// Runs `command` until it ends or the keeper is told to.
pub fn run(command: &str) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(keep(command))) {
        Ok(status) => status
            .and_then(|status| status.code())
            .map_or(ExitCode::FAILURE, |code| ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))),
        Err(error) => {
            eprintln!("error: cannot run `{command}`: {error}\ntry:   check that it is there and may be run");
            ExitCode::FAILURE
        }
    }
}

/// The status with which the program ended by itself; `None` if it was told to.
async fn keep(command: &str) -> io::Result<Option<ExitStatus>> {
    let mut told = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(signal);
    let [terminate, interrupt, hangup] = &mut told;
    let mut child =
        Command::new("sh").arg("-c").arg(command).stdin(Stdio::null()).process_group(0).spawn()?;
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let end = |signal| {
        if let Some(group) = group {
            // The group may be gone, and then there is nothing to do.
            let _ = kill_process_group(group, signal);
        }
    };
    let ended = tokio::select! {
        status = child.wait() => Some(status?),
        _ = heard(terminate) => None,
        _ = heard(interrupt) => None,
        _ = heard(hangup) => None,
    };
    if ended.is_none() {
        end(Signal::TERM);
        say_farewell(&mut child).await;
    }
    end(Signal::KILL);
    if ended.is_none() {
        child.wait().await?;
    }
    Ok(ended)
}

async fn say_farewell(child: &mut Child) {
    // Whether it went in time or not: what is left of the group is ended.
    let _ = timeout(FAREWELL, child.wait()).await;
}

async fn heard(told: &mut io::Result<tokio::signal::unix::Signal>) {
    match told {
        Ok(told) => {
            told.recv().await;
        }
        // Without a handler the signal ends the keeper at once.
        Err(_) => std::future::pending().await,
    }
}
