#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of style that a machine can check, as a test.

usage: tidy.py [--root DIR] style
       tidy.py [--root DIR] headers --cc CC [--include DIR]...   each header compiles alone
       tidy.py [--root DIR] format --clang-format PROGRAM

Prints file:line: what is wrong; ends with 1 when anything is. RULES below is the list.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

FILE_LINES, FUNCTION_LINES, COLUMNS, TAB = 800, 70, 100, 8
CODE = (".c", ".h")
SPDX_IN = (".c", ".h", ".def", ".py", ".sh", ".build", ".yaml", ".sql", ".po", ".scss", ".mjs")
SKIP = re.compile(r"^(build|\.git|\.cache|node_modules|__pycache__|web/dist|web/node_modules)")

# Who may do what others may not, as prefixes of paths below the root.
MAY_ALLOCATE = ("src/base/", "src/store/driver_", "src/channels/http/", "tests/", "src/main.c",
                "tools/pack.c")
MAY_TOUCH_TIYN = ("src/domain/money.", "src/domain/rate.", "src/store/driver_")
MAY_FLOAT = ("src/formats/pdf.c",)
MAY_HOLD_STATE = ("src/base/log.c", "src/main.c", "tests/")
MAY_ASK_TIME = ("src/base/clock.c", "tests/")
# Letters of other alphabets as data: look-alike tags, code pages, sniffing.
MAY_HOLD_LETTERS = ("src/formats/", "tests/")
# Constants of libraries: a switch over them may have a default.
FOREIGN = re.compile(r"^(YAML|JSON|XML|SQLITE|MHD|PGRES|UTF8PROC|BROTLI|SIG|GNUTLS|Z|AF|S)_|^(E|SIG)[A-Z]+$")

BANNED = {
    "strcpy": "str_copy()", "strcat": "buf_z()", "strncpy": "str_copy()", "strncat": "buf_put()",
    "sprintf": "buf_fmt()", "vsprintf": "buf_fmt()", "gets": "a cap", "strtok": "str_cut()",
    "atoi": "str_to_u64()", "atol": "str_to_u64()", "atoll": "str_to_u64()", "atof": "money_parse()",
    "strtol": "str_to_u64()", "strtoul": "str_to_u64()", "strtod": "money_parse()",
    "scanf": "a parser", "sscanf": "a parser", "fscanf": "a parser", "system": "nothing",
    "popen": "nothing", "alloca": "the arena", "setjmp": "nothing", "longjmp": "nothing",
    "rand": "rng_bytes()", "srand": "rng_bytes()", "random": "rng_bytes()", "ctime": "say_instant()",
    "asctime": "say_instant()", "localtime": "day_in_astana()", "gmtime": "gmtime_r()",
    "setlocale": "say()", "tmpnam": "mkstemp()", "mktemp": "mkstemp()", "signal": "sigaction()",
    "pthread_create": "a process", "thrd_create": "a process", "assert": "must()",
}
ALLOCATORS = r"\b(malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf)\s*\("
CLOCKS = r"\b(time|gettimeofday|clock_gettime|clock)\s*\("


def under(path, prefixes):
    return path.startswith(tuple(prefixes))


def mask(text, strings=True):
    """The text with comments (and contents of strings) as blanks; every line keeps its place."""
    def blank(match):
        token = match[0]
        if token.startswith("/"):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + " " * (len(token) - 2) + token[-1] if strings else token
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.DOTALL)


def line_at(text, offset):
    return text.count("\n", 0, offset) + 1


def matches(pattern, code, message):
    for m in re.finditer(pattern, code, re.MULTILINE):
        yield line_at(code, m.start()), message.format(*m.groups()) if m.groups() else message


def closing(code, opening, pair="{}"):
    """Offset behind the bracket that closes the one at `opening`."""
    depth = 0
    for i in range(opening, len(code)):
        depth += (code[i] == pair[0]) - (code[i] == pair[1])
        if depth == 0:
            return i + 1
    return len(code)


