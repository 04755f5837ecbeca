//! Finds the route of a request: the most specific path wins, and a method before `ANY`.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use axum::http::Method;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::api::HttpRoute;
use super::authorizer::Authorizer;
use super::keys::Keys;

/// The routes of an API, most specific first.
pub(crate) struct Routes(Vec<Route>);

struct Route {
    key: String,
    method: Option<String>,
    path: Vec<Segment>,
    function: String,
    authorizer: Option<Authorizer>,
}

/// A part of a route's path.
#[derive(Debug)]
enum Segment {
    Rest(String),
    Variable(String),
    Literal(String),
}

/// A route that a request matches.
pub(crate) struct Found<'a> {
    pub(crate) route_key: &'a str,
    pub(crate) function: &'a str,
    pub(crate) authorizer: Option<&'a Authorizer>,
    pub(crate) path_parameters: Map<String, Value>,
}

impl Routes {
    pub(crate) fn new(routes: Vec<HttpRoute>) -> Self {
        let mut keys: HashMap<String, Arc<Keys>> = HashMap::new();
        let mut routes: Vec<_> = routes.into_iter().map(|route| Route::new(route, &mut keys)).collect();
        routes.sort_by_cached_key(|route| {
            let kinds: Vec<_> = route.path.iter().map(Segment::rank).collect();
            Reverse((kinds, route.method.is_some()))
        });
        Self(routes)
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<Found<'_>> {
        let segments: Vec<_> = path.trim_start_matches('/').split('/').map(decoded).collect();
        self.0.iter().find_map(|route| {
            let method_matches = route.method.as_ref().is_none_or(|own| own == method.as_str());
            Some(Found {
                path_parameters: method_matches.then(|| parameters(&route.path, &segments)).flatten()?,
                route_key: &route.key,
                function: &route.function,
                authorizer: route.authorizer.as_ref(),
            })
        })
    }
}

impl Route {
    fn new(route: HttpRoute, keys: &mut HashMap<String, Arc<Keys>>) -> Self {
        let method = route.method.to_ascii_uppercase();
        let is_default = route.path == "$default";
        let path = route.path.trim_start_matches('/').split('/').map(Segment::parse).collect();
        let authorizer = route.authorizer.map(|authorizer| {
            let keys = keys
                .entry(authorizer.issuer.clone())
                .or_insert_with(|| Arc::new(Keys::new(authorizer.issuer.clone())));
            Authorizer::new(authorizer, Arc::clone(keys))
        });
        Self {
            key: if is_default { route.path } else { format!("{method} {}", route.path) },
            method: (method != "ANY" && !is_default).then_some(method),
            path: if is_default { vec![Segment::Rest(String::new())] } else { path },
            function: route.function,
            authorizer,
        }
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Rest(name.to_owned()),
                None => Self::Variable(name.to_owned()),
            },
            None => Self::Literal(text.to_owned()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Rest(_) => 0,
            Self::Variable(_) => 1,
            Self::Literal(_) => 2,
        }
    }
}

/// The path parameters, or `None` where the path is another.
fn parameters(route: &[Segment], path: &[String]) -> Option<Map<String, Value>> {
    let mut parameters = Map::new();
    for (at, segment) in route.iter().enumerate() {
        let here = path.get(at)?;
        match segment {
            Segment::Literal(text) if text == here => {}
            Segment::Variable(name) if !here.is_empty() => {
                parameters.insert(name.clone(), here.clone().into());
            }
            Segment::Rest(name) => {
                if !name.is_empty() {
                    parameters.insert(name.clone(), path[at..].join("/").into());
                }
                return Some(parameters);
            }
            Segment::Literal(_) | Segment::Variable(_) => return None,
        }
    }
    (route.len() == path.len()).then_some(parameters)
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
