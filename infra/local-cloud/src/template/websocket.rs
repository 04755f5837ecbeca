//! AWS::Serverless::WebSocketApi, and the plain API Gateway resources that add MOCK routes to it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use case_chat_local_gateway::{WebSocketApi, WebSocketLimits, WebSocketRoute, WebSocketTarget};

use super::Reader;
use super::names::{physical_id, pseudo};
use super::properties::Properties;

/// A WebSocket API in the making: API Gateway spreads a route over four resources.
#[derive(Default)]
pub(super) struct Parts {
    api: Option<WebSocketApi>,
    /// Routes by logical id, with the integration that each targets.
    routes: BTreeMap<String, (WebSocketRoute, String)>,
    integrations: BTreeSet<String>,
    /// Response templates by integration.
    responses: BTreeMap<String, String>,
    /// Routes with a route response.
    responding: BTreeSet<String>,
}

impl Reader<'_> {
    pub(super) fn websocket_api(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        ensure!(self.websocket.api.is_none(), "only one WebSocket API is run here");
        let mut declared = properties.nested("Routes")?;
        let mut routes = Vec::new();
        for key in declared.names() {
            let mut route = declared.nested(&key)?;
            let function = self.function_id(&route.require_text("FunctionArn")?)?;
            let responds = route.has("RouteResponseSelectionExpression");
            route.take("RouteResponseSelectionExpression");
            route.finish();
            routes.push(WebSocketRoute { key, target: WebSocketTarget::Function(function), responds });
        }
        self.websocket.api = Some(WebSocketApi {
            api_id: physical_id(self.resolver, logical)?,
            stage: properties.text("StageName")?.unwrap_or_else(|| "default".into()),
            region: pseudo(self.resolver, "AWS::Region").to_owned(),
            route_selection_expression: properties.require_text("RouteSelectionExpression")?,
            routes,
            limits: WebSocketLimits::default(),
        });
        properties.finish();
        Ok(())
    }

    pub(super) fn websocket_route(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        properties.require_text("ApiId")?;
        // Whether the route answers is told by its RouteResponse, whose key is $default.
        properties.take("RouteResponseSelectionExpression");
        let target = properties.require_text("Target")?;
        let integration =
            target.strip_prefix("integrations/").context("Target must be integrations/…")?.to_owned();
        let route = WebSocketRoute {
            key: properties.require_text("RouteKey")?,
            target: WebSocketTarget::Mock { response: None },
            responds: false,
        };
        properties.finish();
        self.websocket.routes.insert(logical.to_owned(), (route, integration));
        Ok(())
    }

    pub(super) fn websocket_integration(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        properties.require_text("ApiId")?;
        let kind = properties.require_text("IntegrationType")?;
        ensure!(kind == "MOCK", "only MOCK integrations are run here, not {kind}");
        let key = properties.text("TemplateSelectionExpression")?;
        let mut templates = properties.nested("RequestTemplates")?;
        let chosen = templates.text(key.as_deref().unwrap_or("$default"))?;
        let chosen =
            chosen.context("a MOCK needs the request template that its selection expression names")?;
        ensure!(chosen.replace(' ', "") == r#"{"statusCode":200}"#, "a MOCK answers 200 here, not {chosen}");
        templates.finish();
        properties.finish();
        self.websocket.integrations.insert(logical.to_owned());
        Ok(())
    }

    pub(super) fn websocket_integration_response(&mut self, mut properties: Properties) -> Result<()> {
        properties.require_text("ApiId")?;
        let integration = properties.require_text("IntegrationId")?;
        let key = properties.require_text("IntegrationResponseKey")?;
        ensure!(key == "$default" || key == "/200/", "an integration response is $default here, not {key}");
        let template = properties.text("TemplateSelectionExpression")?.unwrap_or_else(|| "$default".into());
        let mut templates = properties.nested("ResponseTemplates")?;
        if let Some(response) = templates.text(&template)? {
            self.websocket.responses.insert(integration, response);
        }
        templates.finish();
        properties.finish();
        Ok(())
    }

    pub(super) fn websocket_route_response(&mut self, mut properties: Properties) -> Result<()> {
        properties.require_text("ApiId")?;
        let key = properties.require_text("RouteResponseKey")?;
        ensure!(key == "$default", "a route response is $default, not {key}");
        self.websocket.responding.insert(properties.require_text("RouteId")?);
        properties.finish();
        Ok(())
    }

    pub(super) fn finish_websocket_api(&mut self) -> Result<()> {
        let mut parts = std::mem::take(&mut self.websocket);
        let Some(mut api) = parts.api.take() else {
            ensure!(parts.routes.is_empty(), "API Gateway routes need an AWS::Serverless::WebSocketApi");
            return Ok(());
        };
        for (logical, (mut route, integration)) in parts.routes {
            ensure!(
                parts.integrations.contains(&integration),
                "{logical} targets an unknown integration {integration}"
            );
            route.target = WebSocketTarget::Mock { response: parts.responses.get(&integration).cloned() };
            route.responds = parts.responding.contains(&logical);
            api.routes.push(route);
        }
        self.stack.websocket_api = Some(api);
        Ok(())
    }
}
