"""A made-up experiment, to see that one can be added."""

from mmoe_repro.coins import plan as coins_plan

TOSSES = R / "coins/tosses.csv"
EVIDENCE.append(TOSSES)
NUMBERS_FROM.append(TOSSES)


use rule stage as tosses with:
    output:
        TOSSES,
    log:
        LOGS / "coins/tosses.log",
    params:
        command=f"python -m mmoe_repro.coins.toss {TOSSES}",
        code=fingerprint("mmoe_repro.coins.toss"),


use rule stage as figure_coins with:
    input:
        tosses=TOSSES,
    output:
        **figure_files("coins", "Coins", "Heads of each coin"),
    log:
        LOGS / "figures/coins.log",
    params:
        **drawing("coins", "coins"),


use rule stage as coins_tables with:
    input:
        TOSSES,
    output:
        table_files(coins_plan.TABLES),
    log:
        LOGS / "tables/coins.log",
    params:
        **tabulating("coins", coins_plan.TABLES),
