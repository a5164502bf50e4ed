//! From rule files to a rule set: the one door that valid rules come through.
//!
//! Names come first, over all files, then the overrides, then each rule with its overrides laid over it: so a rule
//! may name rules and lists of files that come later. Nothing stops at a fault; what a fault leaves out is only
//! what cannot be read because of it.

mod matcher;
mod names;
mod pack;
mod phrase;
mod rule;

pub(super) use pack::mended_id;

use super::diagnostic::Diagnostics;
use super::excerpt::LineTable;
use super::files::{MAX_FILE, RuleFile};
use super::rule::{Origin, Scope};
use super::schema::{Faults, Fields, Place, Value, line_tables};
use super::set::{Pack, RuleSet};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use names::Names;
use pack::Head;
use toml::Spanned;
use toml::de::DeTable;

/// What reading a rule needs to know of the rest.
struct Context<'a> {
    files: &'a [RuleFile],
    names: &'a Names,
}

/// A `[[rule]]` before it is read.
struct Written<'a> {
    fields: Fields<'a>,
    id: Option<&'a str>,
    /// Whether an override switched it off.
    off: bool,
    /// The files that override something of it.
    overridden_in: Vec<usize>,
}

/// One file, parsed.
struct Parsed<'a> {
    fields: Fields<'a>,
    /// Whether its values can be judged: its syntax is right, and its schema is one that is known.
    sound: bool,
    head: Head,
    rules: Vec<Written<'a>>,
}

/// Validates rule files into one rule set; rules keep the order of the files.
///
/// # Errors
///
/// Every fault of every file, with the warnings; the warnings of good files are in [`RuleSet::warnings`].
pub fn load(files: &[RuleFile]) -> Result<RuleSet, Diagnostics> {
    let mut faults = Faults::default();
    let sources: Vec<(&str, &str)> =
        files.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect();
    let tables: Vec<_> = files.iter().map(|file| DeTable::parse_recoverable(&file.text)).collect();
    let lines = line_tables(&files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>());
    let mut parsed: Vec<Parsed<'_>> = Vec::with_capacity(files.len());
    for (at, (table, errors)) in tables.iter().enumerate() {
        syntax_faults(at, (&files[at], &lines[at]), errors, &mut faults);
        parsed.push(read_file(at, table, errors.is_empty(), &mut faults));
    }

    let mut set = RuleSet::default();
    let mut names = Names::default();
    let packs = merge_packs(&mut parsed, &sources, &lines, &mut set, &mut faults);
    name_rules(&parsed, &sources, &lines, &mut names, &mut faults);
    for (file, parsed) in files.iter().zip(&parsed).filter(|(_, parsed)| parsed.sound) {
        pack::read_lists(
            &parsed.fields,
            (file, &parsed.head.pack.id),
            &mut names,
            &mut set.lists,
            &mut faults,
        );
    }
    apply_overrides(&mut parsed, &names, &mut faults);

    let context = Context { files, names: &names };
    for (at, file) in parsed.iter().enumerate().filter(|(_, file)| file.sound) {
        let headers = headers(&file.fields);
        for written in &file.rules {
            let mut origin = origin(&files[at], &lines[at], written.fields.place, &headers);
            origin.overridden_in = written.overridden_in.iter().map(|&by| files[by].name.clone()).collect();
            let home = rule::Home { pack: packs[at], pack_id: &file.head.pack.id, scope: &file.head.scope };
            set.rules.extend(rule::read_rule(written, &home, origin, &context, &mut faults));
        }
    }

    let diagnostics = faults.into_diagnostics(&sources);
    if diagnostics.errors() > 0 {
        return Err(diagnostics);
    }
    set.warnings = diagnostics;
    Ok(set)
}

