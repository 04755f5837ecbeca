//! AWS::DynamoDB::Table.

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::names::{attribute, physical_id};
use super::properties::Properties;
use super::{Reader, Table};

impl Reader<'_> {
    pub(super) fn table(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        properties.take("TableName");
        let name = physical_id(self.resolver, logical)?;
        let mut create = Map::from_iter([("TableName".to_owned(), json!(name))]);
        for required in ["AttributeDefinitions", "KeySchema"] {
            create.insert(required.to_owned(), properties.require(required)?);
        }
        for optional in
            ["BillingMode", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "ProvisionedThroughput"]
        {
            if let Some(value) = properties.take(optional) {
                create.insert(optional.to_owned(), value);
            }
        }
        let mut stream = properties.nested("StreamSpecification")?;
        let view = stream.text("StreamViewType")?;
        stream.policy("ResourcePolicy");
        stream.finish();
        if let Some(view) = &view {
            create.insert(
                "StreamSpecification".into(),
                json!({ "StreamEnabled": true, "StreamViewType": view }),
            );
        }
        let mut policy = properties.nested("ResourcePolicy")?;
        let resource_policy = policy.take("PolicyDocument");
        policy.finish();
        let table = Table {
            id: logical.to_owned(),
            name,
            arn: attribute(self.resolver, logical, "Arn")?,
            stream_arn: view.map(|_| attribute(self.resolver, logical, "StreamArn")).transpose()?,
            create: Value::Object(create),
            time_to_live: time_to_live(properties.nested("TimeToLiveSpecification")?)?,
            resource_policy,
        };
        properties.finish();
        self.stack.tables.push(table);
        Ok(())
    }
}

fn time_to_live(mut properties: Properties) -> Result<Option<String>> {
    let attribute = properties.text("AttributeName")?;
    let enabled = properties.flag("Enabled")?;
    properties.finish();
    ensure!(!enabled || attribute.is_some(), "TimeToLiveSpecification needs an AttributeName");
    Ok(attribute.filter(|_| enabled))
}
