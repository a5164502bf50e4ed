//! How far a run is, on stderr: a bar when stderr is a terminal, a line now and then when it is not but progress was
//! asked for, else nothing. A thread of its own looks at the run's counters, so that showing them costs the run
//! nothing. The bar knows its end once a walk over the inputs has added up their sizes; until then it counts.

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use dehusk::pipeline::Progress;
use dehusk::source::Inputs;
use indicatif::{BinaryBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often the bar is drawn anew.
const REDRAW: Duration = Duration::from_millis(200);
/// How often a line is written where there is no terminal.
const RETELL: Duration = Duration::from_secs(10);

const SIZED: &str = "{bar:28} {percent:>3}%  {binary_bytes} of {binary_total_bytes}  {msg}  {eta} left";
const COUNTED: &str = "{bar:28} {percent:>3}%  {human_pos} of {human_len} {msg}  {eta} left";
const UNSIZED: &str = "{spinner} {binary_bytes}  {msg}";

/// When progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ShowProgress {
    /// When stderr is a terminal.
    #[default]
    Auto,
    /// As lines too, when stderr is no terminal.
    Always,
    /// Not at all.
    Never,
}

impl ShowProgress {
    /// The same, or `Never` when nothing is to be said.
    pub(crate) fn unless(self, quiet: bool) -> Self {
        if quiet { Self::Never } else { self }
    }
}

/// Shows the progress of a run until it is dropped.
pub(crate) struct Watcher(Option<(Sender<()>, JoinHandle<()>)>);

impl Watcher {
    /// Starts to watch a run over those inputs.
    pub(crate) fn start(show: ShowProgress, inputs: &Inputs, progress: &Progress) -> Self {
        let (inputs, progress) = (inputs.clone(), progress.clone());
        Self::watch(show, move |terminal| {
            let started = Instant::now();
            let bar = if terminal { bar_for(inputs) } else { ProgressBar::hidden() };
            let look = move |bar: &ProgressBar| {
                let (bytes, told) = (progress.bytes(), told(progress.pages(), started.elapsed()));
                bar.set_message(told.clone());
                bar.set_position(bytes);
                format!("{}  {told}", BinaryBytes(bytes))
            };
            (bar, look)
        })
    }

    /// Starts to watch a counter on its way to a number of things of that name.
    pub(crate) fn count(show: ShowProgress, done: &Arc<AtomicU64>, all: u64, what: &'static str) -> Self {
        let done = Arc::clone(done);
        Self::watch(show, move |terminal| {
            let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
            let bar = ProgressBar::with_draw_target(Some(all), target);
            bar.set_style(style(COUNTED));
            bar.set_message(what);
            let look = move |bar: &ProgressBar| {
                let now = done.load(Ordering::Relaxed);
                bar.set_position(now);
                format!("{} of {} {what}", HumanCount(now), HumanCount(all))
            };
            (bar, look)
        })
    }

    /// `begin` hears whether there is a terminal, and gives the bar with what moves it now and then and tells a line for where
    /// nobody sees it.
    fn watch<L: FnMut(&ProgressBar) -> String>(
        show: ShowProgress,
        begin: impl FnOnce(bool) -> (ProgressBar, L) + Send + 'static,
    ) -> Self {
        let terminal = io::stderr().is_terminal();
        if show == ShowProgress::Never || (show == ShowProgress::Auto && !terminal) {
            return Self(None);
        }
        let (stop, stopped) = bounded::<()>(0);
        let every = if terminal { REDRAW } else { RETELL };
        let watcher = thread::spawn(move || {
            let (bar, mut look) = begin(terminal);
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let line = look(&bar);
                if !terminal {
                    // Whoever closed stderr does not want to know.
                    writeln!(io::stderr(), "{line}").unwrap_or_default();
                }
            }
            bar.finish_and_clear();
        });
        Self(Some((stop, watcher)))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        if let Some((stop, watcher)) = self.0.take() {
            drop(stop);
            // The bar is cleared before anything else is printed; a watcher that panicked has nothing to clear.
            watcher.join().unwrap_or_default();
        }
    }
}

fn bar_for(inputs: Inputs) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(style(UNSIZED));
    let sized = bar.clone();
    // Not waited for: on a network drive the walk may outlast the run.
    thread::spawn(move || {
        if let Some(size) = inputs.size() {
            sized.set_length(size);
            sized.set_style(style(SIZED));
        }
    });
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn told(pages: u64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64().max(0.001);
    let rate = (pages as f64 / seconds).round() as u64;
    format!("{} pages  {}/s", HumanCount(pages), HumanCount(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_pages_and_their_rate() {
        assert_eq!(told(12_000, Duration::from_secs(4)), "12,000 pages  3,000/s");
        assert_eq!(told(0, Duration::ZERO), "0 pages  0/s");
    }

    #[test]
    fn every_template_is_valid() {
        for template in [SIZED, UNSIZED, COUNTED] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn watching_ends_with_the_watcher() {
        let inputs = Inputs::builder(["-"]).build().unwrap();
        for show in [ShowProgress::Never, ShowProgress::Always] {
            drop(Watcher::start(show, &inputs, &Progress::default()));
            drop(Watcher::count(show, &Arc::default(), 10, "samples"));
        }
    }
}
