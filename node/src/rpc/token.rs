//! Who may ask at all: where the operator has set a token, only those who show it.
//!
//! Rules:
//! 1. The token is asked for before anything else about a request is looked at, the counters included.
//! 2. Hashes are compared, so that the time it takes tells nothing about the token.

use super::refusal::Manner;
use crate::fault::Fault;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header::AUTHORIZATION},
    middleware::Next,
    response::Response,
};
use taonet_chain::{Code, Domain, Hash};

/// What goes before the token in the header.
pub(crate) const SCHEME: &str = "Bearer ";

/// The token that opens the door; none leaves it open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token(Option<Hash>);

impl Token {
    pub(super) fn new(token: Option<&str>) -> Token {
        Token(token.map(hashed))
    }

    fn admits(self, header: Option<&str>) -> bool {
        let shown = header.and_then(|header| header.strip_prefix(SCHEME)).map(hashed);
        self.0.is_none() || self.0 == shown
    }
}

fn hashed(token: &str) -> Hash {
    Hash::of(Domain::SEED, token.trim().as_bytes())
}

/// Lets a request pass, or answers it in the manner in which it was asked.
pub(super) async fn guard(State(token): State<Token>, request: Request, next: Next) -> Response {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if token.admits(header) {
        return next.run(request).await;
    }
    let remedy = "Show the node's token with --token, in TAONET_TOKEN, or as `Authorization: Bearer ...`.";
    let sentence = "this node answers only those who show its token";
    let fault = Fault::new(Code::NotAuthorized, "TokenNeeded", sentence, remedy);
    Manner::of(request.headers()).refuse(fault, StatusCode::UNAUTHORIZED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_token_opens_the_door() {
        let token = Token::new(Some("0123456789abcdef"));
        for wrong in
            [None, Some(""), Some("Bearer "), Some("0123456789abcdef"), Some("Bearer 0123456789abcdeF")]
        {
            assert!(!token.admits(wrong), "{wrong:?}");
        }
        assert!(token.admits(Some("Bearer 0123456789abcdef")));
        assert!(Token::new(None).admits(None));
    }
}
