//! Plots as SVG: lines over time, and heat maps.
//!
//! Rules:
//! 1. Lines differ in colour and in dashes, so that they can be told apart in print and where they lie on each other;
//!    each is named beside its end, within the picture.
//! 2. A heat map's cells carry their number as a tooltip; dark is much, light is little.

use super::escaped;
use std::fmt::Write;

/// A line of a plot.
pub(super) struct Line {
    /// Its name.
    pub(super) name: String,
    /// Its points.
    pub(super) points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 240.0;
/// Room on the left for numbers, on the right for names, above, and below.
const ROOM: (f64, f64, f64, f64) = (70.0, 150.0, 12.0, 34.0);

/// Dark enough on white, and told apart by people who see fewer colours.
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#000000", "#7a3db8"];
const DASHES: [&str; 3] = ["", "6 3", "2 3"];

/// Lines over a common horizontal axis. Without a point there is nothing to draw.
pub(super) fn lines(lines: &[Line], horizontal: &str) -> String {
    let all = || lines.iter().flat_map(|line| line.points.iter());
    let Some(&(first, _)) = all().next() else { return String::new() };
    let span = |values: &mut dyn Iterator<Item = f64>, start: (f64, f64)| {
        values.fold(start, |(low, high), value| (low.min(value), high.max(value)))
    };
    let x = span(&mut all().map(|point| point.0), (first, first));
    let (low, high) = span(&mut all().map(|point| point.1), (0.0, 0.0));
    let y = (low, if high > low { high } else { low + 1.0 });
    let frame = Frame { x: (x.0, if x.1 > x.0 { x.1 } else { x.0 + 1.0 }), y };
    let mut svg = frame.open(horizontal);
    let mut names_at = Vec::new();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.points.is_empty()) {
        let colour = COLOURS[index % COLOURS.len()];
        let dash = DASHES[index % DASHES.len()];
        let points: Vec<String> = line.points.iter().map(|&point| frame.place(point)).collect();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" stroke-dasharray=\"{dash}\" \
             points=\"{}\"/>",
            points.join(" ")
        );
        let end = line.points.last().map_or(0.0, |last| frame.down(last.1));
        names_at.push((end, colour, line.name.as_str()));
    }
    names(&mut svg, names_at);
    svg.push_str("</svg>\n");
    svg
}

/// The names of lines beside their ends, pushed apart where ends are close: down, and up again where they would leave
/// the picture. More names than the picture is high share its lines.
fn names(svg: &mut String, mut names_at: Vec<(f64, &str, &str)>) {
    const TOP: f64 = 8.0;
    const BOTTOM: f64 = HEIGHT - 8.0;
    names_at.sort_by(|a, b| a.0.total_cmp(&b.0));
    let apart = 12.0_f64.min((BOTTOM - TOP) / names_at.len().max(1) as f64);
    let mut free = TOP;
    for (y, ..) in &mut names_at {
        *y = y.max(free);
        free = *y + apart;
    }
    let mut free = BOTTOM;
    for (y, ..) in names_at.iter_mut().rev() {
        *y = y.min(free);
        free = *y - apart;
    }
    for (y, colour, name) in names_at {
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{:.1}\" fill=\"{colour}\" font-size=\"11\">{}</text>",
            WIDTH - ROOM.1 + 6.0,
            y + 4.0,
            escaped(name)
        );
    }
}

