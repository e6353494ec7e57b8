"""The specialist's script (specialist.mjs) in pandas: the same joins and categories, costs and charges in whole 10^-9 units."""

import json
import sys

import pandas as pd

evidence, prices, out = sys.argv[1:4]
tokens = {name: "Int64" for name in ("input_tokens", "cached_input_tokens", "output_tokens")}


def read(layer: str, more: dict) -> pd.DataFrame:
    frame = pd.read_csv(f"{evidence}/{layer}.csv", dtype={**tokens, "attempt": "Int32", **more}, engine="pyarrow")
    frame["seq"] = range(len(frame))
    return frame


application = read("application", {})
gateway = read("gateway", {})[["provider_request_id", "seq"]].rename(columns={"seq": "gateway_seq"})
provider = read("provider", {"charged_amount": "string"})
# Six decimals at most are written: exact as whole numbers.
parts = provider["charged_amount"].str.split(".", n=1, expand=True)
provider["charged"] = parts[0].astype("Int64") * 10**9 + parts[1].str.ljust(9, "0").astype("Int64")
rates = pd.DataFrame(json.loads(prices)).astype({"input": "Int64", "cached": "Int64", "output": "Int64"})
for frame in (application, provider):
    frame["timestamp_utc"] = pd.to_datetime(frame["timestamp_utc"], utc=True)
second = rates["from"].max()
first = rates["from"].min()
edge = pd.Timestamp(second, tz="UTC")

ordered = application.sort_values("attempt", kind="stable")
finals = ordered.groupby("request_id").last()
finals["first_model"] = ordered.groupby("request_id")["model_requested"].first()
finals = finals.add_prefix("own_").reset_index()
repeated = provider.groupby("provider_request_id")["seq"].agg(["min", "size"])
repeated = repeated[repeated["size"] > 1]["min"].rename("first").reset_index()
charges = provider.merge(repeated, on="provider_request_id", how="left").merge(finals, on="request_id", how="left").merge(gateway, on="provider_request_id", how="left")
charges["span"] = (charges["timestamp_utc"] >= edge).map({True: second, False: first})
charges["own_span"] = (charges["own_timestamp_utc"] >= edge).map({True: second, False: first})
billed = rates[["name", "from", "input", "cached", "output"]].set_axis(["model_billed", "span", "billed_input", "billed_cached", "billed_output"], axis=1)
expected = rates[["requested", "from", "name", "input", "cached", "output"]].set_axis(
    ["own_first_model", "own_span", "model_expected", "expected_input", "expected_cached", "expected_output"], axis=1
)
charges = charges.merge(billed, on=["model_billed", "span"], how="left").merge(expected, on=["own_first_model", "own_span"], how="left")


def cost(prefix: str, rate: str) -> pd.Series:
    of = lambda name: charges[f"{prefix}{name}"]
    plain = of("input_tokens") - of("cached_input_tokens")
    return plain * charges[f"{rate}input"] + of("cached_input_tokens") * charges[f"{rate}cached"] + of("output_tokens") * charges[f"{rate}output"]


charges["cost"] = cost("", "billed_")
charges["expected_cost"] = cost("own_", "expected_")
charges["category"] = "serving"
tokens_differ = (charges["input_tokens"] != charges["own_input_tokens"]) | (charges["output_tokens"] != charges["own_output_tokens"])
for category, condition in (
    ("token_difference", tokens_differ.fillna(False)),
    ("retry", (charges["attempt"] != charges["own_attempt"]).fillna(False)),
    ("fallback", charges["model_billed"] != charges["model_expected"]),
    ("error", charges["kind"] == "error"),
    ("gateway_only", charges["own_seq"].isna()),
    ("unlinked", charges["own_seq"].isna() & charges["gateway_seq"].isna()),
    ("duplicate", charges["first"].notna() & (charges["first"] != charges["seq"])),
):
    charges.loc[condition.astype(bool), "category"] = category
charges.to_parquet(f"{out}/charges.parquet")
totals = charges.groupby("category").agg(charges=("seq", "size"), expected=("expected_cost", "sum"), cost=("cost", "sum"), charged=("charged", "sum"))
print(totals.reset_index().to_json(orient="records"))
