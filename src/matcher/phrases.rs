//! Tables that find every phrase that begins where one looks, in time that hardly grows with their number.
//!
//! Phrases are sorted, and each knows the longest other phrase that is its own prefix. All phrases that begin a text
//! are then found from the greatest phrase not above the text: whatever stands between a prefix of the text and the
//! text itself begins with that prefix too. Nearly all texts are turned away before: most by a bitmap of the phrases'
//! first bytes, the others by one of their keys.

mod start;

use crate::bits::{Bitmap, first_eight, first_of, last_eight_within, last_sixteen_within, spread};
use start::{EIGHT, KEYS, Start, begins, front_of, key_of};
use std::ops::Range;

const NONE: u32 = u32::MAX;
/// The keys of eight bytes or more, as bits.
const LONG_KEYS: u8 = 0b11_0000;
/// The keys of no more bytes than a pair, as bits.
const PAIR_KEYS: u8 = 0b11;
/// Bytes that tell which keys are worth asking.
const PAIR: u64 = 0xffff;
/// Pairs of bytes that are told apart, at most: 4 KiB.
const MOST_PAIRS: usize = 1 << 12;
/// Bits of the largest bitmap of first bytes: 8 KiB, which stays in the first-level cache.
const FRONT_BITS: usize = 1 << 16;

/// Phrases, each with the payloads of those who asked for it.
#[derive(Debug)]
pub(super) struct PhraseTable<T> {
    /// The phrases, sorted, and one more that tells where the last one ends.
    phrases: Vec<Phrase>,
    /// The bytes of the phrases one after the other, and their payloads.
    bytes: Vec<u8>,
    payloads: Vec<T>,
    /// By a hash of two bytes, the keys under which a phrase stands that begins with them, as bits.
    pairs: Box<[u8]>,
    pair_shift: u32,
    /// The first bytes of all phrases, as many as their key takes, up to eight.
    front: Bitmap,
    /// The keys.
    known: Bitmap,
    /// The phrases of each key, at the place that its hash says or at the next free one.
    buckets: Box<[Bucket]>,
    bucket_shift: u32,
    longest: usize,
}

/// A phrase: where its bytes and its payloads begin, which end where those of the next one begin.
#[derive(Clone, Copy, Debug)]
struct Phrase {
    bytes: u32,
    payloads: u32,
    /// The longest other phrase that it begins with.
    parent: u32,
}

/// The phrases with one key: as they are sorted, they stand together, longer and shorter ones between them. Keys of which the
/// hashes begin alike share a bucket, which finds no more than either.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    hash: u32,
    places: (u32, u32),
}

/// What one thread reuses to look for the starts of many texts.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// Texts with the keys under which something is known to begin like them, and each with its bucket.
    known: Vec<(u32, u8)>,
    buckets: Vec<(u32, usize, Bucket)>,
}

impl<T> Default for PhraseTable<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> PhraseTable<T> {
    /// A table of `entries`; equal phrases share a place, empty ones are left out.
    pub(super) fn new(mut entries: Vec<(Box<[u8]>, T)>) -> Self {
        entries.retain(|(phrase, _)| !phrase.is_empty());
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut table = Self {
            phrases: Vec::new(),
            bytes: Vec::new(),
            payloads: Vec::new(),
            pairs: Box::new([0; 2]),
            pair_shift: 63,
            front: Bitmap::default(),
            known: Bitmap::default(),
            buckets: Box::new([]),
            bucket_shift: 63,
            longest: 0,
        };
        // Sorted order visits prefixes before what they begin: the open ones are a stack.
        let mut open: Vec<(u32, Box<[u8]>)> = Vec::new();
        for (phrase, payload) in entries {
            let place = table.phrases.len() as u32;
            while open.last().is_some_and(|(_, top)| !phrase.starts_with(top)) {
                open.pop();
            }
            if open.last().is_none_or(|(_, top)| *top != phrase) {
                table.begin_phrase(open.last().map_or(NONE, |(top, _)| *top));
                table.longest = table.longest.max(phrase.len());
                table.bytes.extend_from_slice(&phrase);
                open.push((place, phrase));
            }
            table.payloads.push(payload);
        }
        table.begin_phrase(NONE);
        table.index();
        table
    }

