"""Reward of the study's task: it says of a completion what the lab's verifier says.

The standard library alone. TRL calls `reward`, verl calls `compute_score`, evaluate.py calls `verify`.
`python3 reward.py < pairs.jsonl` judges pairs of "answer" and "completion" and prints a verdict for each.
"""

import json
import re
import sys

TASK = json.loads("{}")

VOCABULARY = set(TASK["vocabulary"])
SEPARATOR = TASK["separator"]
STOP = TASK["stop"]
# Symbols of a completion, the end token included: what is longer has not ended in time.
LIMIT = TASK["completionLength"]

# What JavaScript calls white space; str.strip() by itself knows another list.
SPACES = (
    "\t\n\x0b\x0c\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
WRONG = {"correct": False, "wellFormed": False, "answer": None}


def symbols(text):
    """The symbols of a text; None where the task knows one of them not."""
    if text == "":
        return []
    parts = list(text) if SEPARATOR == "" else text.split(SEPARATOR)
    return parts if all(part in VOCABULARY for part in parts) else None


def verify(answer, completion):
    """The verdict on a completion that has ended, without its end token."""
    given = symbols(completion)
    if given is None:
        return dict(WRONG)
    return VERIFIERS[TASK["kind"]](answer, (given + [STOP])[:LIMIT])


def verify_arithmetic(answer, given):
    end = given.index(STOP) if STOP in given else 0
    if end < 2 or given[end - 2] != "#":
        return dict(WRONG)
    return {"correct": given[end - 1] == answer, "wellFormed": True, "answer": given[end - 1]}


ROUTE = re.compile(r"(\d+) moves? from (\d+) to (\d+)(?: around ([\d ]+))?", re.ASCII)


def are_neighbours(a, b, side):
    rows, columns = abs(a // side - b // side), abs(a % side - b % side)
    return rows + columns == 1


def verify_grid(answer, given):
    moves, cell, goal, walls = ROUTE.fullmatch(answer).groups()
    moves, cell, goal = int(moves), int(cell), int(goal)
    walls = {int(wall) for wall in (walls or "").split()}
    side = TASK["side"]
    is_legal = True
    for made, symbol in enumerate(given):
        if symbol == STOP:
            if made == 0:
                break
            correct = is_legal and cell == goal and made == moves
            said = f"{made} move" if made == 1 else f"{made:,} moves"
            return {"correct": correct, "wellFormed": True, "answer": said}
        if not symbol.isdigit():
            break
        following = int(symbol)
        is_legal = is_legal and following not in walls and are_neighbours(cell, following, side)
        cell = following
    return dict(WRONG)


def verify_own(answer, given):
    if STOP not in given:
        return dict(WRONG)
    rule = TASK["rule"]
    read = READERS[rule["by"]]("".join(given[: given.index(STOP)]), rule)
    if read is None:
        return dict(WRONG)
    return {"correct": is_same_answer(rule, read, answer), "wellFormed": True, "answer": read}


VERIFIERS = {"arithmetic": verify_arithmetic, "grid": verify_grid, "own": verify_own}


def after_marker(text, rule):
    at = text.rfind(rule["marker"])
    return None if at < 0 else text[at + len(rule["marker"]) :].strip(SPACES)


def boxed(text, _rule):
    box = max(text.rfind("\\boxed{"), text.rfind("\\fbox{"))
    if box < 0:
        return None
    start = text.index("{", box) + 1
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start:at].strip(SPACES)
    return None


NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+", re.ASCII)
NEGATIVE = re.compile(r"(?:\A|[^\w)\]}.])[-\u2212]\Z", re.ASCII)


def last_number(text, _rule):
    last = None
    for last in NUMBER.finditer(text):
        pass
    if last is None:
        return None
    sign = "-" if NEGATIVE.search(text[: last.start()]) else ""
    return sign + last[0].replace(",", "")


def is_word(character):
    return character is not None and re.fullmatch(r"\w", character, re.ASCII) is not None


def is_edge(edge, text, place):
    if edge == "start":
        return place == 0
    if edge == "end":
        return place == len(text)
    before = text[place - 1] if place > 0 else None
    after = text[place] if place < len(text) else None
    return (is_word(before) != is_word(after)) == (edge == "word")


def follow(steps, text, way, others, known):
    """Goes one way to its end: the end of a match with its first group, or None."""
    at, end, opened, group = way
    while True:
        step = steps[at]
        at += 1
        kind = step["is"]
        if kind == "one":
            if end == len(text) or text[end] not in step["of"]:
                return None
            end += 1
        elif kind == "edge":
            if not is_edge(step["edge"], text, end):
                return None
        elif kind == "split":
            if any((at, end) in tried for tried in known):
                return None
            known[-1].add((at, end))
            others.append((step["second"], end, opened, group))
            at = step["first"]
        elif kind == "jump":
            at = step["to"]
        elif kind == "open":
            opened = end
        elif kind == "close":
            group = (opened, end)
        elif kind == "forget":
            group = None
        else:
            return end, group


def match_at(steps, text, start, failed):
    """The match that begins at a place, or None; what fails then is added to what fails."""
    others, tried = [(0, start, -1, None)], set()
    while others:
        found = follow(steps, text, others.pop(), others, (failed, tried))
        if found is not None:
            return found
    failed |= tried
    return None


def last_match(text, rule):
    """The first group of the last match, by the steps of the lab's own matcher: what failed once is not tried again."""
    last, start, failed = None, 0, set()
    while start <= len(text):
        found = match_at(rule["steps"], text, start, failed)
        if found is None:
            start += 1
            continue
        end, group = found
        last = text[start:end] if group is None else text[group[0] : group[1]]
        start = end + 1 if end == start else end
    return last


READERS = {
    "marker": after_marker,
    "boxed": boxed,
    "last-number": last_number,
    "exact": lambda text, _rule: text.strip(SPACES),
    "pattern": last_match,
}

GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
SPACE = f"[{SPACES}]*"


def plain_number(text):
    digits = text.strip(SPACES)
    if GROUPED.fullmatch(digits) or PLAIN.fullmatch(digits):
        return float(digits.replace(",", ""))
    return None


# No line break, as JavaScript's dot.
ANY = "[^\n\r\u2028\u2029]*"


def number_of(text):
    """A number as people write it, such as "1,234", "$5", "45.3%" or "3/4"; None for what is none."""
    plain = text.strip(SPACES)
    for bracketed in (rf"\\\(({ANY})\\\)", rf"\$({ANY})\$"):
        found = re.fullmatch(bracketed, plain)
        if found:
            plain = found[1]
            break
    plain = plain.replace("\u2212", "-")
    plain = re.sub(r"\\(?:[dt])?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", plain, count=1)
    plain = re.sub(rf"\A([-+]?){SPACE}\\?[$€£]{SPACE}", r"\1", plain)
    plain = re.sub(rf"{SPACE}\\?%\Z", "", plain)
    plain = re.sub(r"\.\Z", "", plain)
    numbers = [plain_number(part) for part in plain.split("/")]
    if numbers[0] is None or len(numbers) > 2:
        return None
    if len(numbers) == 1:
        return numbers[0]
    return numbers[0] / numbers[1] if numbers[1] else None


def is_same_answer(rule, given, right):
    if given == right:
        return True
    tolerance = rule.get("tolerance", 0 if rule["by"] == "last-number" else None)
    if tolerance is None:
        return False
    a, b = number_of(given), number_of(right)
    if a is None or b is None:
        return False
    return abs(a - b) <= tolerance * (1 + 2**-40)


def text_of(completion):
    """TRL gives a completion as text, or as a list of one message."""
    return completion if isinstance(completion, str) else completion[0]["content"]


def reward(completions, answer, **_columns):
    """For TRL: 1 for a right completion, 0 for a wrong one."""
    return [float(verify(a, text_of(c))["correct"]) for c, a in zip(completions, answer)]


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_more):
    """For verl, which filters groups by `acc`."""
    right = float(verify(ground_truth, solution_str)["correct"])
    return {"score": right, "acc": right}


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        pair = json.loads(line)
        print(json.dumps(verify(pair["answer"], pair["completion"]), separators=(",", ":"), ensure_ascii=False))
