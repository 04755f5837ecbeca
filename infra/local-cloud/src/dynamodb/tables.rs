//! Brings the template's tables into being.

use anyhow::{Context, Result, anyhow};
use dynoxide::Database;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::template::Table;

/// Creates what is missing. A table that exists stays as it is, and a difference that matters is named.
pub(super) fn create_missing(database: &Database, tables: &[Table]) -> Result<()> {
    for table in tables {
        create(database, table).with_context(|| format!("table {}", table.id))?;
    }
    Ok(())
}

fn create(database: &Database, table: &Table) -> Result<()> {
    let existing = database.get_table_metadata(&table.name).map_err(|error| anyhow!("{error}"))?;
    match existing {
        None => {
            database.create_table(request(&table.create)?).map_err(|error| anyhow!("{error}"))?;
        }
        Some(existing) => {
            let keys: Value = serde_json::from_str(&existing.key_schema)?;
            if keys != table.create["KeySchema"] {
                tracing::warn!(
                    "{} is kept with other keys than the template's: start with --fresh",
                    table.name
                );
            }
            if existing.stream_enabled != table.stream_arn.is_some() {
                tracing::warn!(
                    "{} is kept with another stream than the template's: start with --fresh",
                    table.name
                );
            }
        }
    }
    if let Some(attribute) = &table.time_to_live {
        let wanted = json!({
            "TableName": table.name,
            "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": true },
        });
        let described = database.describe_time_to_live(request(&json!({ "TableName": table.name }))?);
        let described = serde_json::to_value(described.map_err(|error| anyhow!("{error}"))?)?;
        if described["TimeToLiveDescription"]["AttributeName"] != **attribute {
            database.update_time_to_live(request(&wanted)?).map_err(|error| anyhow!("{error}"))?;
        }
    }
    Ok(())
}

fn request<T: DeserializeOwned>(body: &Value) -> Result<T> {
    serde_json::from_value(body.clone()).context("dynoxide does not take this request")
}
