"""Our own choices, varied: what an experiment's runs are judged under besides as they are.

An experiment's `plan.choices` names its own, with what they are called in words; here are those that
every experiment can offer.
"""

REFERENCE = "reference"
PUBLISHED = "published"  # the paper's own values, beside our choices
OUR_SPREAD = "published_with_our_spread"  # the same, where they are means alone
FIRST_HALF, SECOND_HALF = "first_half", "second_half"
DIVERGED_LEFT_OUT = "diverged_left_out"
HALF_EFFECT, DOUBLE_EFFECT = "half_effect", "double_effect"
OTHER_NUMBERS = "other_numbers"  # random ones, of the bootstrap
ORDER_ALONE = "order_alone"

EFFECT_FACTOR = {HALF_EFFECT: 0.5, DOUBLE_EFFECT: 2.0, ORDER_ALONE: 0.0}  # of the smallest effects

TITLES = {
    REFERENCE: "as judged",
    FIRST_HALF: "first half of the seeds",
    SECOND_HALF: "second half of the seeds",
    DIVERGED_LEFT_OUT: "diverged seeds left out",
    HALF_EFFECT: "smallest effects halved",
    DOUBLE_EFFECT: "smallest effects doubled",
    OTHER_NUMBERS: "other random numbers in the bootstrap",
}
