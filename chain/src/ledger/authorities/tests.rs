//! Authorities, rule by rule, on whole blocks of a chain in stake mode and in authority mode.

mod eras;
mod jail;
mod properties;

use super::{authorities, era};
use crate::{
    AccountId, AuthoritySet, Block, Call, CallError, ConsensusMode, DevOptions, Draft, Event, Evidence,
    Genesis, Hash, Outcome, Vote, VoteKind,
    genesis::ParamText,
    invariants::violations,
    memory::MemoryChain,
    testing::{account, key, signed},
};

/// The authorities of a dev network by rising root stake in stake mode: 10,000 TAO and 1,000 more for each.
const URIS: [&str; 4] = ["//Bob", "//Charlie", "//Dave", "//Eve"];

/// A dev network in a mode, with these parameters.
fn chain(consensus: ConsensusMode, params: &[(&str, u64)]) -> MemoryChain {
    MemoryChain::new(&genesis(consensus, params)).expect("the preset builds")
}

fn genesis(consensus: ConsensusMode, params: &[(&str, u64)]) -> Genesis {
    let mut genesis = Genesis::dev(DevOptions { consensus, ..DevOptions::default() });
    genesis.params.extend(params.iter().map(|(name, value)| ((*name).to_owned(), ParamText::from(value))));
    genesis
}

/// Makes a block of calls, each by its signer; returns what each came to, and all events.
fn make(chain: &mut MemoryChain, calls: &[(&str, Call)]) -> (Vec<Result<(), CallError>>, Vec<Event>) {
    let transactions = calls.iter().map(|(signer, call)| signed(chain, signer, call.clone())).collect();
    let draft = chain.draft(transactions);
    let (_, outcome) = take(chain, draft);
    (outcome.receipts.iter().map(|receipt| receipt.result).collect(), outcome.events)
}

/// Builds the block of a draft and executes it: both agree, on the next authorities too, and every invariant holds.
fn take(chain: &mut MemoryChain, draft: Draft) -> (Block, Outcome) {
    let (block, outcome) = chain.build(draft);
    chain.apply(&block).expect("an honest block");
    assert_eq!(block.header.next_authorities, chain.tip.authorities.hash());
    assert_eq!(chain.tip.authorities, authorities(&chain.state));
    assert_eq!(violations(&chain.state), [], "after block {}", chain.tip.height);
    (block, outcome)
}

/// Makes empty blocks up to a height; returns all events.
fn run_to(chain: &mut MemoryChain, height: u64) -> Vec<Event> {
    let mut events = Vec::new();
    while chain.tip.height < height {
        events.extend(make(chain, &[]).1);
    }
    events
}

/// A block that carries evidence.
fn accuse(chain: &mut MemoryChain, evidence: Vec<Evidence>) -> (Block, Outcome) {
    let draft = Draft { evidence, ..chain.draft(Vec::new()) };
    take(chain, draft)
}

/// Two votes of one authority for the same height and round.
fn double_vote(chain: &MemoryChain, uri: &str, height: u64) -> Evidence {
    let vote = |value| Vote::sign(&key(uri), &chain.network, (height, 0, VoteKind::Prevote), value);
    Evidence::Votes(vote(None), vote(Some(Hash::ZERO)))
}

fn ids(set: &AuthoritySet) -> Vec<AccountId> {
    set.iter().map(|authority| authority.id).collect()
}

fn accounts_of(uris: &[&str]) -> Vec<AccountId> {
    uris.iter().map(|uri| account(uri)).collect()
}

/// The last block of the era.
fn last_block(chain: &MemoryChain) -> u64 {
    era(&chain.state).last_block(&crate::ledger::params::network(&chain.state))
}
