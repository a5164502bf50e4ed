//! How pages are judged: the profile, the sort of pages, and the weights of the line model.

use super::Failure;
use anyhow::anyhow;
use clap::{Args as ClapArgs, ValueEnum};
use dehusk::clean::CleanerBuilder;
use dehusk::model::{PageSort, Profile};
use dehusk::pipeline::{Conditions, fingerprint};
use dehusk::weights::Weights;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How pages are judged.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Judging")]
pub(super) struct ModelArgs {
    /// How eagerly lines go: `careful` takes a line only because a rule named it; `normal` lets the line model judge the
    /// rest and keeps what promises the best F1; `eager` would rather lose a line than keep noise
    #[arg(long, value_name = "PROFILE", default_value = "normal")]
    profile: ProfileArg,
    /// What sort of pages these are: comments and cards are content on a forum or a listing, and noise on an article;
    /// `auto` looks at each page
    #[arg(long = "for", value_name = "SORT", default_value = "auto")]
    sort: SortArg,
    /// Judge by these weights, which `dehusk fit` wrote, in place of the built-in ones; say it twice for weights of text
    /// and of HTML
    #[arg(long, value_name = "FILE")]
    weights: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ProfileArg {
    Careful,
    Normal,
    Eager,
}

impl From<ProfileArg> for Profile {
    fn from(profile: ProfileArg) -> Self {
        match profile {
            ProfileArg::Careful => Self::Careful,
            ProfileArg::Normal => Self::Normal,
            ProfileArg::Eager => Self::Eager,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SortArg {
    Article,
    Any,
    Auto,
}

impl ModelArgs {
    /// The files of weights.
    pub(super) fn weights(&self) -> &[PathBuf] {
        &self.weights
    }

    /// Tells the builder, and notes what it was told. Weights that cannot be read are told before anything is cleaned.
    pub(super) fn apply(
        &self,
        builder: &mut CleanerBuilder,
        conditions: &mut Conditions,
    ) -> Result<(), Failure> {
        conditions.add("`--profile`", format!("{:?}", self.profile).to_lowercase());
        conditions.add("`--for`", format!("{:?}", self.sort).to_lowercase());
        builder.profile(self.profile.into());
        builder.page_sort(match self.sort {
            SortArg::Article => PageSort::Article,
            SortArg::Any => PageSort::Any,
            SortArg::Auto => PageSort::Auto,
        });
        for path in &self.weights {
            let bytes = bytes_of(path)?;
            conditions.add("`--weights`", fingerprint(&bytes));
            builder.weights(Arc::new(weights_of(path, &bytes)?));
        }
        Ok(())
    }
}

/// The weights in a file.
pub(super) fn read_weights(path: &Path) -> Result<Weights, Failure> {
    weights_of(path, &bytes_of(path)?)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| {
        let path = path.display();
        Failure::Usage(anyhow!("cannot read the weights `{path}`: {error}; `dehusk fit` writes such a file"))
    };
    std::fs::read(path).map_err(failed)
}

fn weights_of(path: &Path, bytes: &[u8]) -> Result<Weights, Failure> {
    Weights::read(bytes).map_err(|error| Failure::Usage(anyhow!("`{}`: {error}", path.display())))
}
