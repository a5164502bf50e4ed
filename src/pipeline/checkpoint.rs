//! How a run begins and ends where there is a journal, and where there is none: what was claimed is opened anew or gone on
//! with, and what is complete gets its names, step by step, so that a run which is killed between two steps ends with the
//! other.

use super::conditions::{Conditions, told};
use super::journal::{Journal, Past, Reached, Refused};
use super::options::Options;
use super::run::{RunError, Sinks};
use super::writer::Outputs;
use crate::sink::{Claim, Mark, OutputError, SealedOutput, lines_only, remove};
use crate::source::Inputs;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A section is recorded when that takes no more than this share of the time since the last one was: two syncs may take long.
const SHARE: u32 = 10;

/// The outputs of a run, which no other run writes: the articles, the removals, the rejects.
pub(super) struct Claims([Option<Claim>; 3]);

/// How a run begins.
pub(super) enum Start {
    /// Pages are read and written, from the beginning or from where an earlier run was.
    Write(Box<Outputs>, Option<Checkpoint>, Option<Box<Reached>>),
    /// All was written by an earlier run, which was stopped before all had its name.
    Name(Box<Ending>),
    /// An earlier run has done it all.
    Done(Box<Reached>),
}

impl Claims {
    pub(super) fn new(sinks: Sinks) -> Result<Self, OutputError> {
        for target in [&sinks.removed, &sinks.rejects].into_iter().flatten() {
            lines_only(target)?;
        }
        let claim = |target: Option<_>| target.map(Claim::new).transpose();
        Ok(Self([claim(Some(sinks.articles))?, claim(sinks.removed)?, claim(sinks.rejects)?]))
    }

    /// Opens the outputs as the options ask for it.
    pub(super) fn begin(self, inputs: &Inputs, options: &Options) -> Result<Start, RunError> {
        let Some(conditions) = &options.resume else {
            Self::leave_unfinished_alone(&self.0)?;
            let outputs = self.open(Claim::open)?;
            return Ok(Start::Write(Box::new(outputs), None, None));
        };
        let path = self.journal()?;
        let name = self.name();
        let refused = |refused| refusal(refused, &name, &path);
        let mut conditions = conditions.clone();
        self.add_conditions(options, &mut conditions);
        let found = Journal::go_on(&path, &conditions, inputs.looks()).map_err(refused)?;
        // What was taken away since, or is no longer whole, is written again.
        let is_there = |reached: &Reached| {
            let mut claims = self.0.iter().zip(reached.marks);
            claims.all(|(claim, mark)| {
                claim.as_ref().is_none_or(|claim| claim.is_there(&mark.unwrap_or_default()))
            })
        };
        let found = found.filter(|(_, past)| !matches!(past, Past::Complete(reached) if !is_there(reached)));
        let Some((journal, past)) = found else {
            // A pipe among the inputs is found before anything is touched, and another run's shards before there is a
            // journal.
            let count = Journal::count(inputs.looks()).map_err(refused)?;
            // The journal of the articles is this run's; what is written beside them may be another's.
            Self::leave_unfinished_alone(&self.0[1..])?;
            let outputs = self.open(|claim| claim.go_on(None))?;
            let journal = Journal::create(&path, &conditions, count, inputs.looks()).map_err(refused)?;
            return Ok(Start::Write(Box::new(outputs), Some(Checkpoint::new(journal)), None));
        };
        Ok(match past {
            Past::Open(reached) => {
                let marks = reached.as_ref().map_or([None; 3], |reached| reached.marks);
                let mut marks = marks.into_iter();
                let outputs = self.open(|claim| claim.go_on(marks.next().flatten().as_ref()))?;
                Start::Write(Box::new(outputs), Some(Checkpoint::new(journal)), reached.map(Box::new))
            }
            Past::Sealed(reached) => Start::Name(Box::new(self.ending(journal, reached, false))),
            Past::Cleared(reached) => Start::Name(Box::new(self.ending(journal, reached, true))),
            Past::Complete(reached) => Start::Done(Box::new(reached)),
        })
    }

    /// A run that begins would replace what another one could go on with.
    fn leave_unfinished_alone(claims: &[Option<Claim>]) -> Result<(), RunError> {
        for claim in claims.iter().flatten() {
            let Some(journal) = claim.journal() else { continue };
            let failed = |error| RunError::Journal { doing: "read", path: journal.clone(), error };
            if Journal::is_unfinished(&journal).map_err(failed)? {
                return Err(RunError::Unfinished { name: claim.name().to_owned(), journal });
            }
            // What it tells of is about to be replaced.
            remove(&journal).map_err(|error| RunError::Journal { doing: "remove", path: journal, error })?;
        }
        Ok(())
    }

    fn name(&self) -> String {
        self.0.iter().flatten().next().map_or_else(String::new, |claim| claim.name().to_owned())
    }

    /// Where the journal stands; every output must be one that a run can come back to.
    fn journal(&self) -> Result<PathBuf, RunError> {
        let mut articles = None;
        for claim in self.0.iter().flatten() {
            let path = claim.journal();
            let path = path.ok_or_else(|| RunError::NoWayBack { name: claim.name().to_owned() })?;
            articles.get_or_insert(path);
        }
        articles.ok_or_else(|| RunError::NoWayBack { name: self.name() })
    }

