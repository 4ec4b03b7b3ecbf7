//! A user's story over a living network, told in the words of the command line: what is said, and what is seen after.

use crate::home::{Home, TAONET, nodes, number, text};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

/// A network, and somebody who talks to it.
struct Story {
    home: Home,
    rpc: String,
}

impl Story {
    fn begin() -> Story {
        let home = Home::new();
        let network = home.up(&["--nodes", "1"]);
        let rpc = text(&nodes(&network)[0], "rpc").to_owned();
        Story { home, rpc }
    }

    fn words<'w>(&'w self, words: &'w str) -> Vec<&'w str> {
        ["--json", "--rpc", &self.rpc].into_iter().chain(words.split(' ')).collect()
    }

    /// Runs a command, which must succeed, and returns what it says.
    fn says(&self, words: &str) -> Value {
        self.home.json(&self.words(words))
    }

    /// The name of the error of a command, which must fail.
    fn refused(&self, words: &str) -> String {
        let output = self.home.taonet(&self.words(words));
        assert_eq!(output.status.code(), Some(1), "taonet {words}");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("an error in JSON");
        text(&answer["error"], "name").to_owned()
    }

    /// Waits for the next epoch of subnet 1 and one block more.
    fn waits_for_an_epoch(&self) {
        let subnet = &self.says("query subnet 1")["subnet"];
        let height = number(subnet, "next_epoch_block").max(number(subnet, "height")) + 1;
        self.says(&format!("query block {height} --wait"));
    }

    fn address(&self, account: &str) -> String {
        text(&self.says(&format!("wallet balance {account}")), "account").to_owned()
    }

    /// The alpha of an account with a hotkey on subnet 1.
    fn staked(&self, account: &str, hotkey: &str) -> u64 {
        let (stakes, hotkey) = (self.says(&format!("stake list {account}")), self.address(hotkey));
        let is_meant = |stake: &&Value| stake["hotkey"] == hotkey.as_str() && stake["netuid"] == 1;
        stakes.as_array().expect("a list").iter().find(is_meant).map_or(0, |stake| number(stake, "alpha"))
    }
}

#[test]
fn stake_is_moved_and_locked() {
    let story = Story::begin();
    story.says("stake add -k //Bob -u 1 -H //val-a --amount 20");
    assert!(story.staked("//Bob", "//val-a") > 0, "stake was bought");
    let moves =
        "stake move -k //Bob --origin-hotkey //val-a --dest-hotkey //val-b --origin-netuid 1 --amount 2";
    assert!(number(&story.says(&format!("{moves} --dry-run")), "fee") > 0);
    assert_eq!(story.staked("//Bob", "//val-b"), 0, "a dry run changes nothing");
    story.says(moves);
    assert!(story.staked("//Bob", "//val-b") > 0, "stake was moved");

    story.says("lock add 1 -k //Bob -H //val-a --amount 1");
    story.says("lock mode perpetual -u 1 -k //Bob");
    let locks = story.says("lock show //Bob")["locks"].clone();
    assert_eq!(locks[0]["hotkey"], story.address("//val-a").as_str());
    assert_eq!(locks[0]["perpetual"], true);
    // It had decayed for a block or two.
    assert!((999_000_000..=1_000_000_000).contains(&number(&locks[0], "mass")), "{locks}");
    assert_eq!(story.says("lock list 1")["locks"][0]["coldkey"], story.address("//Bob").as_str());
}

#[test]
fn a_validator_lowers_its_take_lends_stake_and_claims_dividends() {
    let story = Story::begin();
    let val_a = |story: &Story| story.says("query hotkey //val-a --netuid 1");
    story.says("root set-take -k //Alice -H //val-a --take 9%");
    assert_eq!(val_a(&story)["take"], 5_898);
    assert_eq!(story.refused("root set-take -k //Bob -H //val-a --take 8%"), "NonAssociatedColdKey");

    story.says("stake child set 1 -k //Alice -H //val-a --children //m1 --proportions 25%");
    let children = &val_a(&story)["subnets"][0];
    let asked =
        if children["pending"].is_null() { &children["children"] } else { &children["pending"]["children"] };
    assert_eq!(asked[0]["hotkey"], story.address("//m1").as_str());
    assert_eq!(asked[0]["proportion"], u64::MAX / 4);

    story.waits_for_an_epoch();
    assert_eq!(story.says("root claims //Alice")["claim_type"], "swap");
    story.says("root set-claim-type keep --netuids 1 -k //Alice");
    let claims = story.says("root claims //Alice");
    assert_eq!((&claims["claim_type"], &claims["keep_netuids"]), (&json!("keep"), &json!([1])));
    let claimed = story.says("root claim --netuids 1 -k //Alice");
    let names: Vec<&str> =
        claimed["events"].as_array().expect("events").iter().map(|event| text(event, "name")).collect();
    assert!(names.contains(&"RootClaimed"), "{names:?}");
}

#[test]
fn a_validator_hides_its_weights_and_reveals_them() {
    let story = Story::begin();
    story.says("hparams set commit_reveal_enabled true --netuid 1 -k //Alice");
    story.says("subnets register 1 -k //Bob -H //story");
    let uid = number(&story.says("query hotkey //story --netuid 1")["subnets"][0], "uid");
    assert_eq!(story.refused("weights reveal 1 -k //story"), "NoWeightsCommitFound");
    story.waits_for_an_epoch();
    story.says(&format!("weights commit 1 -k //story --uids {uid} --weights 1"));
    let commits = story.says("weights commits 1 -H //story");
    assert_eq!(commits["by_hash"].as_array().expect("commits").len(), 1);
    assert_eq!(story.refused("weights reveal 1 -k //story"), "RevealTooEarly");

    story.waits_for_an_epoch();
    story.says("weights reveal 1 -k //story");
    let row = &story.says(&format!("weights show 1 --uid {uid}"))["rows"][0];
    assert_eq!((&row["uids"], &row["values"]), (&json!([uid]), &json!([65_535])));
    let hidden = story.says("weights commits 1 -H //story");
    assert!(hidden["by_hash"].as_array().expect("commits").is_empty());
}

#[test]
fn work_registers_a_hotkey_and_can_be_stopped() {
    let story = Story::begin();
    assert_eq!(story.refused("subnets register-pow 1 -k //worker"), "WorkDoesNotPay");
    story.says("hparams set pow_registration true -k //Alice");
    story.says("hparams set registration_rule interval --netuid 1 -k //Alice");
    story.says("hparams set difficulty 1000000000000000000 --netuid 1 -k //Alice");

    let mut command = Command::new(TAONET);
    command
        .args(["--rpc", &story.rpc, "subnets", "register-pow", "1", "-k", "//worker"])
        .stdin(Stdio::null());
    let mut working = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("taonet runs");
    let mut progress = String::new();
    let talk = working.stderr.take().expect("piped");
    BufReader::new(talk).read_line(&mut progress).expect("it says how far it is");
    assert!(progress.contains("hashes a second") && progress.contains("are expected"), "{progress}");
    let pid = working.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
    assert_eq!(working.wait().expect("it ends").code(), Some(130));
    assert_eq!(number(&story.says("wallet balance //worker"), "nonce"), 0, "nothing was sent");

    story.says("hparams set difficulty 1000 --netuid 1 -k //Alice");
    story.says("subnets register-pow 1 -k //worker --coldkey //Bob --threads 2");
    let worker = story.says("query hotkey //worker --netuid 1");
    assert_eq!(worker["owner"], story.address("//Bob").as_str());
    assert!(worker["subnets"][0]["uid"].is_u64());
}
