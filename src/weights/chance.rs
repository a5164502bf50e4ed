//! Sums of leaves into chances, the same on every machine.
//!
//! Leaves are whole numbers, so their sum does not depend on the order of trees; the way from a sum to a chance is a
//! table that is made with additions, multiplications and divisions only, which every machine rounds alike.

/// Units of a leaf in one logit.
pub(crate) const UNIT: i32 = 1024;
/// Steps of the table in one logit.
const STEPS: i32 = 64;
/// Logits on either side that the table covers; beyond lies certainty.
const REACH: i32 = 10;
/// The chance that is certainty.
pub const CERTAIN: u16 = 50_000;

/// From sums of leaves to chances.
#[derive(Clone, Debug)]
pub(crate) struct Chances(Vec<u16>);

impl Default for Chances {
    fn default() -> Self {
        let steps = REACH * STEPS;
        Self((-steps..=steps).map(|step| chance_of(f64::from(step) / f64::from(STEPS))).collect())
    }
}

impl Chances {
    /// The chance behind a sum of leaves, in 50,000ths.
    pub(crate) fn of(&self, sum: i32) -> u16 {
        let step = (sum / (UNIT / STEPS)).clamp(-REACH * STEPS, REACH * STEPS);
        self.0[(step + REACH * STEPS) as usize]
    }
}

fn chance_of(logit: f64) -> u16 {
    // exp(-x) as (1 - x/2^20)^(2^20): twenty squarings.
    let mut power = 1.0 - logit / f64::from(1 << 20);
    for _ in 0..20 {
        power *= power;
    }
    (f64::from(CERTAIN) / (1.0 + power)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_the_logistic_function() {
        let chances = Chances::default();
        for (logit, chance) in
            [(0.0, 0.5), (1.0, 0.731), (-2.0, 0.119), (4.0, 0.982), (-30.0, 0.0), (30.0, 1.0)]
        {
            let got = f64::from(chances.of((logit * f64::from(UNIT)) as i32)) / f64::from(CERTAIN);
            assert!((got - chance).abs() < 0.001, "{logit}: {got}");
        }
    }
}
