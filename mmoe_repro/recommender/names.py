"""What things are called, in files and in words."""

METHODS = {
    "single_task": "Single-Task",
    "shared_bottom": "Shared-Bottom",
    "l2_constrained": "L2-Constrained",
    "cross_stitch": "Cross-Stitch",
    "omoe": "OMoE",
    "mmoe": "MMoE",
}
MIXTURES = ("omoe", "mmoe")
TASKS = ("engagement", "satisfaction")
FEATURES = ("user", "item", "segment", "category", "hour")  # sparse, in the order of the ids
MEASURES = {"auc": 0.5, "r2": 0.0}  # of predictions, and what one that knows nothing has
MEASURED = ("loss", *MEASURES)
# Beside them, of the examples whose label is observed: how many, the mean of labels and of predictions,
# the divergence of these from the true probabilities, the AUC among the items that are shown most and
# make half of all exposures, and among the others; of a mixture an example's gate: entropy and largest.
BESIDE = (
    "observed",
    "label_rate",
    "predicted_rate",
    "divergence",
    "auc_popular",
    "auc_rare",
    "gate_entropy",
    "gate_largest",
)
KINDS = ("runs", "curves", "gates", "live")  # tables of a block of runs
CURVE_EVERY = 100  # steps that a point of the loss curve is the mean of; looks are at its end
REFERENCE = "reference"  # the traffic itself, beside its variants
