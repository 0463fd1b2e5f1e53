# SPDX-License-Identifier: Apache-2.0
"""The banks that are played, and how each of them speaks to a biller: its own understanding, written
from the public descriptions, not taken from the program that is tested."""
import dataclasses

PAYMENT, AGAIN, REFUSED = "payment", "again", "refused"


@dataclasses.dataclass(frozen=True)
class Protocol:
    method: str
    form: str               # "xml" or "json": how the answer is written
    receipt: str            # element with the biller's number
    number: str             # element with our number
    txn_digits: int
    timeout_seconds: float
    may_cancel: bool
    again: frozenset        # results after which the same request is sent again
    unknown: frozenset      # results of `status` that say: never taken
    words: dict             # result -> key of the text that the person sees


# The ancestor of the protocols, OSMP. For banks whose own protocol is a contract paper, too.
OSMP = Protocol("GET", "xml", "prv_txn", "osmp_txn_id", 20, 60, True, frozenset({1, 90}), frozenset({5}),
                {1: "r_later", 4: "r_format", 5: "r_unknown", 7: "r_forbidden", 8: "r_technical",
                 79: "r_inactive", 90: "r_progress", 241: "r_small", 242: "r_large", 243: "r_check",
                 251: "r_cancel", 300: "r_other"})
OSMP_BY_POST = dataclasses.replace(OSMP, method="POST")
# Here 1 is "no such account" and 5 anything else, also "not now": so 5 does not yet mean refused.
KASPI = Protocol("GET", "json", "prv_txn_id", "txn_id", 18, 30, False, frozenset({4, 5}), frozenset({1}),
                 {1: "r_unknown", 2: "r_blocked", 3: "r_paid", 4: "r_progress", 5: "r_other"})


@dataclasses.dataclass(frozen=True)
class Bank:
    key: str                # its name in the biller's address and in ours
    name: str
    colour: str             # of its header; white letters on it can be read
    protocol: Protocol
    qr: str = ""            # beginning of the QR texts that it issues itself


ALL = {bank.key: bank for bank in (
    Bank("halyk", "Halyk Bank", "#00694b", OSMP, "https://developer.homebank.kz/epay?orderNumber="),
    Bank("bcc", "БанкЦентрКредит", "#00733a", OSMP_BY_POST),
    Bank("jusan", "Jusan Bank", "#9c4300", OSMP),
    Bank("kaspi", "Kaspi Bank", "#c4290c", KASPI, "https://qr.kaspi.kz/"),
    Bank("eurasian", "Еуразиялық банк", "#a3122b", OSMP_BY_POST),
    Bank("freedom", "Freedom SuperApp", "#2f5f13", OSMP),
    Bank("homecredit", "Home Credit Bank", "#b3123c", OSMP_BY_POST),
    Bank("bereke", "Bereke Bank", "#5b3a9e", OSMP),
    Bank("forte", "ForteBank", "#8a1550", OSMP_BY_POST),
    Bank("osmp", "OSMP терминалы", "#3d4852", OSMP),
)}
