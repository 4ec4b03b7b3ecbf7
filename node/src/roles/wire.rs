//! What validators and miners say to each other over HTTP: `POST /forward` with one JSON object each way.
//!
//! ```text
//! ▶ {"task":"tour","netuid":1,"round":12,"challenge":[[3,7],[40,2],...]}
//! ◀ {"method":"two-opt","answer":[3,0,2,...]}
//! ◀ 4xx/5xx {"error":"no_permit","message":"..."}
//! ```
//!
//! The challenge and the answer are the task's own JSON values. The method is a label for people: nobody believes it,
//! and scores do not depend on it.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most bytes of a request or an answer: eight times the largest challenge of the built-in task.
pub(super) const MAX_BODY_BYTES: usize = 32 * 1024;

/// The most characters of a method's name.
const MAX_LABEL: usize = 24;

/// Where miners are asked.
pub(super) const FORWARD: &str = "/forward";

/// A validator's question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Question {
    /// The name of the task, so that a miner of another one notices.
    pub(super) task: String,
    /// The subnet.
    pub(super) netuid: u16,
    /// The validator's round.
    pub(super) round: u64,
    /// The challenge, in the task's own JSON.
    pub(super) challenge: Value,
}

/// A miner's answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    /// How the answer was found, for people.
    #[serde(default)]
    pub(super) method: String,
    /// The answer, in the task's own JSON.
    pub(super) answer: Value,
}

impl Reply {
    /// The method as it may be shown: a stranger's text, cut and without anything a terminal could take as a command.
    pub(super) fn label(&self) -> String {
        let harmless = |c: &char| c.is_ascii_alphanumeric() || "-_. ".contains(*c);
        self.method.chars().filter(harmless).take(MAX_LABEL).collect()
    }
}

/// Why a miner does not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Problem {
    /// The HTTP status: 401 for who you are, 403 for what you may not, other 4xx for what you sent.
    #[serde(skip)]
    pub(super) status: u16,
    /// A stable name for programs.
    #[serde(rename = "error")]
    pub(super) name: String,
    /// A sentence for people, with what to do about it.
    pub(super) message: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, name: &str, message: impl ToString) -> Problem {
        Problem { status: status.as_u16(), name: name.into(), message: message.to_string() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short_and_harmless() {
        let label = |method: &str| Reply { method: method.into(), answer: Value::Null }.label();
        assert_eq!(label("two-opt"), "two-opt");
        assert_eq!(label("\u{1b}[2J<b>or\n-opt</b>"), "2Jbor-optb");
        assert_eq!(label(&"x".repeat(100)).len(), MAX_LABEL);
    }

    /// What a stranger posts, and what a stranger answers: read or refused, and never long or harmful where it is
    /// shown.
    #[test]
    fn fuzzed_questions_and_answers_are_read_or_refused() {
        use crate::fuzzing::{damaged_text, fuzz};
        use taonet_subnets::{task::Task, tour::Tour};
        let good = [
            r#"{"task":"tour","netuid":1,"round":12,"challenge":[[3,7],[40,2],[9,9]]}"#.to_owned(),
            r#"{"method":"two-opt","answer":[3,0,2,1]}"#.to_owned(),
            r#"{"error":"no_permit","message":"ask another"}"#.to_owned(),
        ];
        let words = ["[", "[[[[[[[[", "]", "{", "1e400", "-0", "null", "\\ud800", "\"", "[1,2]"];
        fuzz(5_000, |random| {
            let text = damaged_text(random, &good, &words);
            if let Ok(question) = serde_json::from_str::<Question>(&text)
                && let Ok(challenge) = Tour::read_challenge(&question.challenge.to_string())
            {
                let written = Tour::write_challenge(&challenge);
                assert_eq!(Tour::read_challenge(&written).ok(), Some(challenge), "{text}");
            }
            if let Ok(reply) = serde_json::from_str::<Reply>(&text) {
                assert!(reply.label().len() <= MAX_LABEL && reply.label().is_ascii(), "{text}");
                if let Ok(answer) = Tour::read_answer(&reply.answer.to_string()) {
                    assert_eq!(Tour::read_answer(&Tour::write_answer(&answer)).ok(), Some(answer), "{text}");
                }
            }
            let _ = serde_json::from_str::<Problem>(&text);
        });
    }
}
