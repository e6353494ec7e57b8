/** The re-performance script of a packet: Python's standard library alone, offline, on a machine without Trueup. It knows nothing of the engine's own way to a number. */

/** Text of `reperform.py`, which reads lines.csv and result.json beside it. */
export const reperformScript = `#!/usr/bin/env python3
"""Recomputes a month from lines.csv alone and holds it against result.json: python3 reperform.py [folder]

Needs nothing but Python 3.8 and no network. Every amount is an exact fraction. What each line expected, cost, was rounded to and puts into each step is
computed anew from its quantities, its prices and the rounding rule; the steps are summed and compared with the bridge of result.json to the last digit.
Exits with 0 when everything agrees, with 1 when anything does not.
"""
import csv, json, os, sys
from fractions import Fraction

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
CLASSES = ["input", "cached_input", "cache_write", "cache_write_1h", "output", "reasoning"]
WHOLE = ["unpriced", "missing_usage", "status_difference", "non_billable"]  # steps that take all of a serving charge
SPLIT = ["price_timing", "fallback", "model_drift", "token_difference"]  # steps that share what differs otherwise
INVOICE = ["usage_subtotal", "credit", "discount", "tax", "fx", "minimum", "other", "residual"]
SUMS = ["provider_at_snapshot", "provider_charged", "invoice_usage", "invoice_total"]
wrong = []


def number(text):
    return Fraction(text or 0)


def check(line, row, what, computed, stated):
    if computed != stated:
        wrong.append(f"line {line} ({row['request_id'] or row['provider_request_id']}): {what} is {show(computed)}, lines.csv says {show(stated)}")


def show(amount):
    digits = 0
    while (amount * 10**digits).denominator != 1 and digits < 40:
        digits += 1
    whole = str(abs(amount * 10**digits).numerator).rjust(digits + 1, "0")
    text = whole[: len(whole) - digits] + ("." + whole[len(whole) - digits :] if digits else "")
    return "-" + text if amount < 0 else text


def cost(row, side=""):
    """Quantities times prices; reasoning without a price of its own is output."""
    ratio, divisor = number(row[side + "ratio"]), number(row[side + "unit_divisor"])
    total = number(row[side + "request_price"]) * ratio
    for name in CLASSES:
        quantity = number(row[f"{side}{name}_quantity"])
        price = row[f"{side}{name}_price"] or (row[side + "output_price"] if name == "reasoning" else "")
        if quantity:
            total += quantity * number(price) * ratio / divisor
    return total


def rounded(amount, row):
    if row["rounding_mode"] == "none":
        return amount
    quantum = number(row["rounding_quantum"])
    whole, rest = divmod(amount, quantum)
    half = rest * 2 - quantum
    up = {"half-up": half >= 0, "half-even": half > 0 or (half == 0 and whole % 2 == 1), "up": rest > 0, "down": False}[row["rounding_mode"]]
    result = (whole + (1 if up else 0)) * quantum
    return max(result, number(row["rounding_minimum"])) if amount > 0 else result


def expected(row):
    return {"own": lambda: cost(row), "request": lambda: cost(row, "expected_"), "none": Fraction, "": Fraction}[row["expected_basis"]]()


def steps_of(line, row):
    """What the line puts into each step."""
    e, step = expected(row), row["step"]
    if row["expected_basis"]:
        check(line, row, "expected", e, number(row["expected"]))
    if row["line"] == "uncharged":
        return {"expected": e, step: -e}
    charged = number(row["charged_amount"]) if row["charged_amount"] else None
    if row["line"] in ("refund", "adjustment"):
        return {row["line"]: charged or Fraction(0)}
    own = cost(row) if row["rounded_total"] else None
    if own is not None:
        check(line, row, "the rounded cost", rounded(own, row), number(row["rounded_total"]))
    if row["line"] == "duplicate":
        return {"duplicate": charged if charged is not None else rounded(own, row) if own is not None else Fraction(0)}
    value = own if own is not None else number(row["subtotal"])
    check(line, row, "the value", value, number(row["subtotal"]))
    if own is None and value not in (0, charged):
        wrong.append(f"line {line}: a value of {show(value)} that is neither computed nor reported")
    due = rounded(own, row) if own is not None else value
    parts = {"rounding": due - value, "price_difference": charged - due if charged is not None else Fraction(0)}
    if row["serving"] == "true":
        parts["expected"] = e
        if step in WHOLE:
            parts[step] = value - e
        else:
            parts.update({name: number(row[name]) for name in SPLIT})
            check(line, row, "what differs from expected", value - e, sum(parts[name] for name in SPLIT))
    elif step == "carried_forward":
        parts.update({name: number(row[name]) for name in ["carried_forward", *SPLIT]})
        check(line, row, "carried forward and its difference", value, sum(parts[name] for name in ["carried_forward", *SPLIT]))
    else:
        parts[step] = value
    return parts


with open(os.path.join(folder, "result.json"), encoding="utf8") as file:
    bridge = json.load(file)["bridge"]
sums = {}
with open(os.path.join(folder, "lines.csv"), encoding="utf8", newline="") as file:
    for line, row in enumerate(csv.DictReader(file), 1):
        parts = steps_of(line, row)
        for name in [key for key in row if key in {entry["step"] for entry in bridge}]:
            check(line, row, name, parts.get(name, Fraction(0)), number(row[name]))
        for name, amount in parts.items():
            sums[name] = sums.get(name, Fraction(0)) + amount

running = Fraction(0)
for entry in bridge:
    name, stated = entry["step"], number(entry["amount"])
    is_sum = name in SUMS
    # Lines of the invoice are not in lines.csv: their sums are checked, their document lies beside.
    computed = running if is_sum else stated if name in INVOICE else sums.get(name, Fraction(0))
    running += Fraction(0) if is_sum else computed
    if computed != stated:
        wrong.append(f"{name}: recomputed {show(computed)}, result.json says {show(stated)}")
    print(f"{'= ' if is_sum else '  '}{name:24}{show(computed):>24}  {'agrees' if computed == stated else 'DIFFERS'}")

for text in wrong[:20]:
    print(text)
print(f"{len(wrong)} differences." if wrong else "Everything agrees to the last digit.")
sys.exit(1 if wrong else 0)
`;
