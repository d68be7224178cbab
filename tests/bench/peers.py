"""Splink and Record Linkage on the same sets, as their own documentation sets them up (`pip install .[peers]`).

Splink: "Deduplicating the febrl3 dataset" and "Deduplicate 50k rows"; Record Linkage: "Data deduplication".
"""

import time
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any

from tests.bench.entities import Truth, ordered

Row = Mapping[str, str]
SPLINK, RECORD_LINKAGE = (find_spec(name) is not None for name in ("splink", "recordlinkage"))


def splink_on_febrl(rows: Mapping[str, Row]) -> tuple[Truth, float]:
    """The pairs it finds, and its seconds."""
    import splink.comparison_library as cl
    from splink import block_on

    comparisons = [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
    ]
    blocked = ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"]
    certain = ["l.soc_sec_id = r.soc_sec_id", "l.given_name = r.given_name and l.surname = r.surname"]
    return _splink(
        rows,
        comparisons,
        rules=[block_on(name) for name in blocked],
        certain=certain,
        sessions=[block_on("date_of_birth"), block_on("postcode")],
    )


def splink_on_copies(rows: Mapping[str, Row]) -> tuple[Truth, float]:
    """The same for the people of `copies`."""
    import splink.comparison_library as cl
    from splink import block_on

    comparisons = [
        cl.ForenameSurnameComparison("given", "family"),
        cl.EmailComparison("email"),
        cl.LevenshteinAtThresholds("phone", [1]),
        cl.JaroWinklerAtThresholds("street", [0.9]),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    ]
    rules = [
        block_on("email"),
        block_on("phone"),
        block_on("given", "family"),
        block_on("family", "postal_code"),
        block_on("street", "city"),
    ]
    certain = ["l.email = r.email", "l.given = r.given and l.family = r.family and l.phone = r.phone"]
    sessions = [block_on("email"), block_on("family", "postal_code")]
    return _splink(rows, comparisons, rules=rules, certain=certain, sessions=sessions)


def record_linkage_on_febrl(rows: Mapping[str, Row]) -> tuple[Truth, float]:
    import pandas
    import recordlinkage

    frame = pandas.DataFrame.from_dict(dict(rows), orient="index").replace("", None)
    began = time.perf_counter()
    index = recordlinkage.Index()
    index.block(left_on="given_name")
    compare = recordlinkage.Compare()
    compare.exact("given_name", "given_name")
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85)
    compare.exact("date_of_birth", "date_of_birth")
    compare.exact("suburb", "suburb")
    compare.exact("state", "state")
    compare.string("address_1", "address_1", threshold=0.85)
    features = compare.compute(index.index(frame), frame)
    found = features[features.sum(axis=1) > 3].index
    return {ordered(one, other) for one, other in found}, time.perf_counter() - began


def _splink(
    rows: Mapping[str, Row], comparisons: list[Any], *, rules: list[Any], certain: list[str], sessions: Iterable[Any]
) -> tuple[Truth, float]:
    import pandas
    from splink import DuckDBAPI, Linker, SettingsCreator

    frame = pandas.DataFrame([{"unique_id": id, **row} for id, row in rows.items()]).replace("", None)
    began = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules
    )
    api = DuckDBAPI()
    api.duckdb_con.execute("SET threads = 2")
    linker = Linker(api.register(frame), settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for session in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(session)
    found = linker.inference.predict(threshold_match_probability=0.5)
    pairs = api.query_sql(f"SELECT unique_id_l, unique_id_r FROM {found.physical_name}").as_record_list()
    return {ordered(pair["unique_id_l"], pair["unique_id_r"]) for pair in pairs}, time.perf_counter() - began
