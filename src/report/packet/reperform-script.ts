/** The script that an auditor runs: it computes the bridge again from the lines, in exact decimals, with nothing but Python's own library. */
export const reperformScript = String.raw`#!/usr/bin/env python3
"""Computes the bridge again from lines.csv and reperform.json and compares it with result.json. Python 3.8 or newer, nothing else; no network.
Prices are looked up by model, time and size of the input, costs are quantities x prices, the declared rounding is applied, and each step of each line
follows. Taken from the lines as they are: which charge belongs to which request and, for a charge that serves none, its step; and the stored cost of an
open item, with how the difference to it splits. Taken from result.json: what a prepaid balance paid for outside of scope and between the bounds, which no line holds. Exit code 0: everything
agrees, to the digit. 1: something differs."""
import csv, datetime, decimal, json, os, sys
from decimal import Decimal as D

decimal.setcontext(decimal.Context(prec=100, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero]))  # Nothing is rounded by chance.
here = lambda name: open(os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), name), encoding="utf-8", newline="")
result, terms = json.load(here("result.json")), json.load(here("reperform.json"))
classes, problems = terms["classes"], []
cell = lambda text: "'" + text if text[:1] in tuple("=+-@\t\r") and text else text  # As the lines write text that a spreadsheet would run.
exact = lambda text: None if text in (None, "") else D(text)
plain = lambda amount: format(amount.normalize() if amount else D(0), "f")
def at(time):  # 2026-05-01 00:00:00.5+00 and 2026-05-01T00:00:00.5Z as one sortable text
    head, _, rest = time.replace("T", " ").rstrip("Z").split("+")[0].partition(".")
    return head + "." + rest.ljust(6, "0")
rounding, spans, book = terms["rounding"], [(at(s["from_utc"] or "0"), s["snapshot"]) for s in terms["spans"]], {}
for row in terms["prices"]: book.setdefault((row["snapshot"], cell(row["model"])), []).append(row)
def part_of(snapshot, time):  # Of the week, Monday 00:00 UTC = 0.
    year, month, day, hour, minute = (int(at(time)[start:end]) for start, end in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16)))
    passed = datetime.date(year, month, day).weekday() * 1440 + hour * 60 + minute
    return [part["part"] for part in terms.get("weeks", {}).get(snapshot, [{"from": 0, "part": 0}]) if part["from"] <= passed][-1]
variant_of = lambda line, prefix: tuple(line.get(prefix + name) or None for name in ("service_tier", "region"))
def is_under(under, snapshot, time, variant):
    if under is None: return True
    named = tuple(None if under[name] is None else cell(under[name]) for name in ("service_tier", "region"))
    return named == variant and under["part"] in (None, part_of(snapshot, time))
meters = terms.get("meters", {})
priced = lambda name, count: count.to_integral_value(decimal.ROUND_CEILING) if meters.get(name, {}).get("whole") == "up" else count
is_apart = lambda name: name in meters and meters[name]["inside"] is None
def counts_of(text):  # image=1 second=9.3
    return {part.rpartition("=")[0]: D(part.rpartition("=")[2]) for part in (text or "").split(" ") if part}
def price_of(model, time, tokens, variant):
    snapshot = [name for index, (start, name) in enumerate(spans) if index == 0 or start <= at(time)][-1]
    is_input = lambda name: name is not None and "output" not in name and name != "reasoning"
    parts = sum(count for name, count in tokens["meters"].items() if is_input(meters.get(name, {}).get("inside")))
    size = 0 if tokens["input"] is None else sum(tokens[name] or 0 for name in classes if is_input(name)) + parts
    fits = [row for row in book.get((snapshot, model), []) if size > D(row["above"]) and (row["up_to"] is None or size <= D(row["up_to"]))]
    fits = [row for row in fits if is_under(row.get("under"), snapshot, time, variant)]
    return fits[0] if fits else None
def cost_of(model, time, tokens, variant):  # (state, cost)
    row = price_of(model, time, tokens, variant) if model else None
    if row is None: return "unpriced", None
    if any((tokens[name] or 0) > 0 and row["rates"][name] is None for name in classes): return "unpriced", None
    if any(count > 0 and name not in row.get("meters", {}) for name, count in tokens["meters"].items()): return "unpriced", None
    if any(name not in tokens["meters"] for name in row.get("needs", [])): return "missing", None
    if "needs" not in row and any(tokens[name] is None and D(row["rates"][name] or 1) != 0 for name in ("input", "output")): return "missing", None
    share = D(row["ratio"]) * D(row.get("factor", 1)) / D(row["unit_divisor"])
    beside = sum(priced(name, count) * D(row.get("meters", {}).get(name, 0)) for name, count in tokens["meters"].items())
    return "ok", sum((tokens[name] or 0) * D(row["rates"][name] or 0) * share for name in classes) + beside + D(row["request_price"]) * D(row["ratio"])
def multiple(amount, rule):
    quantum, mode = D(rule["quantum"]), rule["mode"]
    whole, rest = divmod(abs(amount), quantum)
    up = {"half-up": rest * 2 >= quantum, "half-even": rest * 2 > quantum or (rest * 2 == quantum and whole % 2 == 1), "up": rest > 0, "down": False}[mode]
    return ((whole + (1 if up else 0)) * quantum).copy_sign(amount)
def rounded(cost):
    if rounding is None: return cost
    amount = multiple(cost, rounding)
    return max(amount, D(rounding["minimum"])) if rounding["minimum"] and cost > 0 else amount

def cell_of(line, tokens, charged):  # The expected cost of a cell of buckets is taken as it is, and so is its cost where the line has no price: prices of several sizes
    expected, value, steps = D(line["expected"] or 0), D(line["subtotal"]), {"expected": D(line["expected"] or 0)}
    if line["snapshot"] and line["rounded_total"]:
        share, requests = D(line["ratio"]) / D(line["unit_divisor"]), D(line["requests"] or 1)
        same(line, "subtotal", sum((tokens[name] or 0) * (exact(line[name + "_price"]) or 0) * share for name in classes) + D(line["request_price"]) * D(line["ratio"]) * requests)
    beside = charged - value if line["rounded_total"] and charged is not None else D(0)
    low = high = D(0)
    if rounding:
        quantum, low, high = D(rounding["quantum"]), *{"up": (0, 1), "down": (-1, 0)}.get(rounding["mode"], (D("-0.5"), D("0.5")))
        low, high = low * quantum, max(high * quantum, D(rounding["minimum"] or 0))
    count = D(line["requests"] or line["units"])
    steps["rounding"] = max(low * count, min(high * count, beside))
    return {**steps, line["step"]: value - expected, "price_difference": beside - steps["rounding"]}

def steps_of(line):
    tokens = {name: exact(line[name + "_quantity"]) for name in classes}
    ours = {name: exact(line["expected_" + name + "_quantity"]) for name in classes}
    tokens["meters"], ours["meters"] = counts_of(line.get("meters")), counts_of(line.get("expected_meters"))
    # Where a charge is priced when its request was sent, its line says when that was.
    time = terms.get("priced_at") == "request" and line["final_timestamp_utc"] or line["timestamp_utc"]
    model, asked, kind, step = line["model_billed"], line["model_expected"], line["line"], line["step"]
    theirs, chosen = variant_of(line, ""), variant_of(line, "expected_")
    counted, expected, ours_state, steps = line["serving"] == "true" or kind == "uncharged", D(0), "unpriced", {}
    if kind == "cell": return cell_of(line, tokens, exact(line["charged_amount"]))
    if counted:
        ours_state, cost = cost_of(asked, line["final_timestamp_utc"], ours, chosen)
        expected = steps["expected"] = cost if ours_state == "ok" and line["final_billable"] == "true" else D(0)
        check_prices(line, "expected_", asked, line["final_timestamp_utc"], ours, chosen)
    if kind == "uncharged": return {**steps, step: -expected}
    check_prices(line, "", model, time, tokens, theirs)
    known = (price_of(model, time, tokens, theirs) or {}).get("meters", {}) if model else {}
    if counted:  # What a serving charge leaves empty and its price counts is taken from the request.
        for name, count in ours["meters"].items():
            if is_apart(name) and name not in tokens["meters"] and count > 0 and name in known: tokens["meters"][name] = count
    state, cost = cost_of(model, time, tokens, theirs)
    billable, charged = line["billable"] == "true", exact(line["charged_amount"])
    by_price = state == "ok" and (billable or charged is not None)
    value = cost if by_price else charged or D(0)
    same(line, "subtotal", value)
    same(line, "rounded_total", rounded(cost) if by_price else None)
    if kind in ("refund", "adjustment", "correction"): return {kind: charged or D(0)}
    if kind == "duplicate": return {kind: charged if charged is not None else rounded(cost) if billable and state == "ok" else D(0)}
    if by_price: steps["rounding"] = rounded(cost) - cost
    covers, covered = line.get("covered_by") or "wallet", D(0)
    if by_price and charged is not None and covers != "wallet":
        fee = terms.get("cover_fees", {}).get(covers)
        covered = steps["covered"] = -rounded(cost) if charged == 0 else (D(fee) - 1) * rounded(cost) if fee is not None else D(0)
    if charged is not None: steps["price_difference"] = charged - (rounded(cost) + covered if by_price else value)
    then_state, then = cost_of(asked, time, ours, chosen) if counted else ("ok", D(0))
    if state == "unpriced": whole = "unpriced"
    elif state == "missing" and (billable or charged is not None): whole = "missing_usage"
    elif not counted: whole = step
    elif not billable: whole = "non_billable"
    elif line["final_billable"] != "true": whole = "status_difference"
    elif "unpriced" in (ours_state, then_state): whole = "unpriced"
    elif "missing" in (ours_state, then_state): whole = "missing_usage"
    else: whole = None
    if whole == "carried_forward":  # The open item is in the list of the close before: its cost, and how the difference splits, are taken from the line.
        split = {name: D(line[name]) for name in ("unpriced", "missing_usage", "fallback", "model_drift", "price_timing", "tier_difference") if line.get(name)}
        rest = value - D(line[whole]) - sum(split.values(), D(0))  # Nothing, where the whole difference is unpriced or without usage.
        return {**steps, **split, whole: D(line[whole]), "token_difference": rest}
    if whole is not None: return {**steps, whole: value - expected}
    timed, (varied_state, varied) = then, cost_of(asked, time, ours, theirs)
    if varied_state == "ok": then = varied
    if then != timed: steps["tier_difference"] = then - timed
    served_state, served = cost_of(model, time, ours, theirs) if model != asked else ("ok", then)
    served = served if served_state == "ok" else value
    if model != asked: steps[step] = served - then
    beside = D(0)
    for name in set(tokens["meters"]) | set(ours["meters"]) if model == asked or served_state == "ok" else []:
        counts = [priced(name, side["meters"].get(name, D(0))) for side in (tokens, ours)]
        if is_apart(name) and name in known: beside += (counts[0] - counts[1]) * D(known[name])
    if beside: steps["meter_difference"] = beside
    return {**steps, "price_timing": timed - expected, "token_difference": value - served - beside}

def check_prices(line, prefix, model, time, tokens, variant):
    row = price_of(model, time, tokens, variant) or {"rates": {}}
    if "weeks" in terms and row["rates"]: same(line, prefix + "factor", exact(row.get("factor", "1")))
    for name in ("tier", "unit_divisor", "ratio", "request_price"): same(line, prefix + name, exact(row.get(name)))
    for name in classes: same(line, prefix + name + "_price", exact(row["rates"].get(name)))
    if cell(row.get("snapshot", "")) != line[prefix + "snapshot"]: problems.append("line %s: another %ssnapshot" % (line["row"], prefix))

def same(line, column, amount):
    if exact(line[column]) != amount: problems.append("line %s: %s is %s, computed %s" % (line["row"], column, line[column] or "empty", amount))
def shift(charged, stated, one):  # What rounding explains of the difference: one amount is the rounded charge, several moved at most so far each
    rule, low, high = terms["invoice_rounding"], D(0), D(0)
    if one: return multiple(charged, rule) - charged
    for amount in stated:
        quantum, upward = D(rule["quantum"]), (rule["mode"] == "up") == ((amount or charged) >= 0)
        if amount % quantum: continue
        low, high = (low - quantum / 2, high + quantum / 2) if "half" in rule["mode"] else (low, high + quantum) if upward else (low - quantum, high)
    return min(high, max(low, sum(stated, D(0)) - charged))
def invoice_rounding():
    bills = [[(cell(one["model"] or ""), D(one["amount"])) for one in bill["lines"] if one["kind"] == "usage"] for bill in invoices]
    rate = D(terms["fx"]["rate"]) if terms["fx"] else D(1)
    charged = {model: amount * rate for model, amount in by_model.items()}
    usage, whole = [line for bill in bills for line in bill], sum(charged.values(), D(0))
    if terms["invoice_rounding"]["per"] == "total": stated = [(whole, [sum((amount for _, amount in bill), D(0)) for bill in bills if bill])]
    elif any(not model for model, _ in usage): stated = [(whole, [amount for _, amount in usage])]
    else: stated = [(charged.get(model, D(0)), [amount for name, amount in usage if name == model]) for model in {model for model, _ in usage}]
    return sum((shift(base, own, len(own) == 1 and (len(usage) == 1 or len(stated) > 1)) for base, own in stated), D(0))
sums, by_model, requests, index = dict.fromkeys(terms["value_steps"] + terms["charge_steps"], D(0)), {}, 0, 0
with here("lines.csv") as file:
    for index, line in enumerate(csv.DictReader(file), 1):
        line["row"] = index
        steps = steps_of(line)
        requests += int(line["units"] or 0) if "units" in line else "expected" in steps
        by_model[line["model_billed"]] = by_model.get(line["model_billed"], D(0)) + sum(steps.values(), D(0))
        for step in sums:
            if (exact(line[step]) or 0) != steps.get(step, 0): same(line, step, steps.get(step, D(0)))
            sums[step] += steps.get(step, 0)
rows, running = [], D(0)
def put(*steps, total):
    global running
    for step, amount in steps: rows.append((step, amount)); running += amount
    if total: rows.append(("= " + total, running))
put(*((step, sums[step]) for step in terms["value_steps"]), total="provider_at_snapshot")
put(*((step, sums[step]) for step in terms["charge_steps"]), total="provider_charged")
told, invoices = [(row["step"], D(row["amount"])) for row in result["bridge"]], terms["invoices"]
lines = [(one["kind"], D(one["amount"])) for invoice in invoices for one in invoice["lines"]]
if "statement" in terms:
    balance = terms["statement"]
    put(*((step, amount) for step, amount in told if step in ("other_scope", "balance_timing")), total=None)
    drawdown = D(balance["opening"]) + sum(map(D, balance["movements"]), D(0)) - D(balance["closing"])
    put(("balance_difference", drawdown - running), total="balance_drawdown")
if any(step == "invoice_usage" for step, _ in told):
    if terms["fx"]:  # From here on in the currency of the invoices
        charged, reference, rate = running, D(terms["fx"]["reference"]), D(terms["fx"]["rate"])
        running = charged * reference
        put(total="charged_converted")
        put(("fx_rate", charged * (rate - reference)), total=None)
    if terms["invoice_rounding"]: put(("invoice_rounding", invoice_rounding()), total=None)
    put(("usage_subtotal", sum((amount for kind, amount in lines if kind == "usage"), D(0)) - running), total="invoice_usage")
    for kind in terms["invoice_steps"]: put(*([line for line in lines if line[0] == kind] or [(kind, D(0))]), total=None)
    put(*(("residual", D(one["total"]) - sum((D(line["amount"]) for line in one["lines"]), D(0))) for one in invoices), total="invoice_total")
for (name, amount), (step, other) in zip(rows, told + [("nothing", D(0))] * len(rows)):
    agrees = name.replace("= ", "") == step and amount == other
    if not agrees: problems.append("%s: computed %s, result.json says %s for %s" % (name, plain(amount), plain(other), step))
    print("%-24s %28s  %s" % (name, plain(amount), "agrees" if agrees else "DIFFERS: %s" % plain(other)))
if len(rows) != len(told): problems.append("result.json has %d rows of the bridge, computed were %d" % (len(told), len(rows)))
for name, amount in [("expected", sums["expected"])] + [(name[2:], amount) for name, amount in rows if name[:2] == "= "]:
    if exact(result["totals"].get(name)) != amount: problems.append("totals.%s is not %s" % (name, plain(amount)))
if requests != result["counts"].get("units", result["counts"]["application"]["requests"]): problems.append("%d requests have a line, result.json counts others" % requests)
for problem in problems[:20]: print("- " + problem)
print("%d lines, %d requests: %s" % (index, requests, "everything agrees" if not problems else "%d differences" % len(problems)))
sys.exit(1 if problems else 0)
`;