    fn begin_phrase(&mut self, parent: u32) {
        let (bytes, payloads) = (self.bytes.len() as u32, self.payloads.len() as u32);
        self.phrases.push(Phrase { bytes, payloads, parent });
    }

    fn index(&mut self) {
        let count = self.len();
        if count == 0 {
            return;
        }
        // Small tables are many, one for every longer list of a rule: together they must not fill the caches.
        self.front = Bitmap::new(count, 64, FRONT_BITS);
        let pairs = count.next_power_of_two().clamp(1 << 6, MOST_PAIRS);
        self.pairs = vec![0; pairs].into_boxed_slice();
        self.pair_shift = 64 - pairs.trailing_zeros();
        // Sixteen bits a phrase let one text in sixteen pass in vain.
        self.known = Bitmap::new(count, 16, 1 << 24);
        let buckets = (count * 2).next_power_of_two();
        self.buckets = vec![Bucket::default(); buckets].into_boxed_slice();
        self.bucket_shift = 64 - buckets.trailing_zeros();
        for place in 0..count {
            let phrase = self.phrase(place);
            let start = Start::of(phrase);
            let key = key_of(phrase.len());
            // What follows a phrase of one byte may be anything.
            let seconds =
                if phrase.len() == 1 { 0..=0xff } else { start.first >> 8 & 0xff..=start.first >> 8 & 0xff };
            for second in seconds {
                let pair = self.pair(start.first & 0xff | second << 8);
                self.pairs[pair] |= 1 << key;
            }
            let (first, hash) = (start.masked(key.min(EIGHT)).0, start.hash(key));
            self.known.insert(hash);
            self.front.insert(spread(first));
            let (bucket, place) = (self.bucket_place(hash), place as u32);
            let bucket = &mut self.buckets[bucket];
            if bucket.is_free() {
                *bucket = Bucket { hash: front_of(hash), places: (place, place) };
            }
            bucket.places.1 = place + 1;
        }
    }

    /// Where the bucket of a key with that hash stands, or would.
    #[inline]
    fn bucket_place(&self, hash: u64) -> usize {
        let mut place = (hash >> self.bucket_shift) as usize;
        // Half of the places are free.
        loop {
            let bucket = &self.buckets[place];
            if bucket.is_free() || bucket.hash == front_of(hash) {
                return place;
            }
            place = (place + 1) & (self.buckets.len() - 1);
        }
    }

    /// Number of different phrases.
    pub(super) fn len(&self) -> usize {
        self.phrases.len() - 1
    }

