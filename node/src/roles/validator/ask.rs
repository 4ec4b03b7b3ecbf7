//! Asking miners over HTTP, all at once.

use super::super::{
    now_ns,
    wire::{FORWARD, MAX_BODY_BYTES, Problem, Question, Reply},
};
use crate::btauth::Request;
use futures::{StreamExt, stream};
use std::{net::SocketAddr, time::Duration};
use taonet_chain::{AccountId, Keypair};
use taonet_subnets::task::{Malformed, Task};

/// The most questions on their way at a time: all neurons of a subnet of the default size.
const MAX_ON_THE_WAY: usize = 256;

/// Whom to ask, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) uid: u16,
    pub(super) hotkey: AccountId,
    pub(super) axon: SocketAddr,
}

/// What came back from one miner.
pub(super) struct Heard<A> {
    pub(super) uid: u16,
    pub(super) result: Result<(A, String), AskError>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// The miner is not at its address, or not in time.
    #[error("{}", reason(.0))]
    Unreachable(#[from] reqwest::Error),
    /// The miner refused.
    #[error("refused with status {0}: {1}")]
    Refused(u16, String),
    /// More bytes came than an answer has.
    #[error("answered with more than {MAX_BODY_BYTES} bytes")]
    TooLong,
    /// What came is no answer.
    #[error("answered unreadably: {0}")]
    NotJson(#[from] serde_json::Error),
    /// What came is no answer of this task.
    #[error("answered unreadably: {0}")]
    Malformed(#[from] Malformed),
}

/// The innermost cause, which is the one that helps.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// A validator that asks.
#[derive(Clone)]
pub(crate) struct Asking {
    client: reqwest::Client,
    key: Keypair,
    netuid: u16,
}

impl Asking {
    /// Asks as `key`, with this patience.
    pub(crate) fn new(key: Keypair, netuid: u16, patience: Duration) -> Result<Asking, reqwest::Error> {
        // Miners cut connections after a while, so each question opens its own.
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(patience)
            .build()?;
        Ok(Asking { client, key, netuid })
    }

    pub(super) fn hotkey(&self) -> AccountId {
        self.key.account()
    }

    pub(super) fn netuid(&self) -> u16 {
        self.netuid
    }

    /// Asks all targets the same challenge, given as JSON, and returns what came back, in their order.
    pub(super) async fn all<T: Task>(
        self,
        round: u64,
        challenge: String,
        targets: Vec<Target>,
    ) -> Vec<Heard<T::Answer>> {
        let body = self.question::<T>(round, &challenge);
        stream::iter(targets)
            .map(|target| self.one::<T>(target, &body))
            .buffered(MAX_ON_THE_WAY)
            .collect()
            .await
    }

    fn question<T: Task>(&self, round: u64, challenge: &str) -> Vec<u8> {
        let challenge = serde_json::from_str(challenge).unwrap_or_default();
        let question = Question { task: T::NAME.into(), netuid: self.netuid, round, challenge };
        // A question is a struct of plain JSON values: it can always be written.
        serde_json::to_vec(&question).unwrap_or_default()
    }

    async fn one<T: Task>(&self, target: Target, body: &[u8]) -> Heard<T::Answer> {
        Heard { uid: target.uid, result: self.answer::<T>(target, body).await }
    }

    async fn answer<T: Task>(&self, target: Target, body: &[u8]) -> Result<(T::Answer, String), AskError> {
        let signed = Request { method: "POST", target: FORWARD, body };
        let mut request = self
            .client
            .post(format!("http://{}{FORWARD}", target.axon))
            .header("content-type", "application/json")
            .body(body.to_vec());
        for (name, value) in signed.sign(&self.key, Some(target.hotkey), now_ns()) {
            request = request.header(name, value);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = bounded(response).await?;
        if !status.is_success() {
            let problem = serde_json::from_slice(&text).map(|problem: Problem| problem.message);
            return Err(AskError::Refused(
                status.as_u16(),
                problem.unwrap_or_else(|_| "no reason given".into()),
            ));
        }
        let reply: Reply = serde_json::from_slice(&text)?;
        Ok((T::read_answer(&reply.answer.to_string())?, reply.label()))
    }
}

/// The body, as long as it is no longer than an answer may be.
async fn bounded(mut response: reqwest::Response) -> Result<Vec<u8>, AskError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(AskError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
