//! What a run refuses to take: pages, expansions and folders beyond all measure, and pages that take too long.

use super::args::{parse_size, some};
use clap::Args as ClapArgs;
use dehusk::pipeline::{Conditions, Options};
use dehusk::source::{Inputs, InputsBuilder};
use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

/// The limits of a run.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArgs {
    /// Reject pages larger than this, 1G at most; `16M` and `512k` are understood
    #[arg(long, value_name = "SIZE", default_value = "16M", allow_negative_numbers = true, value_parser = page_size)]
    max_page: usize,
    /// Give up compressed inputs that grow beyond 64 MiB and to more than so many times their size
    #[arg(long, value_name = "N", default_value = "1000", allow_negative_numbers = true, value_parser = some::<NonZeroU64>)]
    max_ratio: NonZeroU64,
    /// Give up compressed inputs that grow beyond this size, whatever their ratio [default: no limit]
    #[arg(long, value_name = "SIZE", allow_negative_numbers = true, value_parser = parse_size)]
    max_expanded: Option<usize>,
    /// Reject folders that lie deeper than this below the one that was named
    #[arg(long, value_name = "N", default_value = "64", allow_negative_numbers = true, value_parser = some::<NonZeroU32>)]
    max_depth: NonZeroU32,
    /// Reject pages that take longer than so many seconds; the output then hangs on the machine [default: no limit]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = parse_seconds)]
    page_time: Option<Duration>,
}

impl LimitArgs {
    /// Has inputs read and pages worked on within these limits, and notes those that the output hangs on.
    pub(super) fn apply(
        &self,
        builder: &mut InputsBuilder,
        options: &mut Options,
        conditions: &mut Conditions,
    ) {
        builder.max_page(self.max_page).max_ratio(self.max_ratio.get()).max_depth(self.max_depth.get());
        if let Some(bytes) = self.max_expanded {
            builder.max_expanded(bytes as u64);
        }
        if let Some(time) = self.page_time {
            options.page_time(time);
        }
        conditions
            .add("`--max-page`", self.max_page)
            .add("`--max-ratio`", self.max_ratio)
            .add("`--max-expanded`", self.max_expanded.map_or("none".to_owned(), |bytes| bytes.to_string()))
            .add("`--max-depth`", self.max_depth)
            .add("`--page-time`", self.page_time.map_or("none".to_owned(), |time| format!("{time:?}")));
    }
}

/// The size of a page.
fn page_size(written: &str) -> Result<usize, String> {
    match parse_size(written)? {
        size if size <= Inputs::LARGEST_MAX_PAGE => Ok(size),
        _ => Err("1G is the most; split what is larger, or leave it out".to_owned()),
    }
}

/// A number of seconds: `2`, `0.5`.
fn parse_seconds(written: &str) -> Result<Duration, String> {
    let seconds: f64 = written.trim().parse().map_err(|_| "write seconds as `2` or `0.5`".to_owned())?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|_| "that is no time to wait for".to_owned())?;
    if time.is_zero() { Err("in no time no page is done".to_owned()) } else { Ok(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_gigabyte_at_most() {
        assert_eq!(page_size("1G"), Ok(1 << 30));
        assert!(page_size("1025M").is_err());
    }

    #[test]
    fn seconds_may_have_parts() {
        assert_eq!(parse_seconds("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_seconds(" 20 "), Ok(Duration::from_secs(20)));
        for wrong in ["", "0", "-1", "1s", "inf", "NaN"] {
            assert!(parse_seconds(wrong).is_err(), "{wrong}");
        }
    }
}
