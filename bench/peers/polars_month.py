"""The specialist's script (specialist.mjs) in polars: the same joins and categories, costs in whole 10^-9 units."""

import json
import sys

import polars as pl

evidence, prices, out = sys.argv[1:4]
amount = pl.col("charged_amount").str.to_decimal(scale=9)
tokens = {name: pl.Int64 for name in ("input_tokens", "cached_input_tokens", "output_tokens")}


def read(layer: str, more: dict) -> pl.LazyFrame:
    frame = pl.scan_csv(f"{evidence}/{layer}.csv", schema_overrides={**tokens, "attempt": pl.Int32, **more})
    return frame.with_columns(pl.col("timestamp_utc").str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ")).with_row_index("seq")


application = read("application", {}).collect()
gateway = read("gateway", {}).select("provider_request_id", pl.col("seq").alias("gateway_seq")).collect()
provider = read("provider", {"charged_amount": pl.String}).with_columns(amount).collect()
rates = pl.DataFrame(json.loads(prices)).with_columns(
    pl.col("from", "to").str.to_datetime("%Y-%m-%d"), pl.col("input", "cached", "output").cast(pl.Int64)
)


def cost(prefix: str, rate: str) -> pl.Expr:
    of = lambda name: pl.col(f"{prefix}{name}")
    return (
        (of("input_tokens") - of("cached_input_tokens")) * pl.col(f"{rate}input")
        + of("cached_input_tokens") * pl.col(f"{rate}cached")
        + of("output_tokens") * pl.col(f"{rate}output")
    )


by_attempt = application.sort("attempt")
finals = by_attempt.group_by("request_id", maintain_order=False).agg(
    pl.all().exclude("model_requested").last(), pl.col("model_requested").first().alias("first_model")
)
repeated = provider.group_by("provider_request_id").agg(pl.len().alias("copies"), pl.col("seq").min().alias("first")).filter(pl.col("copies") > 1)
own = finals.select(pl.all().name.prefix("own_")).rename({"own_request_id": "request_id"})
joined = (
    provider.join(repeated, on="provider_request_id", how="left")
    .join(own, on="request_id", how="left")
    .join(gateway, on="provider_request_id", how="left")
)
edge = pl.lit(rates["from"].max())
first, second = rates["from"].min(), rates["from"].max()
joined = joined.with_columns(
    pl.when(pl.col("timestamp_utc") >= edge).then(pl.lit(second)).otherwise(pl.lit(first)).alias("span"),
    pl.when(pl.col("own_timestamp_utc") >= edge).then(pl.lit(second)).otherwise(pl.lit(first)).alias("own_span"),
)
billed = rates.select("name", pl.col("from").alias("span"), pl.col("input", "cached", "output").name.prefix("billed_"))
expected = rates.select(
    pl.col("requested").alias("own_first_model"),
    pl.col("name").alias("model_expected"),
    pl.col("from").alias("own_span"),
    pl.col("input", "cached", "output").name.prefix("expected_"),
)
charges = (
    joined.join(billed, left_on=["model_billed", "span"], right_on=["name", "span"], how="left")
    .join(expected, on=["own_first_model", "own_span"], how="left")
    .with_columns(
        cost("", "billed_").alias("cost"),
        cost("own_", "expected_").alias("expected_cost"),
        pl.when(pl.col("first").is_not_null() & (pl.col("first") != pl.col("seq")))
        .then(pl.lit("duplicate"))
        .when(pl.col("own_seq").is_null() & pl.col("gateway_seq").is_null())
        .then(pl.lit("unlinked"))
        .when(pl.col("own_seq").is_null())
        .then(pl.lit("gateway_only"))
        .when(pl.col("kind") == "error")
        .then(pl.lit("error"))
        .when(pl.col("model_billed") != pl.col("model_expected"))
        .then(pl.lit("fallback"))
        .when(pl.col("attempt") != pl.col("own_attempt"))
        .then(pl.lit("retry"))
        .when((pl.col("input_tokens") != pl.col("own_input_tokens")) | (pl.col("output_tokens") != pl.col("own_output_tokens")))
        .then(pl.lit("token_difference"))
        .otherwise(pl.lit("serving"))
        .alias("category"),
    )
)
charges.write_parquet(f"{out}/charges.parquet")
totals = charges.group_by("category").agg(
    pl.len().alias("charges"), pl.col("expected_cost").sum().alias("expected"), pl.col("cost").sum(), pl.col("charged_amount").sum().alias("charged")
)
print(totals.sort("category").with_columns(pl.col("charged").cast(pl.String)).write_json())
