//! Processes: started with their own log file, stopped only if they are really ours.
//!
//! Rules:
//! 1. A process is known by its number *and* the moment it started, because numbers are used again. Nothing else is
//!    ever signalled.
//! 2. Processes start in a group of their own, so that Ctrl-C reaches only the supervisor, which stops them in order.
//! 3. A supervisor in the foreground takes its processes with it, even when it is killed: it keeps a file locked
//!    ([`Leash`]), and each of them waits for that lock, whoever started it ([`follow_supervisor`]).
//! 4. Stopping asks first (SIGTERM) and then ends (SIGKILL) what has not gone after [`PATIENCE`].

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::{
    env,
    fs::{self, File},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The variable by which a supervisor asks its processes to end with it; its value is the file that it keeps locked.
pub const SUPERVISOR_VARIABLE: &str = "TAONET_SUPERVISOR";

/// How long a process may take to go after it was asked: a node stops in well under a second.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How often a process that was asked to go is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A process of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// When it started, in clock ticks since the computer did.
    pub started: u64,
}

impl Process {
    /// Starts `command` in a group of its own, with its output appended to `log`.
    ///
    /// # Errors
    /// What the operating system says when the log cannot be opened or the program cannot be started.
    pub fn start(command: &mut Command, log: &Path) -> io::Result<Process> {
        let log = File::options().create(true).append(true).open(log)?;
        let child =
            command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0).spawn()?;
        let pid = child.id();
        Ok(Process { pid, started: stat(pid).map_or(0, |stat| stat.started) })
    }

    /// The process that runs the node in `dir`, whoever started it.
    pub fn of_node(dir: &Path) -> Option<Process> {
        let runs_it = |pid: &u32| {
            let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let mut words = words.split(|byte| *byte == 0).skip(1);
            words.next() == Some(b"node") && words.any(|word| word == dir.as_os_str().as_encoded_bytes())
        };
        let numbers = fs::read_dir("/proc")
            .ok()?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let pid = numbers.into_iter().find(runs_it)?;
        Some(Process { pid, started: stat(pid)?.started }).filter(Process::is_running)
    }

    /// The process that asks.
    pub fn this() -> Process {
        let pid = std::process::id();
        Process { pid, started: stat(pid).map_or(0, |stat| stat.started) }
    }

    /// Whether it runs. A process that has ended but was not yet collected does not, once its last thread has: until
    /// then its ports and files are not free.
    pub fn is_running(&self) -> bool {
        let is_left = |stat: Stat| stat.state != 'Z' || stat.threads > 1;
        stat(self.pid).is_some_and(|stat| stat.started == self.started && is_left(stat))
    }

    /// Whether it is paused (SIGSTOP).
    pub fn is_paused(&self) -> bool {
        stat(self.pid).is_some_and(|stat| stat.started == self.started && stat.state == 'T')
    }

    /// Ends it at once, as if the power failed; returns when it is gone.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
        wait_until(|| !self.is_running());
    }

    /// Stops it where it is; returns when it stands still. `false`: it has ended before.
    pub fn pause(&self) -> bool {
        self.signal(Signal::STOP);
        wait_until(|| self.is_paused() || !self.is_running());
        self.is_paused()
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
        wait_until(|| !self.is_paused());
    }

    /// Resident memory in bytes; 0 if it does not run.
    pub fn resident_bytes(&self) -> u64 {
        if !self.is_running() {
            return 0;
        }
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kilobytes.unwrap_or(0) * 1_024
    }

    /// Sends a signal, if it is still the same process.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let (true, Some(pid)) = (self.is_running(), pid) {
            // It may have ended in this very moment; then there is nothing to do.
            let _ = kill_process(pid, signal);
        }
    }
}

/// What the processes of a supervisor hang on: the kernel lets go of it when the supervisor ends, however it ends.
#[derive(Debug)]
pub struct Leash {
    _locked: File,
}

impl Leash {
    /// Takes the leash of the network in `dir`.
    ///
    /// # Errors
    /// What the operating system says when the file cannot be made or locked.
    pub fn take(dir: &Path) -> io::Result<Leash> {
        let file = File::create(Leash::file(dir))?;
        file.lock()?;
        Ok(Leash { _locked: file })
    }

    /// The file of the leash of the network in `dir`.
    pub fn file(dir: &Path) -> PathBuf {
        dir.join("supervisor.lock")
    }
}

/// Makes this process end when the supervisor it belongs to does; nothing happens to processes without one. A paused
/// process goes when it is resumed; `taonet down` finds it.
pub fn follow_supervisor() {
    let Some(leash) = env::var_os(SUPERVISOR_VARIABLE) else { return };
    let Ok(leash) = File::open(leash) else {
        // It ended, and its folder went with it, before this process looked.
        std::process::exit(1);
    };
    let wait = move || {
        loop {
            match leash.lock_shared() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return eprintln!("this process does not end with its supervisor: {error}"),
                Ok(()) => return Process::this().signal(Signal::TERM),
            }
        }
    };
    thread::spawn(wait);
}

fn wait_until(reached: impl Fn() -> bool) {
    while !reached() {
        thread::sleep(LOOK_AGAIN);
    }
}

/// Asks all to go, waits, ends the rest. Returns when none runs.
pub fn stop_all(processes: &[Process]) {
    for process in processes {
        process.signal(Signal::TERM);
        // A paused process hears of it only when it goes on.
        process.signal(Signal::CONT);
    }
    let deadline = Instant::now() + PATIENCE;
    while processes.iter().any(Process::is_running) {
        if Instant::now() > deadline {
            processes.iter().for_each(|process| process.signal(Signal::KILL));
        }
        thread::sleep(LOOK_AGAIN);
    }
}

struct Stat {
    state: char,
    threads: u64,
    started: u64,
}

/// What the kernel says of a process. The name may hold blanks and brackets, so fields count from the last `)`.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse().ok();
    Some(Stat { state: fields.first()?.chars().next()?, threads: number(17)?, started: number(19)? })
}
