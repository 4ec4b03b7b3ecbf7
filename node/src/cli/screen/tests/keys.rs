//! The screens about what keys decided and promised.

use super::{ALICE, BOB, narrow};
use crate::{cli::screen::*, proto};

const CAROL: &str = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";

fn lock() -> proto::Lock {
    proto::Lock {
        netuid: 1,
        coldkey: ALICE.into(),
        hotkey: BOB.into(),
        mass: 5_000_000_000,
        available: 20_000_000_000,
        conviction: 1_250_000_000,
        perpetual: true,
    }
}

#[test]
fn a_coldkey_with_everything_it_can_decide() {
    let text = coldkey(&proto::Coldkey {
        height: 99,
        coldkey: ALICE.into(),
        claim_type: "keep".into(),
        keep_netuids: vec![1, 3],
        auto_stakes: vec![proto::AutoStake { netuid: 1, hotkey: BOB.into() }],
        locks: vec![lock()],
        accepts_locked_alpha: true,
        swap: Some(proto::ColdkeySwap {
            new_coldkey_hash: "ab".repeat(32),
            executable_at: 36_100,
            disputed: false,
        }),
        identity_json: Some(r#"{"name":"alice","url":"","github_repo":"https://code.example"}"#.into()),
    });
    narrow(&text);
    insta::assert_snapshot!(text, @r#"
    coldkey       5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu
    dividends     kept as stake on 1, 3, sold elsewhere
    miners stake  to 5GoNkf6WdbxCFnPdAnYYQyCjAKPJgLNxXwPjwTh6DGg6gN3E on subnet 1
    locked alpha  is taken from others
    swap          from block 36,100 on
                  to abababababababababababababababababababababababababababababababab
    github repo   https://code.example
    name          alice

    NETUID LOCKED BY                   FOR HOTKEY                 LOCKED(α) FREE(α) CONVICTION MODE
         1 5FA9nQDVg267D…ndqSYGiN9TTpu 5GoNkf6WdbxCF…wTh6DGg6gN3E    5.0000 20.0000     1.2500 perpetual
    "#);
}

#[test]
fn a_swap_says_what_can_be_done() {
    let screen = |executable_at, disputed| {
        let swap = proto::ColdkeySwap { new_coldkey_hash: "ab".repeat(32), executable_at, disputed };
        coldkey(&proto::Coldkey { height: 99, swap: Some(swap), ..proto::Coldkey::default() })
    };
    assert!(screen(101, false).contains("from block 101 on"));
    assert!(screen(100, false).contains("can be made now"));
    assert!(screen(100, true).contains("only the sudo account can end it"));
}

#[test]
fn a_hotkey_that_lends_and_is_lent() {
    let link = |hotkey: &str, proportion| proto::Link { hotkey: hotkey.into(), proportion };
    let pending = proto::PendingChildren { children: vec![link(CAROL, u64::MAX)], cool_down: 7_300 };
    let text = hotkey(&proto::Hotkey {
        height: 99,
        hotkey: BOB.into(),
        owner: ALICE.into(),
        take: Some(11_796),
        take_set_at: 0,
        lends_to_new_subnets: true,
        subnets: vec![proto::HotkeyOnSubnet {
            netuid: 1,
            uid: Some(3),
            stake: 1_500_000_000_000,
            childkey_take: 5_898,
            children: vec![link(ALICE, u64::MAX / 4)],
            parents: vec![link(CAROL, u64::MAX)],
            pending: Some(pending),
            commitment_json: Some(
                r#"{"block":12,"fields":[{"raw":[104,105]},{"raw":[1,255]},"reset_bonds"]}"#.into(),
            ),
        }],
    });
    narrow(&text);
    insta::assert_snapshot!(text, @r#"
    hotkey        5GoNkf6WdbxCFnPdAnYYQyCjAKPJgLNxXwPjwTh6DGg6gN3E
    owned by      5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu
    take          0.1800 of dividends
    new subnets   lends to their owners

    subnet        1, UID 3, 1,500.0000 α staked
    childkey take 0.0900
    lends         0.2500 to 5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu
    is lent       1.0000 by 5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y
    will lend     in the first epoch after block 7,300
                  1.0000 to 5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y
    committed     "hi", 01ff, reset of bonds in block 12
    "#);
}

#[test]
fn a_hotkey_that_is_nothing_says_so() {
    let text = hotkey(&proto::Hotkey { hotkey: BOB.into(), ..proto::Hotkey::default() });
    assert!(text.contains("owned by      nobody") && text.contains("it is no delegate"), "{text}");
}

#[test]
fn locks_with_their_conviction() {
    let conviction = proto::Conviction { hotkey: BOB.into(), conviction: 1_250_000_000 };
    let text =
        locks(&proto::Locks { height: 99, netuid: 1, convictions: vec![conviction], locks: vec![lock()] });
    narrow(&text);
    insta::assert_snapshot!(text, @r#"
    HOTKEY                                           CONVICTION(α)
    5GoNkf6WdbxCFnPdAnYYQyCjAKPJgLNxXwPjwTh6DGg6gN3E        1.2500

    NETUID LOCKED BY                   FOR HOTKEY                 LOCKED(α) FREE(α) CONVICTION MODE
         1 5FA9nQDVg267D…ndqSYGiN9TTpu 5GoNkf6WdbxCF…wTh6DGg6gN3E    5.0000 20.0000     1.2500 perpetual
    "#);
    let none = locks(&proto::Locks { netuid: 1, ..proto::Locks::default() });
    assert_eq!(none, "nothing is locked on subnet 1\n");
}

#[test]
fn claims_say_what_becomes_of_them() {
    let stake =
        |netuid, claimable| proto::Stake { netuid, claimable, hotkey: BOB.into(), ..proto::Stake::default() };
    let account = proto::Account {
        height: 99,
        account: ALICE.into(),
        stakes: vec![stake(0, 0), stake(1, 2_500_000_000)],
        ..proto::Account::default()
    };
    let decided = proto::Coldkey { claim_type: "swap".into(), ..proto::Coldkey::default() };
    let text = claims(&Claims::of(account.clone(), &decided));
    narrow(&text);
    insta::assert_snapshot!(text, @r#"
    account       5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu
    dividends     sold, and staked on root

    NETUID HOTKEY                                           TO CLAIM(α)
         1 5GoNkf6WdbxCFnPdAnYYQyCjAKPJgLNxXwPjwTh6DGg6gN3E      2.5000
    "#);
    let nothing = Claims::of(proto::Account { stakes: vec![], ..account }, &decided);
    assert!(claims(&nothing).ends_with("to claim      nothing\n"));
}

#[test]
fn commits_say_when_they_are_revealed() {
    let commit =
        |epoch| proto::HashCommit { hotkey: BOB.into(), hash: "cd".repeat(32), epoch, block: epoch * 20 };
    let sealed = proto::TimelockedCommit { hotkey: ALICE.into(), epoch: 7, block: 150, round: 160 };
    let text = commits(&proto::Commits {
        height: 150,
        netuid: 1,
        mechanism: 0,
        epoch: 7,
        reveal_period: 1,
        by_hash: [5, 6, 7].map(commit).into(),
        timelocked: vec![sealed],
    });
    narrow(&text);
    insta::assert_snapshot!(text, @r#"
    subnet        1, mechanism 0
    epoch         7
    hidden for    1 epoch

    HOTKEY                          EPOCH BLOCK REVEAL                    HASH
    5GoNkf6WdbxCFnP…wPjwTh6DGg6gN3E     5   100 expired                   cdcdcdcdcdcdcdc…cdcdcdcdcdcdcd
    5GoNkf6WdbxCFnP…wPjwTh6DGg6gN3E     6   120 now                       cdcdcdcdcdcdcdc…cdcdcdcdcdcdcd
    5GoNkf6WdbxCFnP…wPjwTh6DGg6gN3E     7   140 in epoch 8                cdcdcdcdcdcdcdc…cdcdcdcdcdcdcd
    5FA9nQDVg267DEd…V7ndqSYGiN9TTpu     7   150 by itself, from block 160
    "#);
    assert!(commits(&proto::Commits::default()).ends_with("nothing is hidden\n"));
}

#[test]
fn mechanisms_and_identities() {
    let subnet = proto::Subnet {
        netuid: 1,
        mechanism_split: vec![49_152, 16_383],
        identity_json: Some(r#"{"subnet_name":"tour","discord":""}"#.into()),
        ..proto::Subnet::default()
    };
    insta::assert_snapshot!(mechanisms(&Mechanisms::of(&subnet)), @r#"
    MECHANISM EMISSION
            0   0.7500
            1   0.2500
    "#);
    assert_eq!(subnet_identity(&SubnetIdentity::of(subnet)), "subnet        1\nname          tour\n");
}
