//! The screen about those who make blocks.

use super::{ALICE, BOB, narrow};
use crate::{cli::screen::*, proto};

const CAROL: &str = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";

#[test]
fn who_makes_blocks_who_stands_and_who_sits() {
    let standing = |account: &str, power| proto::Standing {
        account: account.into(),
        power,
        stake: 30_000_000_000_000,
        candidate_since: Some(12),
        ..proto::Standing::default()
    };
    let jail = proto::Jail { cause: "missed slots".into(), since: 1_200, until: 8_400 };
    let text = authorities(&proto::Authorities {
        height: 1_234,
        mode: "authority".into(),
        next_mode: "stake".into(),
        era: 3,
        first_block: 1_201,
        last_block: 1_240,
        accounts: vec![
            proto::Standing { appointed: true, missed_slots: 2, ..standing(ALICE, 2) },
            standing(BOB, 1),
            proto::Standing { appointed: true, jail: Some(jail), ..standing(CAROL, 0) },
        ],
    });
    narrow(&text);
    for line in [
        "authority, and stake from the next era on",
        "3, from block 1,201",
        "in block 1,240 (in 6)",
        "66.6 %",
        "33.3 %",
        "appointed, candidate, jailed until 8,400 (missed slots)",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let first = text.lines().find(|line| line.contains("66.6 %")).expect("a row");
    assert!(first.ends_with("authority, appointed, candidate"), "{first}");
}