def rule_spdx(path, text, code):
    lines = text.splitlines()[:2]
    first = lines[1:] if lines and lines[0].startswith("#!") else lines[:1]
    if path.endswith(SPDX_IN) and not any("SPDX-License-Identifier: Apache-2.0" in x for x in first):
        yield 1, "the first line must be SPDX-License-Identifier: Apache-2.0"


def rule_whitespace(path, text, code):
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if re.match(r"(<{7}|>{7}|={7})( |$)", line):
            yield number, "a conflict that was not resolved"
    if text and not text.endswith("\n"):
        yield len(text.split("\n")), "no newline at the end of the file"


def rule_words(path, text, code):
    for number, line in enumerate(text.split("\n"), 1):
        if re.search(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b", line):
            yield number, "a note to do something is not done: do it or file it"


def rule_sizes(path, text, code):
    lines = text.split("\n")
    if len(lines) - 1 > FILE_LINES:
        yield 1, f"{len(lines) - 1} lines, at most {FILE_LINES}"
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(TAB)) > COLUMNS:
            yield number, f"{len(line.expandtabs(TAB))} columns, at most {COLUMNS}"
    start = tables = 0
    in_table = False
    for number, line in enumerate(code.split("\n"), 1):
        if line == "{":
            start, tables, in_table = number, 0, False
        elif line == "}" and start:
            length = number - start + 1 - tables
            if length > FUNCTION_LINES:
                yield start, f"a function of {length} lines, at most {FUNCTION_LINES}"
            start = 0
        elif start:
            # A table is data: it is read, not followed.
            in_table = in_table or (line.startswith("\tstatic const") and not line.endswith(";"))
            tables += in_table
            in_table = in_table and not re.match(r"\t\}.*;$", line)


def rule_banned(path, text, code):
    for m in re.finditer(r"(?<![\w.>])(\w+)\s*\(", code):
        if m[1] in BANNED:
            yield line_at(code, m.start()), f"{m[1]}() is banned; use {BANNED[m[1]]}"
    yield from matches(r"^\s*typedef\s+(?:struct|union)\b", code, "no typedef of a struct")
    if not under(path, MAY_FLOAT):
        yield from matches(r"\b(float|double)\b", code, "{0} is banned: money and rates are exact")
    if not under(path, MAY_ALLOCATE):
        yield from matches(ALLOCATORS, code, "{0}() outside base/ and wrappers: use the arena")
    if not under(path, MAY_ASK_TIME):
        yield from matches(r"(?<![\w.>])" + CLOCKS[2:], code, "{0}(): time comes through the context")


def rule_tiyn(path, text, code):
    if path.startswith("src/") and not under(path, MAY_TOUCH_TIYN):
        yield from matches(r"(?:\.|->)tiyn\b", code, "raw .tiyn: use money.h")


def rule_state(path, text, code):
    if path.startswith("src/") and not under(path, MAY_HOLD_STATE):
        yield from matches(r"^static\s+(?!.*\bconst\b)(?!.*\bsig_atomic_t\b)[^()\n]*(?:=|;|\[)", code,
                           "a global that changes")


def rule_default(path, text, code):
    for m in re.finditer(r"\bswitch\s*\(", code):
        body = code.find("{", closing(code, m.end() - 1, "()"))
        block = code[body:closing(code, body)]
        labels = re.findall(r"\bcase\s+([A-Z][A-Z0-9_a-z]*)\s*:", block)
        ours = [x for x in labels if x.upper() == x and not FOREIGN.match(x)]
        if ours and re.search(r"\bdefault\s*:", block):
            yield line_at(code, m.start()), f"a switch over an enum ({ours[0]}) has no default:"


def rule_personal(path, text, code):
    for m in re.finditer(r"\b(log_event|fail|fail_in)\s*\(", code):
        call = code[m.start():closing(code, m.end() - 1, "()")]
        if re.search(r"\biin_digits\b|\biin(?:\.|->)d\b(?!\[)|\bSTR\(\s*\w*iin", call):
            yield line_at(code, m.start()), f"a personal number in {m[1]}()"


