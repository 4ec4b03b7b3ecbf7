//! Deaths of the process, of the power and of the disk, over a real database.

use super::*;
use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};
use taonet_chain::state::tree::Tree;

/// Tells a copy of this very test that it is the process to be killed, and where it shall write.
const WRITER: &str = "TAONET_TEST_WRITER";
const TEST: &str = "store::tests::crashes::a_process_killed_at_any_moment_leaves_whole_blocks";

/// A chain in memory as the store's is at a height.
fn grown(height: u64) -> Rig {
    let mut rig = Rig::new();
    while rig.chain.tip.height < height {
        let transfer = rig.transfer();
        rig.chain.produce(vec![transfer]);
    }
    rig
}

fn open(dir: &Path) -> RocksStore {
    RocksStore::open(dir, &genesis("store-test"), History::Archive).expect("a whole store")
}

#[test]
fn a_process_killed_at_any_moment_leaves_whole_blocks() {
    if let Some(dir) = env::var_os(WRITER) {
        commit_until_killed(Path::new(&dir));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("db");
    // The kill comes so many blocks later, at whatever the writer is doing by then.
    for blocks in [1, 4, 2, 9, 1, 30, 6, 3] {
        let written = kill_after(blocks, folder.path());
        let store = open(&dir);
        let (tip, log) = (store.tip(), store.log());
        assert!(tip.height >= written, "block {written} was written, the store is at {}", tip.height);
        assert_eq!(Tree::of(&store).root(), tip.state_root);
        grown(tip.height).assert_same(&store);
        let whole = [Record::Start, Record::Joined];
        assert!(log == whole || log == whole[..1] && tip.height > written, "{log:?} at {}", tip.height);
    }
}

/// Starts a writer, reads off so many blocks that it has written, kills it, and returns the last of them.
fn kill_after(blocks: usize, folder: &Path) -> u64 {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", TEST, "--nocapture", "--quiet"]).env(WRITER, folder.join("db"));
    // The writer cannot clean up: what it leaves goes with our folder.
    command.env("TMPDIR", folder).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut writer = Killed(command.spawn().expect("it starts"));
    let lines = BufReader::new(writer.0.stdout.take().expect("piped")).lines();
    let heights = lines.filter_map(|line| line.expect("readable").strip_prefix("block ")?.parse().ok());
    heights.take(blocks).last().expect("it writes")
}

/// A process that is killed when this value goes.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it is dead");
    }
}

/// Goes on where the store is, and says which blocks it has written.
fn commit_until_killed(dir: &Path) -> ! {
    let mut store = open(dir);
    let mut rig = grown(store.tip().height);
    loop {
        let height = rig.commit(&mut store, &[Record::Start]).block.header.height;
        store.append(&Record::Joined);
        if height.is_multiple_of(3) {
            store.sync();
        }
        println!("\nblock {height}");
    }
}

#[test]
fn a_torn_end_of_the_log_loses_its_end_and_nothing_else() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    for _ in 0..6 {
        rig.commit(&mut store, &[Record::Start]);
        store.append(&Record::Joined);
    }
    let length = wal(&rig.database()).metadata().expect("it is there").len();
    let mut last = 6;
    for cut in [0, 1, 30, 200, length / 6, length / 3, length / 2, length - 1, length] {
        let torn = tempfile::tempdir().expect("a folder");
        copy(&rig.database(), torn.path());
        wal(torn.path()).set_len(length - cut).expect("cut");
        let store = open(torn.path());
        let height = store.tip().height;
        assert!(height <= last, "less of the log is left");
        grown(height).assert_same(&store);
        assert!([Record::Start, Record::Joined].starts_with(&store.log()), "{:?}", store.log());
        last = height;
    }
    assert_eq!(last, 0, "all blocks were in the log");
}

/// The newest log of RocksDB.
fn wal(dir: &Path) -> fs::File {
    let files = fs::read_dir(dir).expect("files").map(|entry| entry.expect("a file").path());
    let log = files.filter(|path| path.extension().is_some_and(|extension| extension == "log")).max();
    fs::OpenOptions::new().write(true).open(log.expect("a log")).expect("it opens")
}

#[test]
fn a_full_disk_is_noticed_before_anything_is_committed() {
    let mut rig = Rig::new();
    let mut store = rig.open();
    rig.commit(&mut store, &[Record::Start]);
    let error = store.keep_free(u64::MAX).expect_err("no disk has so much");
    assert!(matches!(error, StoreError::NoSpace { needed_mib: u64::MAX, .. }), "{error}");
    assert_eq!(error.exit_code(), 74);
    assert!(error.remedy().contains("free some disk space"), "{}", error.remedy());

    let before = rig.chain.clone();
    let commit = panic::AssertUnwindSafe(|| rig.commit(&mut store, &[]));
    let unwound = panic::catch_unwind(commit).expect_err("refused");
    assert_eq!(unwound.downcast_ref(), Some(&error));
    drop(store);

    rig.chain = before;
    let mut store = rig.open();
    rig.assert_same(&store);
    assert_eq!(store.log(), [Record::Start], "the log is intact");
    rig.commit(&mut store, &[]);
    rig.assert_same(&store);
}
