//! The table, in README.md.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::results::{Measured, Results};
use crate::{paths, rows::Row};

const BEGIN: &str = "<!-- bench:begin -->\n";
const END: &str = "<!-- bench:end -->";

impl Results {
    /// The table as Markdown, and when its rows were measured.
    pub(crate) fn table(&self) -> Result<String> {
        let rows: Vec<(Row, &Measured)> =
            Row::value_variants().iter().filter_map(|row| Some((*row, self.of(*row)?))).collect();
        let mut occasions: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for (row, measured) in &rows {
            occasions.entry(&measured.on).or_default().push(row.name());
        }
        let mut text = String::new();
        for (on, names) in &occasions {
            let names = if occasions.len() == 1 {
                "Measured".to_owned()
            } else {
                format!("{}: measured", names.join(", "))
            };
            writeln!(text, "{names} {on}.\n")?;
        }
        writeln!(text, "| | | measured | target | met |\n|---|---|---|---|---|")?;
        for (row, measured) in rows {
            let name = row.name();
            let mut first = format!("[{name}](infra/bench/src/rows/{})", row.file());
            for line in &measured.report.lines {
                let met = line.met.map_or("", |met| if met { "yes" } else { "**no**" });
                writeln!(text, "| {first} | {} | {} | {} | {met} |", line.what, line.measured, line.target)?;
                first.clear();
            }
        }
        Ok(text)
    }

    /// Puts the table into README.md.
    pub(crate) fn show(&self) -> Result<()> {
        let file = paths::root().join("README.md");
        let text = fs::read_to_string(&file)?;
        let (before, rest) = text.split_once(BEGIN).context("README.md has no place for the table")?;
        let (_, after) = rest.split_once(END).context("README.md has no end of the table")?;
        fs::write(file, format!("{before}{BEGIN}{}{END}{after}", self.table()?))?;
        Ok(())
    }
}