    /// The phrases, sorted.
    pub(super) fn phrases(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|place| self.phrase(place))
    }

    #[inline]
    fn phrase(&self, place: usize) -> &[u8] {
        &self.bytes[self.phrases[place].bytes as usize..self.phrases[place + 1].bytes as usize]
    }

    #[inline]
    fn payloads(&self, place: usize) -> &[T] {
        &self.payloads[self.phrases[place].payloads as usize..self.phrases[place + 1].payloads as usize]
    }

    /// Bytes of the longest phrase.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Calls `found` with the length and the payloads of every phrase that `text` begins with.
    pub(super) fn for_each_start<'t>(&'t self, text: &[u8], mut found: impl FnMut(usize, &'t [T])) {
        let keys = self.fronted(first_eight(text));
        if keys != 0 {
            self.find_starts(text, keys, &mut found);
        }
    }

    /// The slow part, for the keys that are [`Self::fronted`]: few texts get here.
    #[inline(never)]
    fn find_starts<'t>(&'t self, text: &[u8], keys: u8, found: &mut impl FnMut(usize, &'t [T])) {
        let start = Start::of(text);
        let known = self.known_of(keys, &start);
        self.for_each_bucket(known, &start, |key, bucket| self.walk(text, key, bucket, found));
    }

    /// Finds the phrases that each of many texts begins with, all of one step before the next: what one waits for is on its way
    /// while others are asked. `noted` are the texts with the keys that are [`Self::fronted`], and `text_of` gives a text.
    pub(super) fn find_all_starts<'t, 'x>(
        &'t self,
        noted: &[(u32, u8)],
        text_of: impl Fn(u32) -> &'x [u8],
        looks: &mut Looks,
        mut found: impl FnMut(u32, usize, &'t [T]),
    ) {
        let Looks { known, buckets } = looks;
        // What was known before is written over, and what begins as no phrase does.
        known.resize(noted.len().max(known.len()), (0, 0));
        let mut count = 0;
        for &(nth, keys) in noted {
            known[count] = (nth, self.known_of(keys, &Start::of(text_of(nth))));
            count += usize::from(known[count].1 != 0);
        }
        buckets.clear();
        for &(nth, keys) in &known[..count] {
            let start = Start::of(text_of(nth));
            self.for_each_bucket(keys, &start, |key, bucket| buckets.push((nth, key, bucket)));
        }
        for &(nth, key, bucket) in &*buckets {
            self.walk(text_of(nth), key, bucket, &mut |length, payloads| found(nth, length, payloads));
        }
    }

    /// Calls `found` with those of the known `keys` that have a bucket, and with the bucket.
    #[inline]
    fn for_each_bucket(&self, keys: u8, start: &Start, mut found: impl FnMut(usize, Bucket)) {
        let mut left = keys;
        while left != 0 {
            let key = left.trailing_zeros() as usize;
            left &= left - 1;
            let bucket = self.buckets[self.bucket_place(start.hash(key))];
            if !bucket.is_free() {
                found(key, bucket);
            }
        }
    }

    /// Calls `found` with the length and the payloads of every phrase that the bytes `range` of `text` end with, in a table whose
    /// phrases are written backwards; `keys` are those that are [`Self::fronted_back`]. `backwards` is a buffer.
    pub(super) fn find_ends<'t>(
        &'t self,
        text: &[u8],
        range: Range<usize>,
        keys: u8,
        backwards: &mut Vec<u8>,
        found: impl FnMut(usize, &'t [T]),
    ) {
        // Few lines end as any phrase does: only those are turned around beyond their last bytes.
        let turned = Start::of_word(last_sixteen_within(text, range.clone()), range.len());
        if self.known_of(keys, &turned) != 0 {
            backwards.clear();
            backwards.extend(text[range].iter().rev().take(self.longest));
            self.for_each_start(backwards, found);
        }
    }

    /// What is [`Self::fronted`] for the bytes `range` of `text`, read backwards.
    #[inline]
    pub(super) fn fronted_back(&self, text: &[u8], range: Range<usize>) -> u8 {
        self.fronted(last_eight_within(text, range))
    }

    /// The keys under which a phrase may stand that begins a text with these eight bytes: the question that nearly all
    /// texts fail, made as cheap as can be, without a branch. The first two bytes tell which keys are worth asking.
    #[inline]
    #[expect(
        clippy::needless_range_loop,
        reason = "the number of the key is its bit, and asked for more than its length"
    )]
    pub(super) fn fronted(&self, eight: u64) -> u8 {
        // Every key is asked, for which ones are to be asked is hard to guess. Of the shortest keys the pair says it all.
        let mut known = if self.front.contains(spread(eight)) { LONG_KEYS } else { 0 } | PAIR_KEYS;
        for key in PAIR_KEYS.trailing_ones() as usize..EIGHT {
            known |= u8::from(self.front.contains(spread(first_of(eight, KEYS[key])))) << key;
        }
        self.pairs[self.pair(eight)] & known
    }

    /// The place of the first two bytes among the pairs.
    #[inline]
    fn pair(&self, eight: u64) -> usize {
        (spread(eight & PAIR) >> self.pair_shift) as usize
    }

    /// Those of `keys` under which a phrase with that start is known, all asked without a branch.
    #[inline]
    fn known_of(&self, keys: u8, start: &Start) -> u8 {
        let known = |key| u8::from(self.known.contains(start.hash(key))) << key;
        (0..KEYS.len()).fold(0, |all, key| all | known(key)) & keys & start.keys
    }

    /// Finds the phrases of one key in its bucket, where longer and shorter ones may stand between them.
    fn walk<'t>(&'t self, text: &[u8], key: usize, bucket: Bucket, found: &mut impl FnMut(usize, &'t [T])) {
        // The greatest phrase that is not above the text; most keys have one phrase.
        let (mut first, mut end) = (bucket.places.0 as usize, bucket.places.1 as usize);
        while end - first > 1 {
            let middle = first.midpoint(end);
            if self.phrase(middle) <= text {
                first = middle;
            } else {
                end = middle;
            }
        }
        let mut place = first as u32;
        while place != NONE {
            let phrase = self.phrase(place as usize);
            let own = key_of(phrase.len());
            if own < key {
                return;
            }
            if own == key && begins(text, phrase, key) {
                found(phrase.len(), self.payloads(place as usize));
            }
            place = self.phrases[place as usize].parent;
        }
    }
}

