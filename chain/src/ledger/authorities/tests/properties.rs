//! Random lives of authorities: stakes move, candidates come and go, lies and absences are found, modes change.

use super::{authorities, chain, double_vote, era, last_block, take};
use crate::{
    AccountId, Authority, AuthoritySet, Call, ConsensusMode, Draft,
    event::AuthorityJailed,
    ledger::{
        authorities::{appointed, ranked, sentence},
        params,
        subnets::ROOT,
    },
    memory::MemoryChain,
    testing::{account, signed},
};
use proptest::prelude::*;
use taonet_subnets::amount::{Alpha, Tao};

/// Who may be an authority: hotkeys that own themselves, and two of validators.
const ALL: [&str; 6] = ["//Bob", "//Charlie", "//Dave", "//Eve", "//val-a", "//val-b"];

/// Who signs for each.
const SIGNERS: [&str; 6] = ["//Bob", "//Charlie", "//Dave", "//Eve", "//Alice", "//Ferdie"];

/// What happens in a block.
#[derive(Clone, Debug)]
enum Happening {
    Stake(usize, u64),
    Unstake(usize, u64),
    Join(usize),
    Leave(usize),
    Unjail(usize),
    Mode(bool),
    Appoint(Vec<usize>),
    Lie(usize),
    /// The proposer of round 0 is absent.
    Absent,
    Nothing,
}

fn happening() -> impl Strategy<Value = Happening> {
    let who = 0..ALL.len();
    prop_oneof![
        (who.clone(), 1u64..30_000).prop_map(|(who, tao)| Happening::Stake(who, tao)),
        (who.clone(), 1u64..30_000).prop_map(|(who, tao)| Happening::Unstake(who, tao)),
        who.clone().prop_map(Happening::Join),
        who.clone().prop_map(Happening::Leave),
        who.clone().prop_map(Happening::Unjail),
        any::<bool>().prop_map(Happening::Mode),
        prop::collection::vec(who.clone(), 1..4).prop_map(Happening::Appoint),
        who.prop_map(Happening::Lie),
        Just(Happening::Absent),
        Just(Happening::Nothing),
    ]
}

/// The call of a happening and who signs it.
fn call(happening: &Happening) -> Option<(&'static str, Call)> {
    let hotkey = |who: usize| account(ALL[who]);
    Some(match *happening {
        Happening::Stake(who, tao) => {
            (SIGNERS[who], Call::AddStake { hotkey: hotkey(who), netuid: ROOT, amount: Tao::whole(tao) })
        }
        Happening::Unstake(who, tao) => {
            (SIGNERS[who], Call::RemoveStake { hotkey: hotkey(who), netuid: ROOT, amount: Alpha::whole(tao) })
        }
        Happening::Join(who) => (SIGNERS[who], Call::JoinAuthorities { hotkey: hotkey(who) }),
        Happening::Leave(who) => (SIGNERS[who], Call::LeaveAuthorities { hotkey: hotkey(who) }),
        Happening::Unjail(who) => (SIGNERS[who], Call::UnjailAuthority { authority: hotkey(who) }),
        Happening::Mode(stake) => {
            let mode = if stake { ConsensusMode::Stake } else { ConsensusMode::Authority };
            ("//Alice", Call::SetConsensusMode { mode })
        }
        Happening::Appoint(ref list) => {
            let authorities = list.iter().map(|who| Authority { id: hotkey(*who), power: 1 }).collect();
            ("//Alice", Call::SetAuthorities { authorities })
        }
        _ => return None,
    })
}

fn draft(chain: &MemoryChain, happening: &Happening) -> Draft {
    let transactions = call(happening).map(|(signer, call)| signed(chain, signer, call));
    let mut draft = chain.draft(transactions.into_iter().collect());
    match happening {
        Happening::Lie(who) => draft.evidence = vec![double_vote(chain, ALL[*who], chain.tip.height)],
        Happening::Absent => {
            let (set, height) = (&chain.tip.authorities, chain.tip.height + 1);
            let later = set.proposer(&chain.network.genesis, height, 1);
            draft.proposer = later.unwrap_or(draft.proposer);
        }
        _ => {}
    }
    draft
}

/// What the last block of an era must choose, from the state before it.
fn expected(chain: &MemoryChain, evidence: Option<AccountId>) -> Option<Vec<Authority>> {
    let network = params::network(&chain.state);
    let is_free = |id: &AccountId| sentence(&chain.state, id).is_none() && evidence != Some(*id);
    match era(&chain.state).next_mode {
        ConsensusMode::Stake => {
            let mut all = ranked(&chain.state);
            all.retain(|one| is_free(&one.id));
            all.truncate(network.max_authorities.into());
            (all.len() >= usize::from(network.min_authorities)).then_some(all)
        }
        ConsensusMode::Authority => {
            let all: Vec<_> =
                appointed(&chain.state).iter().filter(|one| is_free(&one.id)).copied().collect();
            (!all.is_empty()).then_some(all)
        }
    }
}

fn check(before: &AuthoritySet, chain: &MemoryChain) -> Result<(), TestCaseError> {
    let set = authorities(&chain.state);
    prop_assert!(!set.is_empty());
    prop_assert!(set.iter().all(|one| sentence(&chain.state, &one.id).is_none()));
    prop_assert!(set.is_quorum(set.total()) && !set.is_quorum(set.total() * 2 / 3));
    prop_assert!(set.len() <= ALL.len() && !before.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_set_is_never_empty_or_jailed_and_powers_are_stakes(
        happenings in prop::collection::vec(happening(), 1..80),
        stake: bool,
        era_length in 1u64..6,
        (max, min) in (1u64..6, 1u64..4),
        share in 0u64..65_536,
    ) {
        let mode = if stake { ConsensusMode::Stake } else { ConsensusMode::Authority };
        let mut chain = chain(mode, &[
            ("era_length", era_length),
            ("max_authorities", max.max(min)),
            ("min_authorities", min),
            ("jail_blocks", 3),
            ("max_missed_slots", 2),
            ("jail_burn_share", share),
        ]);
        for happening in happenings {
            let is_last = chain.tip.height + 1 == last_block(&chain);
            let draft = draft(&chain, &happening);
            let quiet = draft.transactions.is_empty();
            let before = chain.tip.authorities.clone();
            let probe = chain.clone();
            // Builds, executes, compares, and checks every invariant, conservation among them.
            let (block, outcome) = take(&mut chain, draft);
            check(&before, &chain)?;
            let jailed = outcome.events.iter().find_map(|event| match event {
                crate::Event::AuthorityJailed(AuthorityJailed { authority, .. }) => Some(*authority),
                _ => None,
            });
            if is_last && quiet && block.evidence.is_empty() {
                let chosen: Vec<_> = chain.tip.authorities.iter().copied().collect();
                match expected(&probe, jailed) {
                    Some(expected) => prop_assert_eq!(chosen, expected),
                    None => prop_assert!(chosen.iter().all(|one| before.power(&one.id) == one.power)),
                }
            }
        }
    }
}
