use std::{
    ops::Deref,
    sync::{Arc, LazyLock},
};

/// A client of the SDK, made when it is first used: in init by the warm-up, where there is one.
///
/// To make one means to read the SDK's table of all regions, which is a tenth of a start, and not
/// every sandbox comes to need every client.
pub struct LazyClient<C>(Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>);

impl<C> LazyClient<C> {
    pub(crate) fn new(make: impl FnOnce() -> C + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<C> Clone for LazyClient<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C> Deref for LazyClient<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}
