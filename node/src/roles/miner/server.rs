//! The miner's HTTP side: `POST /forward` for validators, `GET /health` for whoever watches over the process.
//!
//! A request passes, in this order: size (413), who is it (401, [`crate::btauth`]), may it ask (403) and not too often
//! (429), is it a question of this task (400), does the miner's policy answer it, and is there a free worker (503).
//! Each refusal is a JSON [`Problem`].

use super::super::{
    chain::{Neuron, Subnet},
    now_ns,
    wire::{FORWARD, MAX_BODY_BYTES, Problem, Question, Reply},
};
use super::work::{Heard, Job, Work};
use crate::btauth::{AuthError, Request, Verifier};
use axum::{
    Json, Router,
    body::to_bytes,
    extract::{self, State},
    http::{StatusCode, request::Parts},
    routing::{get, post},
};
use std::{
    collections::BTreeMap,
    marker::PhantomData,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use taonet_chain::AccountId;
use taonet_subnets::roles::{Asker, MinerRole, Refusal};
use taonet_subnets::task::{Miner, Task};
use tokio::sync::Semaphore;

/// The most challenges that are worked on or wait for the worker: it takes them one by one, and who comes later would
/// hear the answer too late.
const MAX_AT_WORK: usize = 16;

/// How long an answer may take, waiting included. Validators wait for less.
const WORK_TIME: Duration = Duration::from_secs(5);

/// A miner at its address.
pub(crate) struct Server<T, M> {
    hotkey: AccountId,
    netuid: u16,
    work: Work<M>,
    door: Mutex<Door>,
    places: Arc<Semaphore>,
    task: PhantomData<fn() -> T>,
}

/// Who may come in.
struct Door {
    verifier: Verifier,
    role: MinerRole,
    neurons: BTreeMap<AccountId, Asker>,
    heard: Heard,
    height: u64,
}

/// The router of a server.
pub(super) fn router<T, M>(server: Arc<Server<T, M>>) -> Router
where
    T: Task + 'static,
    M: Miner<T> + Send + 'static,
{
    Router::new()
        .route(FORWARD, post(forward::<T, M>))
        .route("/health", get(health::<T, M>))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "not_found", "ask with POST /forward"))
        .with_state(server)
}

impl<T: Task, M: Miner<T>> Server<T, M> {
    /// A miner that others reach at `published`.
    pub(crate) fn new(hotkey: AccountId, netuid: u16, published: SocketAddr, work: Work<M>) -> Self {
        let door = Door {
            verifier: Verifier::new(hotkey),
            role: MinerRole::new(published),
            neurons: BTreeMap::new(),
            heard: Heard::default(),
            height: 0,
        };
        Server {
            hotkey,
            netuid,
            work,
            door: Mutex::new(door),
            places: Arc::new(Semaphore::new(MAX_AT_WORK)),
            task: PhantomData,
        }
    }

    pub(super) fn netuid(&self) -> u16 {
        self.netuid
    }

    /// Takes in the subnet as it is after a block. Returns the address to publish, if there is a need.
    pub(crate) fn committed(&self, subnet: &Subnet) -> Option<SocketAddr> {
        let mut door = self.lock();
        let Door { neurons, heard, .. } = &mut *door;
        let asker = |neuron: &Neuron| Asker { uid: neuron.uid, permit: neuron.permit };
        *neurons = subnet.neurons.iter().map(|neuron| (neuron.hotkey, asker(neuron))).collect();
        heard.keep(|asker| neurons.contains_key(asker));
        door.height = subnet.height;
        if self.work.policy().is_offline(subnet.height) {
            return None;
        }
        door.role.committed(&subnet.miner_view(&self.hotkey))
    }

    /// What to do about a request, if it may be asked.
    fn admit(&self, head: &Parts, body: &[u8]) -> Result<Job<M>, Problem> {
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let request = Request { method: head.method.as_str(), target, body };
        let header = |name: &'static str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let mut door = self.lock();
        let Door { verifier, neurons, heard, role, height } = &mut *door;
        if self.work.policy().is_offline(*height) {
            return Err(busy("this miner is offline"));
        }
        let sender = verifier.verify_of(&request, header, now_ns(), |sender| neurons.contains_key(sender))?;
        let asker = neurons.get(&sender).copied();
        role.admit(asker)?;
        self.work.job(*height, sender, heard).ok_or_else(|| busy("this miner skips this question"))
    }

    /// The challenge of a question, still as JSON.
    fn read(&self, body: &[u8]) -> Result<String, Problem> {
        let question: Question = serde_json::from_slice(body).map_err(|error| bad_question(&error))?;
        if question.task != T::NAME || question.netuid != self.netuid {
            let mine = format!("this miner answers the task `{}` of subnet {}", T::NAME, self.netuid);
            return Err(bad_question(&mine));
        }
        Ok(question.challenge.to_string())
    }

    fn lock(&self) -> MutexGuard<'_, Door> {
        locked(&self.door)
    }
}

impl<T: Task + 'static, M: Miner<T> + Send + 'static> Server<T, M> {
    /// Has the miner answer on a thread of its own, so that others can be heard meanwhile.
    async fn work(&self, job: Job<M>, challenge: String) -> Result<Reply, Problem> {
        let place =
            Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy("too many questions at once"))?;
        let Job { method, worker, pause } = job;
        tokio::time::sleep(pause).await;
        let work = tokio::task::spawn_blocking(move || {
            let challenge = T::read_challenge(&challenge).map_err(|error| bad_question(&error))?;
            let answer = locked(&worker).forward(&challenge);
            drop(place);
            serde_json::from_str(&T::write_answer(&answer)).map_err(|error| broken(&error))
        });
        let done =
            tokio::time::timeout(WORK_TIME, work).await.map_err(|_| busy("the answer took too long"))?;
        let answer = done.unwrap_or_else(|panic| Err(broken(&panic)))?;
        Ok(Reply { method, answer })
    }
}

async fn forward<T, M>(
    State(server): State<Arc<Server<T, M>>>,
    request: extract::Request,
) -> Result<Json<Reply>, Problem>
where
    T: Task + 'static,
    M: Miner<T> + Send + 'static,
{
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("at most {MAX_BODY_BYTES} bytes"))
    })?;
    let job = server.admit(&head, &body)?;
    let challenge = server.read(&body)?;
    server.work(job, challenge).await.map(Json)
}

/// What the process is and how far it has followed the chain.
async fn health<T: Task, M: Miner<T>>(State(server): State<Arc<Server<T, M>>>) -> Json<serde_json::Value> {
    let height = server.lock().height;
    let policy = server.work.policy();
    Json(serde_json::json!({
        "task": T::NAME,
        "method": policy.method_at(height),
        "policy": policy.to_string(),
        "netuid": server.netuid,
        "hotkey": server.hotkey,
        "height": height,
    }))
}

/// What a lock protects is whole between any two statements, so a panic of another holder did no harm.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bad_question(what: &impl ToString) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_question", what.to_string())
}

fn busy(what: &str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", format!("{what}; try again in the next round"))
}

fn broken(what: &impl ToString) -> Problem {
    let what = what.to_string();
    tracing::error!("the miner cannot answer: {what}");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", "this miner has a bug; its log says more")
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Problem {
        let status = match error {
            AuthError::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        };
        Problem::new(status, error.name(), error)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let (status, name) = match refusal {
            Refusal::NotRegistered => (StatusCode::FORBIDDEN, "not_registered"),
            Refusal::NoPermit => (StatusCode::FORBIDDEN, "no_permit"),
            Refusal::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
        };
        Problem::new(status, name, refusal)
    }
}