/// The rectangle in which lines are drawn.
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn right(&self, x: f64) -> f64 {
        ROOM.0 + (x - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - ROOM.0 - ROOM.1)
    }

    fn down(&self, y: f64) -> f64 {
        HEIGHT - ROOM.3 - (y - self.y.0) / (self.y.1 - self.y.0) * (HEIGHT - ROOM.2 - ROOM.3)
    }

    fn place(&self, (x, y): (f64, f64)) -> String {
        format!("{:.1},{:.1}", self.right(x), self.down(y))
    }

    fn open(&self, horizontal: &str) -> String {
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\">\n"
        );
        for step in 0..=4 {
            let value = self.y.0 + (self.y.1 - self.y.0) * f64::from(step) / 4.0;
            let y = self.down(value);
            let _ = writeln!(
                svg,
                "<line x1=\"{}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555\">{}</text>",
                ROOM.0,
                WIDTH - ROOM.1,
                ROOM.0 - 6.0,
                y + 4.0,
                number(value)
            );
        }
        for (x, anchor) in [(self.x.0, "start"), (self.x.1, "end")] {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"#555\">{}</text>",
                self.right(x),
                HEIGHT - ROOM.3 + 16.0,
                number(x)
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{}</text>",
            (ROOM.0 + WIDTH - ROOM.1) / 2.0,
            HEIGHT - 4.0,
            escaped(horizontal)
        );
        svg
    }
}

/// A number with as many digits as an axis needs.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        whole if whole.fract() < 1e-12 => 0,
        small if small < 0.01 => 6,
        small if small < 1.0 => 3,
        small if small < 100.0 => 2,
        _ => 0,
    };
    format!("{value:.digits$}")
}

/// A matrix: rows of columns and values, the names of both, and the greatest value that there can be.
pub(super) fn heat_map(rows: &[(String, Vec<f64>)], columns: &[String], most: f64) -> String {
    const CELL: f64 = 26.0;
    const LEFT: f64 = 130.0;
    const TOP: f64 = 92.0;
    let (width, height) = (LEFT + CELL * columns.len() as f64 + 8.0, TOP + CELL * rows.len() as f64 + 8.0);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"11\">\n"
    );
    for (index, column) in columns.iter().enumerate() {
        let x = LEFT + CELL * index as f64 + CELL / 2.0 + 4.0;
        let y = TOP - 8.0;
        let _ =
            writeln!(svg, "<text transform=\"translate({x},{y}) rotate(-60)\">{}</text>", escaped(column));
    }
    for (line, (name, values)) in rows.iter().enumerate() {
        let y = TOP + CELL * line as f64;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 17.0,
            escaped(name)
        );
        for (index, value) in values.iter().enumerate() {
            let strength = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
            let _ = writeln!(
                svg,
                "<rect x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{}\" fill=\"{}\">\
                 <title>{} → {}: {value:.3}</title></rect>",
                LEFT + CELL * index as f64,
                CELL - 1.0,
                CELL - 1.0,
                shade(strength),
                escaped(name),
                escaped(columns.get(index).map_or("", String::as_str))
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// From almost white to dark blue.
fn shade(strength: f64) -> String {
    let mix = |light: f64, dark: f64| (light + (dark - light) * strength).round();
    format!("rgb({},{},{})", mix(243.0, 8.0), mix(246.0, 48.0), mix(250.0, 107.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_picture_and_apart() {
        for count in [1, 2, 8, 30] {
            let end = |index| Line { name: format!("line {index}"), points: vec![(0.0, 0.0), (1.0, 0.0)] };
            let svg = lines(&(0..count).map(end).collect::<Vec<_>>(), "block");
            let named = svg.lines().filter(|line| line.contains(">line "));
            let place = |line: &str| line.split(" y=\"").nth(1)?.split('"').next()?.parse::<f64>().ok();
            let places: Vec<f64> = named.filter_map(place).collect();
            assert_eq!(places.len(), count);
            assert!(places.iter().all(|y| (0.0..=HEIGHT).contains(y)), "{places:?}");
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 5.0), "{places:?}");
        }
    }

    #[test]
    fn an_axis_has_as_many_digits_as_it_needs() {
        let table = [
            (0.0, "0"),
            (20.0, "20"),
            (15.75, "15.75"),
            (0.335, "0.335"),
            (0.0004, "0.000400"),
            (180.4, "180"),
        ];
        assert_eq!(table.map(|(value, _)| number(value)), table.map(|(_, text)| text.to_owned()));
    }
}
