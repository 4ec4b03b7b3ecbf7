//! The consensus map as a picture: for the terminal, and as SVG.
//!
//! Rules:
//! 1. Every cell shows its number; colour only helps. Safe cells, where the honest keep at least their stake's part,
//!    are marked as such in black and white as well.
//! 2. The SVG needs nothing but itself.

use super::consensus_map::{Answer, Map, Question, is_safe};
use std::fmt::Write;

/// The text for the terminal: one map for each kappa, then the verdict.
pub fn text(answer: &Answer, colour: bool) -> String {
    let question = &answer.question;
    let mut text = format!(
        "What an honest majority keeps of the emission against a cabal that rates itself\n\
         {} trials of {} epochs, {} validators and {} miners, half of each the cabal's, seed {}\n\
         Rows: the part of their weight that the honest give to honest miners. Columns: the cabal's part \n\
         of the stake. Cells: percent of the emission that the honest keep; * at least their stake's part.\n",
        question.trials, question.epochs, question.validators, question.validators, question.seed
    )
    .replace(" \n", "\n");
    for map in &answer.maps {
        let _ = write!(text, "\n{}", one_map(question, map, colour));
    }
    text.push('\n');
    text.push_str(&verdict(answer));
    text
}

fn one_map(question: &Question, map: &Map, colour: bool) -> String {
    let mut text = format!("κ = {}\n  honest\\cabal", decimal(map.kappa));
    for cabal in &question.cabals {
        let _ = write!(text, "{:>6}", format!("{cabal}%"));
    }
    text.push('\n');
    for (agreement, row) in question.agreements.iter().zip(&map.kept) {
        let _ = write!(text, "  {:>11} ", format!("{agreement}%"));
        for (&cabal, &kept) in question.cabals.iter().zip(row) {
            let mark = if is_safe(cabal, kept) { '*' } else { ' ' };
            let cell = format!("{:>5}{mark}", (kept + 5_000) / 10_000);
            text.push_str(&painted(&cell, kept, colour));
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// From red, where the honest keep nothing, to green, where they keep everything.
fn painted(cell: &str, kept: u64, colour: bool) -> String {
    if !colour {
        return cell.to_owned();
    }
    let (red, green) = shades(kept);
    format!("\x1b[48;2;{red};{green};60m\x1b[38;2;255;255;255m{cell}\x1b[0m")
}

fn shades(kept: u64) -> (u64, u64) {
    let kept = kept.min(1_000_000);
    (40 + (1_000_000 - kept) * 150 / 1_000_000, 40 + kept * 90 / 1_000_000)
}

fn decimal(kappa: u16) -> String {
    format!("{:.2}", f64::from(kappa) / f64::from(u16::MAX))
}

fn verdict(answer: &Answer) -> String {
    let mut text =
        String::from("The largest cabal against which the honest keep at least their stake's part\n");
    let _ = write!(text, "  honest give ");
    for agreement in &answer.question.agreements {
        let _ = write!(text, "{:>6}", format!("{agreement}%"));
    }
    text.push('\n');
    for map in &answer.maps {
        let _ = write!(text, "  κ = {:<8}", decimal(map.kappa));
        for safe in &map.safe_up_to {
            let _ = write!(text, "{:>6}", safe.map_or_else(|| "–".into(), |cabal| format!("{cabal}%")));
        }
        text.push('\n');
    }
    text
}

/// Width and height of a cell, and the room for labels.
const CELL: (usize, usize) = (40, 26);
const MARGIN: (usize, usize) = (70, 74);

/// The maps side by side as an SVG document.
pub fn svg(answer: &Answer) -> String {
    let question = &answer.question;
    let (columns, rows) = (question.cabals.len(), question.agreements.len());
    let panel = (MARGIN.0 + columns * CELL.0 + 20, MARGIN.1 + rows * CELL.1 + 30);
    let height = 40 + panel.1 * answer.maps.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"12\" y=\"24\" font-size=\"15\">What an honest majority keeps of the emission, percent \
         (seed {}, {} trials, {} epochs)</text>\n",
        panel.0, question.seed, question.trials, question.epochs
    );
    for (index, map) in answer.maps.iter().enumerate() {
        let _ = writeln!(svg, "<g transform=\"translate(0,{})\">", 40 + index * panel.1);
        svg.push_str(&panel_svg(question, map));
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel_svg(question: &Question, map: &Map) -> String {
    let (left, top) = MARGIN;
    let mut svg = format!(
        "<text x=\"12\" y=\"22\" font-size=\"14\">κ = {}</text>\n\
         <text x=\"{left}\" y=\"42\">the cabal's part of the stake → (framed: the honest keep at least their \
         stake's part)</text>\n\
         <text x=\"12\" y=\"{}\">honest ↓</text>\n",
        decimal(map.kappa),
        top - 8
    );
    for (column, cabal) in question.cabals.iter().enumerate() {
        let x = left + column * CELL.0 + CELL.0 / 2;
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{cabal}%</text>", top - 8);
    }
    for (line, (agreement, row)) in question.agreements.iter().zip(&map.kept).enumerate() {
        let y = top + line * CELL.1;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{agreement}%</text>",
            left - 8,
            y + CELL.1 - 8
        );
        for (column, (&cabal, &kept)) in question.cabals.iter().zip(row).enumerate() {
            svg.push_str(&cell_svg((left + column * CELL.0, y), kept, is_safe(cabal, kept)));
        }
    }
    svg
}

fn cell_svg((x, y): (usize, usize), kept: u64, safe: bool) -> String {
    let (red, green) = shades(kept);
    let frame = if safe { " stroke=\"#000\" stroke-width=\"2\"" } else { "" };
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"rgb({red},{green},60)\"{frame}/>\n\
         <text x=\"{}\" y=\"{}\" fill=\"#fff\" text-anchor=\"middle\">{}</text>\n",
        x + 1,
        y + 1,
        CELL.0 - 3,
        CELL.1 - 3,
        x + CELL.0 / 2,
        y + CELL.1 - 8,
        (kept + 5_000) / 10_000
    )
}