fn syntax_faults(
    at: usize,
    (file, lines): (&RuleFile, &LineTable),
    errors: &[toml::de::Error],
    faults: &mut Faults,
) {
    // The parser stumbles on after a fault: of several on one line, and of the same ones in one table, only the first is the
    // author's.
    let is_header = |(_, text): &(usize, &str)| text.starts_with('[');
    // Nearly all files have no fault, and lines are looked at for those that have.
    let text = if errors.is_empty() { "" } else { &file.text };
    let headers: Vec<usize> = (1..).zip(text.lines()).filter(is_header).map(|(line, _)| line).collect();
    let (mut told, mut told_of) = (HashSet::new(), HashSet::new());
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let line = lines.line(span.start);
        let table = headers.partition_point(|&header| header <= line);
        if !told.insert(line) || !told_of.insert((table, error.message())) {
            continue;
        }
        let message = error.message();
        let help = match message {
            "duplicate key" => "a key may stand only once in a table: rename or remove one of them",
            _ if message.contains("must be quoted") => {
                "put the text in quotes; only numbers, `true` and `false` go without"
            }
            _ if message.contains("string") => {
                "close the string with the quote that opened it; in `'…'` nothing is escaped, in `\"…\"` write `\\\\` for `\\`"
            }
            _ => "mend the TOML here or right above; the rest of this file is judged once it parses",
        };
        let place = Place { file: at, start: span.start, end: span.end };
        faults
            .error(place, format!("not valid TOML: {message}"))
            .label("the parser stumbled here")
            .help(help);
    }
    if file.text.len() as u64 > MAX_FILE {
        let place = Place { file: at, start: 0, end: 0 };
        faults
            .error(place, format!("the rule file is larger than {} MiB", MAX_FILE >> 20))
            .help("split it into several files of the same pack");
    }
}

fn read_file<'a>(
    at: usize,
    table: &'a Spanned<DeTable<'a>>,
    parses: bool,
    faults: &mut Faults,
) -> Parsed<'a> {
    let fields = Fields::new(table.get_ref(), Place { file: at, start: 0, end: 0 });
    let sound = parses && pack::check_schema(&fields, faults);
    // Of a file that cannot be judged only the names are taken, so that files that refer to them are judged fairly.
    let mut unheard = Faults::default();
    let faults = if sound { faults } else { &mut unheard };
    fields.check_keys(&pack::FILE, faults);
    let rules = read_rule_tables(&fields, faults);
    let needed = !rules.is_empty() || fields.get("lists").is_some();
    let head = pack::read_pack(&fields, needed, faults);
    Parsed { fields, sound, head, rules }
}

fn read_rule_tables<'a>(file: &Fields<'a>, faults: &mut Faults) -> Vec<Written<'a>> {
    let Some(rules) = file.get("rule") else { return Vec::new() };
    let Some(items) = rules.items() else {
        rules.wrong_type("a list of tables", "[[rule]]", faults);
        return Vec::new();
    };
    let tables = items.filter_map(|item| item.table("[[rule]]", faults)).collect::<Vec<_>>();
    let mut written = Vec::with_capacity(tables.len());
    for fields in tables {
        fields.check_keys(&rule::RULE, faults);
        let id = match fields.get("id") {
            Some(value) => value.string(faults).filter(|id| pack::check_id(value, id, false, faults)),
            None => {
                faults
                    .error(fields.place, "the rule has no `id`")
                    .label("`id` is missing")
                    .help("add `id = \"share-prompt\"`, a name that no other rule of the pack has");
                None
            }
        };
        written.push(Written { fields, id, off: false, overridden_in: Vec::new() });
    }
    written
}

