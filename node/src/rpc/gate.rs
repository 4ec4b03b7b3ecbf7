//! How much clients may read at a time.
//!
//! Rules:
//! 1. Reads and streams are counted; beyond a bound a client is refused.
//! 2. A read is one blocking closure over one snapshot; few run at a time, so that clients never starve agreement.

use crate::{
    fault::Fault,
    store::{Reader, View},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Reads that wait or run; each holds a request of at most [`MAX_REQUEST_BYTES`].
const MAX_READS: usize = 256;
/// Reads that run: the machine's other cores are for agreement.
const CONCURRENT_READS: usize = 2;
/// Open streams; each holds at most [`STREAM_BUFFER`] answers.
const MAX_STREAMS: usize = 256;
/// Answers that wait for a slow reader of a stream; then the stream waits, and catches up from the database.
pub(super) const STREAM_BUFFER: usize = 4;
/// The longest request: a transaction of the greatest length and its envelope.
pub(super) const MAX_REQUEST_BYTES: usize = 64 * 1024;

/// The counters, and the one way to the database.
pub(super) struct Gate {
    /// Gone once the node has stopped: connections that linger must not keep the database open.
    reader: Mutex<Option<Reader>>,
    waiting: Semaphore,
    reading: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

impl Gate {
    pub(super) fn new(reader: Reader) -> Gate {
        Gate {
            reader: Mutex::new(Some(reader)),
            waiting: Semaphore::new(MAX_READS),
            reading: Arc::new(Semaphore::new(CONCURRENT_READS)),
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
        }
    }

    /// Runs `read` on a snapshot, or refuses when too many wait.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let _place = self.waiting.try_acquire().map_err(|_| Fault::busy("requests"))?;
        self.read_in_turn(read).await
    }

    /// Runs `read` on a snapshot, in a thread where it may block, when it is its turn. Streams, which are counted
    /// themselves, come here directly.
    pub(super) async fn read_in_turn<T: Send + 'static>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let turn = Arc::clone(&self.reading).acquire_owned().await.map_err(|_| Fault::stopping())?;
        let reader = self.reader().clone().ok_or_else(Fault::stopping)?;
        let done = tokio::task::spawn_blocking(move || {
            let answer = reader.read(read);
            // In this order: whoever gets the turn next may count on the database being let go of.
            drop((reader, turn));
            answer
        });
        done.await.unwrap_or_else(|error| Err(broken(&error.to_string())))
    }

    /// Ends all reading. When this returns, nobody here holds the database any more.
    pub(super) async fn close(&self) {
        self.reader().take();
        // All turns together are there only when nobody reads.
        let _all = self.reading.acquire_many(CONCURRENT_READS as u32).await;
    }

    fn reader(&self) -> MutexGuard<'_, Option<Reader>> {
        // There is nothing to break in an option.
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place among the streams, held while the stream is open.
    pub(super) fn stream(&self) -> Result<OwnedSemaphorePermit, Fault> {
        Arc::clone(&self.streams).try_acquire_owned().map_err(|_| Fault::busy("streams"))
    }
}

/// A read that panicked: the state is not what this program wrote.
fn broken(detail: &str) -> Fault {
    let sentence = format!("the state cannot be read: {detail}");
    let remedy = "Keep the log for a bug report, and sync the node afresh.";
    Fault::new(taonet_chain::Code::Internal, "Broken", sentence, remedy)
}
