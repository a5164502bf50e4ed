//! The command line: arguments, printing, exit codes. Nothing below this floor prints.

pub mod progress;
