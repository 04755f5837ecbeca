//! Growth curves as small pictures that are read in light and dark.

use std::{fmt::Write as _, fs};

use anyhow::Result;

use crate::paths;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 40.0;
/// Told apart by those who see no red or no green as well, on white and on black.
const COLOURS: [&str; 4] = ["#3b82c4", "#d97706", "#8b5cf6", "#0d9488"];
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#57606a}.t{font-weight:600;fill:#1f2328}\
    .g{stroke:#8888;stroke-width:.5}@media(prefers-color-scheme:dark){text{fill:#9da7b3}.t{fill:#e6edf3}}";
/// Room between the names of two curves that end in one place.
const LINE: f64 = 15.0;

/// And between two numbers below a curve.
const NUMBER: f64 = 28.0;

/// Some curves over one measure.
pub(crate) struct Chart {
    pub(crate) title: &'static str,
    pub(crate) x: &'static str,
    /// Whether each step to the right is a multiple.
    pub(crate) logarithmic: bool,
    pub(crate) series: Vec<Series>,
}

pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

impl Chart {
    /// Draws it into `pictures/`.
    pub(crate) fn draw(&self, file: &str) -> Result<()> {
        let folder = paths::bench("pictures");
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(file), self.svg()?)?)
    }

    fn svg(&self) -> Result<String> {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let scale = |x: f64| if self.logarithmic { x.log10() } else { x };
        let left =
            if self.logarithmic { points().map(|(x, _)| scale(*x)).fold(f64::MAX, f64::min) } else { 0.0 };
        let right = points().map(|(x, _)| scale(*x)).fold(f64::MIN, f64::max);
        let top = ceiling(points().map(|(_, y)| *y).fold(0.0, f64::max));
        let (width, height) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
        let at_x = |x: f64| LEFT + (scale(x) - left) / (right - left) * width;
        let at_y = |y: f64| TOP + height - y / top * height;

        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             aria-label=\"{0}\"><style>{STYLE}</style><text class=\"t\" x=\"8\" y=\"18\">{0}</text>\n",
            self.title
        );
        for step in 0..=4 {
            let value = top * f64::from(step) / 4.0;
            let y = at_y(value);
            writeln!(
                svg,
                "<line class=\"g\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
                LEFT + width,
                LEFT - 6.0,
                y + 4.0
            )?;
        }
        let mut ticks: Vec<f64> = points().map(|(x, _)| *x).collect();
        ticks.sort_by(f64::total_cmp);
        ticks.dedup();
        let mut free = f64::MIN;
        for tick in ticks {
            let (x, y) = (at_x(tick), HEIGHT - BOTTOM + 16.0);
            if x >= free {
                writeln!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
                    grouped(tick)
                )?;
                free = x + NUMBER;
            }
        }
        writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            LEFT + width / 2.0,
            HEIGHT - 6.0,
            self.x
        )?;
        let mut names: Vec<(f64, &str, &str)> = Vec::new();
        for (series, colour) in self.series.iter().zip(COLOURS) {
            let line: Vec<String> =
                series.points.iter().map(|(x, y)| format!("{:.1},{:.1}", at_x(*x), at_y(*y))).collect();
            writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                line.join(" ")
            )?;
            for (x, y) in &series.points {
                writeln!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>",
                    at_x(*x),
                    at_y(*y)
                )?;
            }
            names.push((series.points.last().map_or(0.0, |(_, y)| at_y(*y)), series.name, colour));
        }
        names.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut below = f64::MAX;
        for (y, name, colour) in names {
            let y = y.min(below - LINE);
            below = y;
            let x = LEFT + width + 10.0;
            writeln!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\" style=\"fill:{colour}\">{name}</text>", y + 4.0)?;
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }
}

/// The next round number.
fn ceiling(value: f64) -> f64 {
    let power = 10_f64.powf(value.max(f64::MIN_POSITIVE).log10().floor());
    let rounds = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
    rounds.iter().map(|round| round * power).find(|round| *round >= value).unwrap_or(value)
}

/// 100,000.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let chunks: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|chunk| std::str::from_utf8(chunk).ok()).collect();
    chunks.join(",")
}
