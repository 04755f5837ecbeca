//! What an HTTP API is made of, as the template describes it.

/// An HTTP API and its `$default` stage.
#[derive(Debug, Clone, Default)]
pub struct HttpApi {
    /// Its routes, in any order: the most specific match answers.
    pub routes: Vec<HttpRoute>,
    /// Its CORS configuration; without one, functions answer preflights themselves.
    pub cors: Option<Cors>,
    /// Its id, as events show it.
    pub api_id: String,
}

/// A route with the function that answers it.
#[derive(Debug, Clone)]
pub struct HttpRoute {
    /// A method, or `ANY`.
    pub method: String,
    /// A path such as `/cases/{caseId}/messages`; `{name+}` matches the rest of it, `$default` anything.
    pub path: String,
    /// The function that answers.
    pub function: String,
    /// Who may call; everybody without one.
    pub authorizer: Option<JwtAuthorizer>,
}

/// An authorizer that accepts the access tokens of one issuer.
#[derive(Debug, Clone)]
pub struct JwtAuthorizer {
    /// The issuer, as in `iss`; its keys are found by OIDC discovery.
    pub issuer: String,
    /// What `aud`, or `client_id` where there is no `aud`, must contain one of.
    pub audience: Vec<String>,
}

/// A CORS configuration.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    /// Origins, or `*`.
    pub allow_origins: Vec<String>,
    /// Methods, or `*`.
    pub allow_methods: Vec<String>,
    /// Request headers, or `*`.
    pub allow_headers: Vec<String>,
    /// Response headers that a browser's script may read.
    pub expose_headers: Vec<String>,
    /// How long a browser may keep the answer to a preflight.
    pub max_age_seconds: Option<u64>,
    /// Whether cookies may be sent along.
    pub allow_credentials: bool,
}
