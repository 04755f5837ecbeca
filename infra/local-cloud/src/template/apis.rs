//! AWS::Serverless::HttpApi: routes, the JWT authorizer and CORS.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use case_chat_local_gateway::{Cors, HttpApi, HttpRoute, JwtAuthorizer};

use super::Reader;
use super::names::physical_id;
use super::properties::Properties;

/// An HTTP API in the making: its routes stand with the functions, its authorizers with the API.
#[derive(Default)]
pub(super) struct Parts {
    /// API id, route, and the authorizer that the route names.
    pub(super) routes: Vec<(String, HttpRoute, Option<String>)>,
    api: Option<Api>,
}

struct Api {
    id: String,
    cors: Option<Cors>,
    authorizers: BTreeMap<String, JwtAuthorizer>,
    default_authorizer: Option<String>,
}

impl Reader<'_> {
    pub(super) fn http_api(&mut self, logical: &str, mut properties: Properties) -> Result<()> {
        ensure!(self.http.api.is_none(), "only one HTTP API is run here");
        let mut auth = properties.nested("Auth")?;
        let mut declared = auth.nested("Authorizers")?;
        let mut authorizers = BTreeMap::new();
        for name in declared.names() {
            authorizers.insert(name.clone(), jwt_authorizer(declared.nested(&name)?)?);
        }
        let default_authorizer = auth.text("DefaultAuthorizer")?;
        auth.finish();
        let cors = properties.has("CorsConfiguration").then(|| cors(properties.nested("CorsConfiguration")?));
        properties.finish();
        self.http.api = Some(Api {
            id: physical_id(self.resolver, logical)?,
            cors: cors.transpose()?,
            authorizers,
            default_authorizer,
        });
        Ok(())
    }

    pub(super) fn finish_http_api(&mut self) -> Result<()> {
        let parts = std::mem::take(&mut self.http);
        let Some(api) = parts.api else {
            ensure!(
                parts.routes.is_empty(),
                "HttpApi events need an AWS::Serverless::HttpApi that they name"
            );
            return Ok(());
        };
        let mut routes = Vec::new();
        for (named, mut route, authorizer) in parts.routes {
            ensure!(named == api.id, "{} {} names an unknown API {named}", route.method, route.path);
            route.authorizer = match authorizer.or_else(|| api.default_authorizer.clone()).as_deref() {
                None | Some("NONE") => None,
                Some(name) => {
                    let known = api.authorizers.get(name);
                    Some(known.with_context(|| format!("there is no authorizer {name}"))?.clone())
                }
            };
            routes.push(route);
        }
        self.stack.http_api = Some(HttpApi { routes, cors: api.cors, api_id: api.id });
        Ok(())
    }
}

fn jwt_authorizer(mut properties: Properties) -> Result<JwtAuthorizer> {
    if let Some(source) = properties.text("IdentitySource")? {
        ensure!(
            source.eq_ignore_ascii_case("$request.header.Authorization"),
            "tokens are taken from the Authorization header only, not from {source}"
        );
    }
    let mut jwt = properties.nested("JwtConfiguration")?;
    let authorizer = JwtAuthorizer { issuer: jwt.require_text("issuer")?, audience: jwt.texts("audience")? };
    jwt.finish();
    properties.finish();
    Ok(authorizer)
}

fn cors(mut properties: Properties) -> Result<Cors> {
    let cors = Cors {
        allow_origins: properties.texts("AllowOrigins")?,
        allow_methods: properties.texts("AllowMethods")?,
        allow_headers: properties.texts("AllowHeaders")?,
        expose_headers: properties.texts("ExposeHeaders")?,
        max_age_seconds: properties.count("MaxAge")?.map(Into::into),
        allow_credentials: properties.flag("AllowCredentials")?,
    };
    properties.finish();
    Ok(cors)
}
