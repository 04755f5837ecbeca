//! What was found: kept as JSON, shown as one table and as pictures.

mod chart;
mod machine;
mod results;
mod table;

pub(crate) use chart::{Chart, Series};
pub(crate) use results::{Line, Report, Results};
