//! How far a run is, on stderr: a bar when stderr is a terminal, a line now and then when it is not but progress was
//! asked for, else nothing. A thread of its own looks at the run's counters, so that showing them costs the run
//! nothing. The bar knows its end once a walk over the inputs has added up their sizes; until then it counts. What is told
//! is one line of the terminal, however narrow: a longer one would wrap and leave its rest behind.

use super::Console;
use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use dehusk::pipeline::Progress;
use dehusk::report::{bytes, thousands, width};
use dehusk::source::Inputs;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often the bar is drawn anew.
const REDRAW: Duration = Duration::from_millis(200);
/// How often a line is written where there is no terminal.
const RETELL: Duration = Duration::from_secs(10);

/// What is drawn before the end is known.
const UNSIZED: &str = "{spinner} {wide_msg}";
/// Columns of the bar: as many as there are, from the least on that show anything.
const BAR: std::ops::RangeInclusive<usize> = 8..=28;

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

    /// The same, or `Never` where a bar would stand among data on the same terminal and nobody asked for it.
    pub(crate) fn beside(self, data: bool) -> Self {
        match self {
            Self::Auto if data => Self::Never,
            show => show,
        }
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
            let mut resumed = 0;
            let look = move |bar: &ProgressBar| {
                let (read, pages) = (progress.bytes(), progress.pages());
                bar.set_position(read);
                if resumed != progress.resumed() {
                    // What an earlier run did says nothing of how long the rest takes.
                    resumed = progress.resumed();
                    bar.reset_eta();
                }
                let rate = rate(pages - resumed.min(pages), started.elapsed());
                let read = bar.length().map_or_else(
                    || bytes(read),
                    |all| format!("{} of {}", bytes(read), bytes(all.max(read))),
                );
                let told = vec![read, format!("{} pages", thousands(pages)), rate];
                draw(bar, &told);
                told.join("  ")
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
            let look = move |bar: &ProgressBar| {
                let now = done.load(Ordering::Relaxed);
                bar.set_position(now);
                let told = format!("{} of {} {what}", thousands(now), thousands(all));
                draw(bar, std::slice::from_ref(&told));
                told
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
        }
    });
    bar
}

/// Draws a bar and what is told beside it, as much of both as the terminal has room for.
fn draw(bar: &ProgressBar, told: &[String]) {
    let Some(all) = bar.length() else { return bar.set_message(told.join("  ")) };
    let done = (bar.position().min(all) * 100).checked_div(all).unwrap_or(100);
    let mut told = told.to_vec();
    told.insert(0, format!("{done:>3} %"));
    told.push(format!("{:#} left", HumanDuration(bar.eta())));
    let (columns, line) = fitted(told, Console::error_width().unwrap_or(usize::MAX));
    let template = if columns == 0 { "{msg}".to_owned() } else { format!("{{bar:{columns}}} {{msg}}") };
    bar.set_style(style(&template));
    bar.set_message(line);
}

/// Columns of the bar, or none, and what stands behind it. Where there is no room for all, the bar gets shorter and goes first,
/// and then what is told before the last, which is when the end will be.
fn fitted(mut told: Vec<String>, columns: usize) -> (usize, String) {
    // The last column stays free: some terminals begin a new line there.
    let columns = columns.saturating_sub(1);
    loop {
        let line = told.join("  ");
        let room = columns.saturating_sub(width(&line) + 1);
        if room >= *BAR.start() {
            return (room.min(*BAR.end()), line);
        }
        if width(&line) <= columns || told.len() == 1 {
            return (0, line);
        }
        told.remove(told.len() - 2);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn rate(pages: u64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64().max(0.001);
    format!("{}/s", thousands((pages as f64 / seconds).round() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_rate_of_pages() {
        assert_eq!(rate(12_000, Duration::from_secs(4)), "3,000/s");
        assert_eq!(rate(0, Duration::ZERO), "0/s");
    }

    #[test]
    fn a_line_is_never_wider_than_the_terminal() {
        let told = || {
            ["44 %", "193 GB of 435 GB", "51,826,411 pages", "18,413/s", "3h left"]
                .map(str::to_owned)
                .to_vec()
        };
        let all = "44 %  193 GB of 435 GB  51,826,411 pages  18,413/s  3h left";
        assert_eq!(fitted(told(), usize::MAX), (28, all.to_owned()));
        assert_eq!(fitted(told(), 80), (19, all.to_owned()));
        assert_eq!(fitted(told(), 60), (0, all.to_owned()));
        assert_eq!(fitted(told(), 59), (8, "44 %  193 GB of 435 GB  51,826,411 pages  3h left".to_owned()));
        assert_eq!(fitted(told(), 40), (0, "44 %  193 GB of 435 GB  3h left".to_owned()));
        for columns in 10..200 {
            let (bar, line) = fitted(told(), columns);
            assert!(bar + usize::from(bar > 0) + width(&line) < columns, "{columns}: {bar} {line}");
        }
    }

    #[test]
    fn no_bar_stands_among_data_unless_it_was_asked_for() {
        let shown =
            [ShowProgress::Auto, ShowProgress::Always, ShowProgress::Never].map(|show| show.beside(true));
        assert_eq!(shown, [ShowProgress::Never, ShowProgress::Always, ShowProgress::Never]);
        assert_eq!(ShowProgress::Auto.beside(false), ShowProgress::Auto);
    }

    #[test]
    fn every_template_is_valid() {
        for template in [UNSIZED, "{msg}", "{bar:28} {msg}"] {
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
