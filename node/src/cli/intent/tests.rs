//! Intents: what the words of the command line become.

mod calls;

use super::{
    weights::{Sealing, due, score, to_parts},
    words::{Part, divide},
    *,
};
use crate::{cli::solver::Found, rpc::every_call};
use clap::{CommandFactory, Parser};
use taonet_chain::{
    Hash, Keypair,
    beacon::{Beacon, LocalBeacon, Opened},
};
use taonet_subnets::yuma::payload::WeightsPayload;

/// The words of one intent alone.
#[derive(Debug, Parser)]
#[command(name = "tx", no_binary_name = true)]
struct Alone<A: Args> {
    #[command(flatten)]
    asks: A,
}

#[derive(Debug, Parser)]
struct All {
    #[command(subcommand)]
    _intent: Intent,
}

pub(super) fn account(uri: &str) -> AccountId {
    Keypair::from_uri(uri).expect("a URI").account()
}

/// Who signs in these tests.
fn signer() -> AccountId {
    account("//Alice")
}

pub(super) fn words<A: Args>(words: &str) -> A {
    Alone::<A>::try_parse_from(words.split_whitespace())
        .unwrap_or_else(|error| panic!("{words}: {error}"))
        .asks
}

/// What an intent asks for.
pub(super) fn call<A: Asks>(text: &str) -> Call {
    words::<A>(text).call(signer()).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

/// Why an intent asks for nothing.
pub(super) fn refused<A: Asks>(text: &str) -> Fault {
    words::<A>(text).call(signer()).expect_err(text)
}

#[test]
fn every_call_can_be_made_under_its_name() {
    let mut command = All::command();
    command.build();
    let known = |word: &str| {
        command
            .get_subcommands()
            .any(|entry| entry.get_name() == word || entry.get_all_aliases().any(|a| a == word))
    };
    for call in every_call() {
        let name = call.name();
        assert!(known(name), "`taonet tx {name}` is unknown");
        assert!(known(&name.replace('_', "-")), "`taonet tx {}` is unknown", name.replace('_', "-"));
    }
}

#[test]
fn dashes_are_shown_and_underscores_understood() {
    let mut command = All::command();
    command.build();
    for entry in command.get_subcommands().filter(|entry| entry.get_name().contains('-')) {
        let name = entry.get_name();
        assert!(entry.get_all_aliases().any(|alias| alias == name.replace('-', "_")), "{name}");
        assert!(!entry.get_visible_aliases().any(|alias| alias.contains('_')), "{name}");
    }
}

#[test]
fn scores_become_parts_of_the_best() {
    assert_eq!(to_parts(&[0.5, 0.5]), [65_535, 65_535]);
    assert_eq!(to_parts(&[1.0, 0.0, 4.0]), [16_384, 0, 65_535]);
    assert_eq!(to_parts(&[0.0]), [0]);
}

#[test]
fn a_score_is_a_number_from_zero_on() {
    assert!(score("-1").is_err() && score("nan").is_err() && score("many").is_err());
    assert_eq!(score(".5"), Ok(0.5));
}

#[test]
fn a_part_is_a_decimal_or_per_cent_and_rounded_down() {
    let part = |text: &str| text.parse::<Part>();
    assert_eq!(part("0.18").map(Part::of_u16), Ok(11_796));
    assert_eq!(part("18%").map(Part::of_u16), Ok(11_796));
    assert_eq!(part("1").map(|part| part.of(u64::MAX)), Ok(u64::MAX));
    assert_eq!(part("0.5").map(|part| part.of(u64::MAX)), Ok(u64::MAX / 2));
    assert_eq!(part("0").map(Part::of_u16), Ok(0));
    for text in ["1.01", "101%", "-0.1", "half", "%", ""] {
        assert!(part(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_divided_sums_to_the_whole() {
    let divided = |text: &str| {
        let parts: Vec<Part> = text.split(',').map(|part| part.parse().expect("a part")).collect();
        divide(&parts, 65_535)
    };
    assert_eq!(divided(".5,.5"), Some(vec![32_768, 32_767]));
    assert_eq!(divided("0,1"), Some(vec![0, 65_535]));
    assert_eq!(divided("0.1,0.2,0.1"), Some(vec![16_384, 32_768, 16_383]));
    assert_eq!(divided("0,0"), None);
}

#[test]
fn a_parameter_knows_whether_it_needs_a_subnet() {
    let set = |name: &str, value: &str, netuid| SetParam { name: name.into(), value: value.into(), netuid };
    assert!(set("tempo", "20", Some(1)).call(signer()).is_ok());
    assert!(set("tempo", "20", None).call(signer()).is_err());
    assert!(set("tempo", "often", Some(1)).call(signer()).is_err());
    assert!(set("no-such", "1", Some(1)).call(signer()).is_err());
}

#[test]
fn words_that_contradict_each_other_are_refused() {
    let weights = refused::<SetWeights>("1 --uids 0,1 --weights .5");
    assert_eq!(weights.sentence, "2 UIDs and 1 weights");
    let children = refused::<SetChildren>("1 --children //a,//b --proportions 1");
    assert_eq!(children.sentence, "2 children and 1 proportions");
    assert_eq!(refused::<SetMechanismSplit>("1 --parts 0,0").sentence, "no mechanism gets anything");
    assert!(refused::<SetRootClaimType>("swap --netuids 1").remedy.contains("keep --netuids"));
}

#[test]
fn a_take_is_raised_or_lowered_whichever_it_is() {
    let to: SetTake = words("-H //val-a --take 9%");
    let (hotkey, take) = (account("//val-a"), 5_898);
    assert_eq!(to.call_from(hotkey, Some(11_796)), Call::DecreaseTake { hotkey, take });
    assert_eq!(to.call_from(hotkey, Some(100)), Call::IncreaseTake { hotkey, take });
    assert_eq!(to.call_from(hotkey, None), Call::IncreaseTake { hotkey, take });
}

#[test]
fn what_is_committed_is_what_is_revealed_here_and_by_hand() {
    let commit: CommitWeights =
        words("1 --mechanism 1 --uids 0,3 --weights 1,.5 --version-key 7 --salt 1,2,3");
    let secret = commit.secret(signer(), &[0; 32]).expect("a secret");
    let reveal: RevealWeights =
        words("1 --mechanism 1 --uids 0,3 --weights 1,.5 --version-key 7 --salt 1,2,3");
    let named = reveal.named(signer()).expect("named in full").expect("a secret");
    assert_eq!(named, secret);
    let hash = |mechanism| Secret { mechanism, ..secret.clone() }.hash().ok();
    assert!(hash(0).is_some() && hash(0) != hash(1), "the mechanism is part of the hash");
    assert!(hash(200).is_none(), "no subnet has so many");
    let expected = taonet_chain::Reveal {
        uids: vec![0, 3],
        values: vec![65_535, 32_768],
        salt: vec![1, 2, 3],
        version_key: 7,
    };
    assert_eq!(
        RevealWeights::reveals(secret.clone()),
        Call::RevealWeights { netuid: 1, mechanism: 1, reveal: expected.clone() }
    );
    let batch: RevealBatch = words("1");
    assert_eq!(batch.reveals([secret]), Call::BatchRevealWeights { netuid: 1, reveals: vec![expected] });
}

#[test]
fn a_salt_is_made_of_what_nobody_can_foresee() {
    let commit: CommitWeights = words("1 --uids 0 --weights 1");
    let salt = |random| commit.secret(signer(), &random).expect("a secret").salt;
    assert_eq!(salt([1; 32]), [257; 8]);
    assert_ne!(salt([1; 32]), salt([2; 32]));
    assert!(words::<RevealWeights>("1").named(signer()).is_none(), "then the commit that is due is meant");
}

#[test]
fn only_commits_whose_epoch_it_is_are_due() {
    let commit =
        |epoch, byte| proto::HashCommit { epoch, hash: Hash([byte; 32]).to_string(), ..Default::default() };
    let at = |epoch, by_hash| proto::Commits { epoch, reveal_period: 2, by_hash, ..Default::default() };
    let by_hash = vec![commit(3, 1), commit(5, 2), commit(5, 3), commit(6, 4)];
    assert_eq!(due(&at(7, by_hash.clone())), Ok(vec![Hash([2; 32]), Hash([3; 32])]));
    let early = due(&at(4, by_hash.clone())).expect_err("too early");
    assert_eq!(early.sentence, "the next commit can be revealed in epoch 5, and now is 4");
    assert_eq!(due(&at(90, by_hash)).expect_err("all are expired").name, "NoWeightsCommitFound");
}

#[test]
fn timelocked_weights_open_at_their_round_and_not_before() {
    let sealing = Sealing { genesis: Hash([5; 32]), round: 40, entropy: [6; 32] };
    for (more, opens_at) in [("", 40), (" --round 50", 50)] {
        let commit: CommitTimelocked = words(&format!("1 --uids 0,3 --weights 1,.5 --version-key 7{more}"));
        let call = commit.sealed(signer(), &sealing).expect("sealed");
        let Call::CommitTimelockedWeights { netuid: 1, mechanism: 0, commit, round, version: 4 } = call
        else {
            panic!("{call:?}")
        };
        assert_eq!(round, opens_at);
        let open = |height| LocalBeacon { genesis: sealing.genesis, height }.open(round, &commit);
        assert_eq!(open(opens_at - 1), Opened::NotYet);
        let Opened::Bytes(bytes) = open(opens_at) else { panic!("it does not open") };
        let payload = WeightsPayload {
            hotkey: Some(signer().0),
            uids: vec![0, 3],
            values: vec![65_535, 32_768],
            version_key: 7,
        };
        assert_eq!(WeightsPayload::decode(&bytes), Some(payload));
    }
}

#[test]
fn work_is_shown_as_it_was_found() {
    let found = Found { number: 9, nonce: 77, seal: [3; 32] };
    let register = |text| words::<RegisterWork>(text).shows(signer(), &found).expect("a call");
    let shown =
        |coldkey| Call::Register { netuid: 1, block_number: 9, nonce: 77, work: Hash([3; 32]), coldkey };
    assert_eq!(register("1 --coldkey //Bob --threads 2"), shown(account("//Bob")));
    assert_eq!(register("--netuid 1"), shown(signer()));
    assert!(Alone::<RegisterWork>::try_parse_from(["1", "--threads", "0"]).is_err());
}