impl Bucket {
    #[inline]
    fn is_free(&self) -> bool {
        self.places.1 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn starts(phrases: &[String], text: &str) -> Vec<(usize, usize)> {
        let entries = phrases.iter().enumerate().map(|(i, p)| (p.as_bytes().into(), i)).collect();
        let table = PhraseTable::new(entries);
        let mut found = Vec::new();
        table.for_each_start(text.as_bytes(), |length, payloads| {
            found.extend(payloads.iter().map(|&payload| (length, payload)));
        });
        found.sort_unstable();
        found
    }

    #[test]
    fn finds_every_phrase_that_begins_a_text_short_and_long_ones_alike() {
        let phrases: Vec<String> =
            ["read", "read more", "read more:", "read more about us", "re", "r", "share this", "read more"]
                .map(String::from)
                .to_vec();
        assert_eq!(starts(&phrases, "read more about you"), [(1, 5), (2, 4), (4, 0), (9, 1), (9, 7)]);
        assert_eq!(starts(&phrases, "share thi"), []);
        assert_eq!(starts(&phrases, ""), []);
    }

    proptest! {
        #[test]
        fn finds_what_a_loop_over_all_phrases_finds(
            phrases in prop::collection::vec("[ab]{0,12}|a{3,24}[ab]?", 0..40),
            text in "[ab]{0,16}|a{0,30}[ab]?",
        ) {
            let mut expected: Vec<(usize, usize)> = phrases.iter().enumerate()
                .filter(|(_, phrase)| !phrase.is_empty() && text.starts_with(phrase.as_str()))
                .map(|(payload, phrase)| (phrase.len(), payload))
                .collect();
            expected.sort_unstable();
            prop_assert_eq!(&starts(&phrases, &text), &expected);
            // Text and phrases are turned around, so that what began begins at the end.
            let backwards = |text: &str| text.bytes().rev().collect::<Box<[u8]>>();
            let entries = phrases.iter().enumerate().map(|(i, p)| (p.as_bytes().into(), i)).collect();
            let mut found = Vec::new();
            let turned = backwards(&text);
            let (table, all) = (PhraseTable::new(entries), 0..turned.len());
            let keys = table.fronted_back(&turned, all.clone());
            table.find_ends(&turned, all, keys, &mut Vec::new(), |length, payloads| {
                found.extend(payloads.iter().map(|&payload: &usize| (length, payload)));
            });
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
