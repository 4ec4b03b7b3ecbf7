//! What an experiment must show, whatever its seed and however it is run.

use super::{
    consensus_map::{Answer, Question, answer, kappa},
    picture,
};

fn small() -> Question {
    Question {
        kappas: vec![kappa(0.5)],
        cabals: vec![10, 30, 45, 60, 80],
        agreements: vec![100, 60],
        trials: 4,
        epochs: 3,
        validators: 12,
        seed: 7,
    }
}

fn silent(question: &Question, threads: usize) -> Answer {
    answer(question, Some(threads), &|_, _| {})
}

#[test]
fn the_number_of_threads_changes_nothing_and_the_seed_does() {
    let question = small();
    let one = silent(&question, 1);
    assert_eq!(one, silent(&question, 5));
    assert_ne!(one.maps, silent(&Question { seed: 8, ..question }, 5).maps);
}

#[test]
fn a_majority_that_agrees_keeps_more_than_its_stake_and_a_minority_less() {
    let maps = silent(&small(), 2).maps;
    let kept = &maps[0].kept[0];
    assert!(kept[0] > 900_000 && kept[2] > 550_000, "{kept:?}");
    assert!(kept[3] < 400_000 && kept[4] < 200_000, "{kept:?}");
    assert_eq!(maps[0].safe_up_to[0], Some(45));
    assert!(kept.is_sorted_by(|a, b| a >= b), "a larger cabal never helps the honest: {kept:?}");
}

#[test]
fn a_higher_kappa_needs_a_larger_honest_majority() {
    let question = Question { kappas: vec![kappa(0.4), kappa(0.7)], cabals: vec![35], ..small() };
    let maps = silent(&question, 2).maps;
    assert_eq!(maps[0].kept[0], [1_000_000], "65 % of the stake support what they say: the cabal is cut off");
    assert!(maps[1].kept[0][0] <= 650_000, "65 % are not enough: {:?}", maps[1].kept);
}

#[test]
fn progress_ends_with_everything_done() {
    let seen = std::sync::Mutex::new(Vec::new());
    answer(&small(), Some(3), &|done, all| seen.lock().expect("no panic").push((done, all)));
    let mut seen = seen.into_inner().expect("no panic");
    seen.sort_unstable();
    assert_eq!((seen.len(), seen.last()), (40, Some(&(40, 40))));
}

#[test]
fn pictures_show_every_cell_and_fit_the_screen() {
    let answer = silent(&small(), 2);
    let text = picture::text(&answer, false);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("κ = 0.50") && text.contains("seed 7"), "{text}");
    assert!(!text.contains('\x1b') && picture::text(&answer, true).contains('\x1b'));
    let svg = picture::svg(&answer);
    assert_eq!(svg.matches("<rect").count(), 1 + 10);
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    let whole = picture::text(
        &silent(&Question { trials: 1, epochs: 1, validators: 4, ..Question::default() }, 2),
        false,
    );
    assert!(whole.lines().all(|line| line.chars().count() <= 100), "{whole}");
}
