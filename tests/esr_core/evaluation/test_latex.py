import pandas as pd

from esr_core.evaluation.latex import latex_table


def test_numbers_have_four_digits_and_large_ones_all_before_the_point():
    table = pd.DataFrame({"parameters": [355104.0, None], "seconds": [11820.5, 9999.6], "p": [4.5e-05, 12.346]})
    assert latex_table(table, "").splitlines()[6:8] == [r"355104 & 11820 & 4.5e-05 \\", r"n/a & 10000 & 12.35 \\"]


def test_a_table_is_latex_with_everything_escaped_and_what_is_missing_said():
    table = pd.DataFrame({"run_id": ["a & b", "50 %"], "accuracy": [0.123456, float("nan")], "n": [1, None]})
    table["n"] = table["n"].astype("Int64")
    assert latex_table(table, "A_1 {x} \\ ~ ^") == "\n".join(
        (
            r"\begin{table}[tb]",
            r"\caption{A\_1 \{x\} \textbackslash{} \textasciitilde{} \textasciicircum{}}",
            r"\begin{tabular}{lrr}",
            r"\toprule",
            r"run\_id & accuracy & n \\",
            r"\midrule",
            r"a \& b & 0.1235 & 1 \\",
            r"50 \% & n/a & n/a \\",
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        )
    )