    fn add_conditions(&self, options: &Options, conditions: &mut Conditions) {
        conditions.add("the version", env!("CARGO_PKG_VERSION"));
        conditions.add("`--checkpoint`", options.section_bytes);
        conditions.add("`--title-in-text`", options.title_in_text);
        for (claim, name) in self.0.iter().zip(["`-o`", "`--removed`", "`--rejects`"]) {
            conditions.add(name, claim.as_ref().map_or("", Claim::name));
        }
    }

    fn open(
        self,
        mut open: impl FnMut(Claim) -> Result<crate::sink::Output, OutputError>,
    ) -> Result<Outputs, OutputError> {
        let [articles, removed, rejects] = self.0;
        let mut open = |claim: Option<Claim>| match claim {
            Some(claim) => open(claim).map(Some),
            None => Ok(None),
        };
        // In this order, since marks come in it.
        let (articles, removed) = (open(articles)?, open(removed)?);
        Ok(Outputs { articles, removed, rejects: open(rejects)? })
    }

    fn ending(self, journal: Journal, reached: Reached, cleared: bool) -> Ending {
        let sealed = self.0.into_iter().zip(reached.marks);
        let sealed = sealed.filter_map(|(claim, mark)| Some(claim?.sealed(&mark.unwrap_or_default())));
        let mut sealed: Vec<SealedOutput> = sealed.collect();
        sealed.reverse();
        Ending { sealed, checkpoint: Some(Checkpoint::new(journal)), reached, cleared }
    }
}

/// Writes the journal.
pub(super) struct Checkpoint {
    journal: Journal,
    /// When the last section was recorded, and how long that took.
    last: Instant,
    took: Duration,
}

impl Checkpoint {
    fn new(journal: Journal) -> Self {
        Self { journal, last: Instant::now(), took: Duration::ZERO }
    }

    /// Whether the end of a section should be recorded, or one of the next.
    pub(super) fn is_due(&self) -> bool {
        self.last.elapsed() >= self.took * SHARE
    }

    /// Records the end of a section, when all that it speaks of is on disk.
    pub(super) fn record(&mut self, reached: &Reached, began: Instant) -> Result<(), RunError> {
        let written = self.journal.section(reached);
        self.tell(written)?;
        (self.last, self.took) = (Instant::now(), began.elapsed());
        Ok(())
    }

    fn tell(&self, written: io::Result<()>) -> Result<(), RunError> {
        let path = self.journal.path();
        written.map_err(|error| RunError::Journal { doing: "write", path: path.to_owned(), error })
    }
}

/// Outputs that are complete, in the order in which they get their names: whoever waits for the articles finds the files
/// beside them too.
pub(super) struct Ending {
    sealed: Vec<SealedOutput>,
    checkpoint: Option<Checkpoint>,
    pub(super) reached: Reached,
    /// Whether what they replace is gone.
    cleared: bool,
}

impl Ending {
    /// Completes what was written.
    pub(super) fn of(
        outputs: Outputs,
        mut checkpoint: Option<Checkpoint>,
        mut reached: Reached,
    ) -> Result<Self, RunError> {
        let mut marks: [Option<Mark>; 3] = [None; 3];
        let mut sealed = Vec::new();
        for (output, mark) in [outputs.articles, outputs.removed, outputs.rejects].into_iter().zip(&mut marks)
        {
            if let Some(output) = output {
                let output = output.seal()?;
                *mark = Some(output.mark());
                sealed.push(output);
            }
        }
        sealed.reverse();
        reached.marks = marks;
        if let Some(checkpoint) = &mut checkpoint {
            let written = checkpoint.journal.sealed(reached.clone());
            checkpoint.tell(written)?;
        }
        Ok(Self { sealed, checkpoint, reached, cleared: false })
    }

    /// Gives all their names.
    pub(super) fn finish(mut self) -> Result<Reached, RunError> {
        if !self.cleared {
            for output in &self.sealed {
                output.clear()?;
            }
            if let Some(checkpoint) = &mut self.checkpoint {
                let written = checkpoint.journal.cleared();
                checkpoint.tell(written)?;
            }
        }
        for output in self.sealed.drain(..) {
            output.give_names()?;
        }
        if let Some(checkpoint) = &mut self.checkpoint {
            let written = checkpoint.journal.complete();
            checkpoint.tell(written)?;
        }
        Ok(self.reached)
    }
}

fn refusal(refused: Refused, name: &str, path: &std::path::Path) -> RunError {
    let (name, journal) = (name.to_owned(), path.to_owned());
    match refused {
        Refused::Io(error) => RunError::Journal { doing: "go on with", path: journal, error },
        Refused::Once(once) => RunError::ReadOnce(once),
        Refused::Form(form) => {
            let what = format!("its journal is of form {form}, which this version does not read");
            RunError::OtherConditions { name, what, journal }
        }
        Refused::Conditions(differences) => {
            RunError::OtherConditions { name, what: told(&differences), journal }
        }
        Refused::Inputs(differences) => RunError::OtherInputs { name, what: told(&differences), journal },
    }
}
