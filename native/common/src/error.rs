//! One error type for all kernels; the Python side maps each [`Kind`] to one class.

use std::fmt;

/// What went wrong, as a class: the Python exception follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A value that the caller gave is not allowed. Python: `InvalidInput`.
    InvalidInput,
    /// No answer satisfies the constraints, and the kernel can say which. Python: `Infeasible`.
    Infeasible,
    /// The deadline or an interrupt came before there was any answer. Python: `Stopped`.
    Stopped,
}

/// An error that a person can act on: where, what was found, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The class of the error.
    pub kind: Kind,
    /// Path of the field, as the caller knows it, for example `stops[3].demand`.
    pub path: String,
    /// The value found there, as text.
    pub value: String,
    /// What would have been allowed.
    pub allowed: String,
}

/// Result of a kernel.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A value that is not allowed.
    pub fn invalid(
        path: impl Into<String>,
        value: impl fmt::Display,
        allowed: impl Into<String>,
    ) -> Self {
        Self {
            kind: Kind::InvalidInput,
            path: path.into(),
            value: value.to_string(),
            allowed: allowed.into(),
        }
    }

    /// No answer exists: `path` names the constraint, `value` the demand on it, `allowed` its limit.
    pub fn infeasible(
        path: impl Into<String>,
        value: impl fmt::Display,
        allowed: impl Into<String>,
    ) -> Self {
        Self { kind: Kind::Infeasible, ..Self::invalid(path, value, allowed) }
    }

    /// Stopped before any answer was found.
    pub fn stopped(what: impl Into<String>) -> Self {
        Self { kind: Kind::Stopped, ..Self::invalid(what, "", "more time") }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, allowed {}", self.path, self.value, self.allowed)
    }
}

impl std::error::Error for Error {}