/// Puts the packs of all files into the set, each once; gives the pack of each file.
fn merge_packs(
    parsed: &mut [Parsed<'_>],
    sources: &[(&str, &str)],
    lines: &[LineTable],
    set: &mut RuleSet,
    faults: &mut Faults,
) -> Vec<usize> {
    let mut first_places: Vec<Place> = Vec::new();
    let mut packs = Vec::with_capacity(parsed.len());
    for file in parsed {
        let pack = std::mem::take(&mut file.head.pack);
        file.head.pack.id.clone_from(&pack.id);
        let table = file.fields.get("pack").and_then(Value::as_table);
        let place = table.as_ref().map_or(file.fields.place, |table| table.place);
        if pack.id.is_empty() {
            // No pack, so no rules that could be in it; or a fault that was told.
            packs.push(0);
            continue;
        }
        let Some(known) = set.packs.iter().position(|known: &Pack| known.id == pack.id) else {
            packs.push(set.packs.len());
            set.packs.push(pack);
            first_places.push(place);
            continue;
        };
        packs.push(known);
        let first = &mut set.packs[known];
        if first.version != pack.version && file.sound {
            let place = table.and_then(|table| table.get("version")).map_or(place, |version| version.place);
            let at = position(first_places[known], sources, lines);
            faults
                .error(
                    place,
                    format!(
                        "the pack `{}` has two versions: `{}` and `{}`",
                        pack.id, first.version, pack.version
                    ),
                )
                .label(format!("the other one is at {at}"))
                .help("give the files of one pack one version, or give this file a pack id of its own");
        }
        first.sources.extend(pack.sources);
        for (mine, other) in [(&mut first.about, pack.about), (&mut first.license, pack.license)] {
            if mine.is_empty() {
                *mine = other;
            }
        }
    }
    packs
}

/// Gives every rule its place in the set, and notes names that are taken.
fn name_rules(
    parsed: &[Parsed<'_>],
    sources: &[(&str, &str)],
    lines: &[LineTable],
    names: &mut Names,
    faults: &mut Faults,
) {
    let total = parsed.iter().map(|file| file.rules.len()).sum();
    names.rules = HashMap::with_capacity(total);
    let mut places = Vec::with_capacity(total);
    for file in parsed {
        let pack = &file.head.pack.id;
        names.packs.push(pack.clone());
        for written in &file.rules {
            let index = places.len();
            places.push(written.fields.place);
            let Some(id) = written.id else { continue };
            let name = [pack, "/", id].concat();
            if let Some(&first) = names.rules.get(&name) {
                let place = written.fields.get("id").map_or(written.fields.place, |id| id.place);
                faults
                    .error(place, format!("the rule `{name}` is defined twice"))
                    .label(format!("the first one is at {}", position(places[first], sources, lines)))
                    .help(
                        "rename one of them; to change a rule of another file use `[override.\"pack/rule\"]`",
                    );
                continue;
            }
            names.rules.insert(name, index);
        }
    }
}

fn apply_overrides(parsed: &mut [Parsed<'_>], names: &Names, faults: &mut Faults) {
    let starts: Vec<usize> = parsed
        .iter()
        .scan(0, |next, file| {
            let start = *next;
            *next += file.rules.len();
            Some(start)
        })
        .collect();
    for at in 0..parsed.len() {
        if !parsed[at].sound {
            continue;
        }
        let Some(table) = parsed[at].fields.get("override") else { continue };
        let Some(overrides) = table.table("[override.\"pack/rule\"]", faults) else { continue };
        for (key_place, value) in overrides.iter() {
            let Some(fields) = value.table("[override.\"pack/rule\"]", faults) else { continue };
            fields.check_keys(&rule::OVERRIDE, faults);
            let off = fields.get("off").and_then(|off| off.boolean(faults));
            let Some(index) = names.find_rule(value.key, key_place, faults) else { continue };
            let file = starts.partition_point(|&start| start <= index) - 1;
            let target = &mut parsed[file].rules[index - starts[file]];
            target.fields.overlay(&fields);
            if target.overridden_in.last() != Some(&at) {
                target.overridden_in.push(at);
            }
            target.off = off.unwrap_or(target.off);
        }
    }
}

/// `file:line` of a place.
fn position(place: Place, sources: &[(&str, &str)], lines: &[LineTable]) -> String {
    format!("`{}:{}`", sources[place.file].0, lines[place.file].line(place.start) + 1)
}

/// Where the file's tables start, sorted: a rule's own text ends where the next one begins.
fn headers(file: &Fields<'_>) -> Vec<usize> {
    let mut starts = Vec::new();
    for (_, value) in file.iter() {
        starts.push(value.place.start);
        starts.extend(value.items().into_iter().flatten().map(|item| item.place.start));
        if value.key != "pack" {
            let inner = value.as_table();
            starts.extend(inner.iter().flat_map(Fields::iter).map(|(_, entry)| entry.place.start));
        }
    }
    starts.sort_unstable();
    starts
}

fn origin(file: &RuleFile, lines: &LineTable, place: Place, headers: &[usize]) -> Origin {
    let next = headers[headers.partition_point(|&start| start <= place.start)..].first();
    let end = next.copied().unwrap_or(file.text.len());
    let own = if file.text[place.start..].starts_with("[[") {
        &file.text[place.start..end]
    } else {
        &file.text[place.start..place.end]
    };
    // Comments above the next table are about that one.
    let mut toml = own.trim_end();
    while let Some((above, last)) = toml.rsplit_once('\n') {
        if !last.trim_start().starts_with('#') {
            break;
        }
        toml = above.trim_end();
    }
    let line = lines.line(place.start) + 1;
    Origin { file: file.name.clone(), line, toml: toml.to_owned(), ..Origin::default() }
}

/// The scope that a rule inherits, with its own keys over it.
fn scope_of(fields: &Fields<'_>, inherited: &Scope, faults: &mut Faults) -> Scope {
    let mut scope = inherited.clone();
    pack::read_scope(fields, &mut scope, faults);
    scope
}

impl Written<'_> {
    /// The name for messages.
    fn label(&self) -> String {
        self.id.map_or_else(|| "the rule".to_owned(), |id| format!("the rule `{id}`"))
    }
}