def rule_letters(path, text, code):
    if under(path, MAY_HOLD_LETTERS):
        return
    literals = mask(text, strings=False)
    for m in re.finditer(r'"(?:\\.|[^"\\\n])*"', literals):
        if re.search(r"[Ѐ-ӿ]", m[0]):
            yield line_at(literals, m.start()), "text for people belongs into po/"


def rule_own_header(path, text, code):
    if not (path.startswith("src/") and path.endswith(".c")):
        return
    own = path[len("src/"):-2] + ".h"
    includes = re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE)
    if own in includes and includes[0] != own:
        yield 1, f'its own header "{own}" must come first'


RULES_ALL = (rule_spdx, rule_whitespace, rule_words)
RULES_CODE = (rule_sizes, rule_banned, rule_tiyn, rule_state, rule_default, rule_personal,
              rule_letters, rule_own_header)


def check_text(path, text):
    """[(line, what)] for one file; `path` is relative to the root."""
    rules = RULES_ALL + (RULES_CODE if path.endswith(CODE) else ())
    code = mask(text) if path.endswith(CODE) else text
    return [finding for rule in rules for finding in rule(path, text, code)]


def check_built(path, root):
    """A source that no meson.build names is dead."""
    folder = os.path.dirname(path)
    while folder:
        build = os.path.join(root, folder, "meson.build")
        if os.path.exists(build):
            with open(build, encoding="utf-8") as f:
                text = f.read()
            name = os.path.relpath(path, folder)
            stem = name[:-len(".c")]
            if any(f"'{x}'" in text for x in (name, stem, stem.removesuffix("_test"))):
                return []
        folder = os.path.dirname(folder)
    return [(1, "no meson.build names this file")]


def files(root):
    git = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                         capture_output=True, text=True)
    if git.returncode == 0:
        names = git.stdout.splitlines()
    else:
        names = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _, names in os.walk(root) for name in names]
    return sorted(x for x in names if not SKIP.match(x) and os.path.isfile(os.path.join(root, x)))


def style(root):
    for path in files(root):
        if not path.endswith(SPDX_IN) and os.path.basename(path) not in ("Makefile",):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as f:
            text = f.read()
        findings = check_text(path, text)
        if path.endswith(".c") and path.startswith(("src/", "tests/")):
            findings += check_built(path, root)
        for number, what in findings:
            yield f"{path}:{number}: {what}"


def compile_alone(root, path, cc, includes):
    flags = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror",
             "-Wno-unused-function", "-fsyntax-only", "-x", "c", "-"]
    name = path[len("src/"):]
    text = f'#include "{name}"\n#include "{name}"\ntypedef int not_empty;\n'
    done = subprocess.run([cc, *[f"-I{x}" for x in includes], f"-I{root}/src", *flags], input=text,
                          capture_output=True, text=True)
    return None if done.returncode == 0 else f"{path}: does not stand alone\n{done.stderr}"


def headers(root, cc, includes):
    names = [x for x in files(root) if x.startswith("src/") and x.endswith(".h")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(lambda x: compile_alone(root, x, cc, includes), names))


def formatted(root, program):
    names = [x for x in files(root) if x.endswith(CODE)]
    done = subprocess.run([program, "--dry-run", "-Werror", *names], cwd=root, capture_output=True,
                          text=True)
    if done.returncode != 0:
        yield done.stderr + "run `make fmt`"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ap.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    ap.add_argument("what", choices=("style", "headers", "format"))
    ap.add_argument("--cc", default="cc")
    ap.add_argument("--include", action="append", default=[])
    ap.add_argument("--clang-format", default="clang-format")
    args = ap.parse_args()
    if args.what == "style":
        findings = list(style(args.root))
    elif args.what == "headers":
        findings = list(headers(args.root, args.cc, args.include))
    else:
        findings = list(formatted(args.root, args.clang_format))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
