"""The columns of Census-Income (KDD), as the data's own description (census-income.names) lists them."""

from dataclasses import dataclass

INCOME, EDUCATION, MARITAL, WEIGHT = "income", "education", "marital stat", "instance weight"

# In the order of the raw files, which have no header.
COLUMNS = (
    "age",
    "class of worker",
    "detailed industry recode",
    "detailed occupation recode",
    EDUCATION,
    "wage per hour",
    "enroll in edu inst last wk",
    MARITAL,
    "major industry code",
    "major occupation code",
    "race",
    "hispanic origin",
    "sex",
    "member of a labor union",
    "reason for unemployment",
    "full or part time employment stat",
    "capital gains",
    "capital losses",
    "dividends from stocks",
    "tax filer stat",
    "region of previous residence",
    "state of previous residence",
    "detailed household and family stat",
    "detailed household summary in household",
    WEIGHT,
    "migration code-change in msa",
    "migration code-change in reg",
    "migration code-move within reg",
    "live in this house 1 year ago",
    "migration prev res in sunbelt",
    "num persons worked for employer",
    "family members under 18",
    "country of birth father",
    "country of birth mother",
    "country of birth self",
    "citizenship",
    "own business or self employed",
    "fill inc questionnaire for veteran's admin",
    "veterans benefits",
    "weeks worked in year",
    "year",
    INCOME,
)

CONTINUOUS = (
    "age",
    "wage per hour",
    "capital gains",
    "capital losses",
    "dividends from stocks",
    "num persons worked for employer",
    "weeks worked in year",
)

# Never inputs: the labels are made of three of them, and the weight is of the sampling design.
NOT_INPUTS = (EDUCATION, MARITAL, INCOME, WEIGHT)

NOMINAL = tuple(c for c in COLUMNS if c not in CONTINUOUS and c not in NOT_INPUTS)

COLLEGE = (
    "Associates degree-occup /vocational",
    "Associates degree-academic program",
    "Bachelors degree(BA AB BS)",
    "Masters degree(MA MS MEng MEd MSW MBA)",
    "Prof school degree (MD DDS DVM LLB JD)",
    "Doctorate degree(PhD EdD)",
)
INCOME_ABOVE = "50000+."
NEVER_MARRIED = "Never married"


@dataclass(frozen=True)
class Group:
    """One of the paper's two pairs of tasks: the main one first; |Pearson| as the paper prints it."""

    name: str
    main: str
    auxiliary: str
    published_correlation: float


GROUPS = {
    "income": Group("income", "income above 50K", "never married", 0.1768),
    "education": Group("education", "education at least college", "never married", 0.2373),
}
LABELS = ("income above 50K", "education at least college", "never married")
