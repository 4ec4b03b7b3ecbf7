//! What a validator thinks of each miner, and why: `GET /scores`, one JSON object.

use super::super::chain::Subnet;
use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use serde::Serialize;
use std::{collections::BTreeMap, io};
use taonet_chain::AccountId;
use taonet_subnets::roles::{Standing, Uid, ValidatorRole};
use taonet_subnets::task::{Score, Task, Validator};
use tokio::{net::TcpListener, sync::watch};

/// What miners said about themselves, or why they said nothing.
#[derive(Debug, Default)]
pub(super) struct Notes(BTreeMap<Uid, Note>);

#[derive(Debug, Default)]
struct Note {
    method: String,
    trouble: Option<String>,
}

impl Notes {
    /// The miner answered, and said by which method.
    pub(super) fn answered(&mut self, uid: Uid, method: String) {
        self.0.insert(uid, Note { method, trouble: None });
    }

    /// The miner did not answer.
    pub(super) fn silent(&mut self, uid: Uid, trouble: String) {
        self.0.entry(uid).or_default().trouble = Some(trouble);
    }

    /// The method that the miner named last; empty if it never did.
    pub(super) fn method(&self, uid: Uid) -> &str {
        self.0.get(&uid).map_or("", |note| &note.method)
    }

    /// Why the miner did not answer in the last round, if it did not.
    pub(super) fn trouble(&self, uid: Uid) -> Option<&str> {
        self.0.get(&uid)?.trouble.as_deref()
    }
}

/// The page.
#[derive(Serialize)]
struct Page {
    task: &'static str,
    /// The validator.
    uid: Option<Uid>,
    hotkey: AccountId,
    /// The height that it has followed the chain to.
    height: u64,
    /// Rounds begun.
    rounds: u64,
    /// By ascending uid.
    miners: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    uid: Uid,
    hotkey: Option<AccountId>,
    /// How the miner says that it finds its answers.
    method: String,
    /// The average score, 0 to 1.
    score: f64,
    /// The score of the last round, 0 to 1.
    last_score: f64,
    /// Why the last score is what it is.
    why: String,
    /// Rounds in which it was asked, and in which it earned something.
    asked: u64,
    earned: u64,
}

/// The page as JSON.
pub(super) fn page<T, V>(
    role: &ValidatorRole<T, V>,
    subnet: &Subnet,
    hotkey: &AccountId,
    notes: &Notes,
) -> String
where
    T: Task,
    T::Challenge: Clone,
    V: Validator<T>,
{
    let row = |(uid, standing): (Uid, &Standing)| Row {
        uid,
        hotkey: subnet.neurons.iter().find(|neuron| neuron.uid == uid).map(|neuron| neuron.hotkey),
        method: notes.method(uid).to_owned(),
        score: fraction(standing.score()),
        last_score: fraction(standing.last.score),
        why: notes.trouble(uid).unwrap_or(&standing.last.why).to_owned(),
        asked: standing.rounds,
        earned: standing.answered,
    };
    let page = Page {
        task: T::NAME,
        uid: subnet.neuron(hotkey).map(|me| me.uid),
        hotkey: *hotkey,
        height: subnet.height,
        rounds: role.rounds(),
        miners: role.standings().iter().map(row).collect(),
    };
    // A page is a struct of plain JSON values: it can always be written.
    serde_json::to_string(&page).unwrap_or_default()
}

/// A score from 0 to 1 with four decimals.
fn fraction(score: Score) -> f64 {
    (f64::from(score.0) / f64::from(u16::MAX) * 10_000.0).round() / 10_000.0
}

/// Shows the newest page until the listener fails.
pub(super) async fn serve(listener: TcpListener, shown: watch::Receiver<String>) -> io::Result<()> {
    let scores = async move || ([(CONTENT_TYPE, "application/json")], shown.borrow().clone());
    axum::serve(listener, Router::new().route("/scores", get(scores))).await
}
