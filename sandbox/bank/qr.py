# SPDX-License-Identifier: Apache-2.0
"""QR codes from the bank's side: what a scanned text asks to pay, and the tokens that Kaspi and Halyk
issue over interfaces of their own."""
import dataclasses
import re
import secrets
import urllib.parse
from datetime import datetime

import banks
from books import ASTANA

TEXT_MAX = 2000
ACCOUNT = r"([0-9A-Za-z-]{4,40})"
INVOICE_PATH = rf"/(?:p|[a-z]{{2}}/pay)/{ACCOUNT}(?:/done)?"    # of the biller's own pages
BANK_HOSTS = ("qr.kaspi.kz", "pay.kaspi.kz", "developer.homebank.kz")


class NotRead(Exception):
    """What was scanned is no code that this bank pays; the message is a key of words.py."""


@dataclasses.dataclass
class Order:
    account: str            # an invoice number or an IIN
    tiyn: int = 0           # 0: not said
    token: str = ""         # of the bank itself


def crc(data):
    """CRC-16/CCITT-FALSE."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def tlv(text):
    """{id: value}; lengths count characters."""
    fields, at = {}, 0
    while at < len(text):
        head = re.fullmatch(r"(\d{2})(\d{2})", text[at:at + 4], re.ASCII)
        if not head or at + 4 + int(head[2]) > len(text) or head[1] in fields:
            raise NotRead("scan_broken")
        fields[head[1]] = text[at + 4:at + 4 + int(head[2])]
        at += 4 + int(head[2])
    return fields


def tiyn_of(text):
    """Tiyn of "4250", "4250.5", "4250.50"; 0 when it is no sum."""
    found = re.fullmatch(r"(\d{1,12})(?:[.,](\d{1,2}))?", text.replace(" ", "").replace("\u00a0", ""), re.ASCII)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0


def read_emv(text):
    if not re.fullmatch(r".*6304[0-9A-F]{4}", text, re.DOTALL) or \
            f"{crc(text[:-4].encode()):04X}" != text[-4:]:
        raise NotRead("scan_broken")
    fields = tlv(text)
    if fields.get("53") != "398" or fields.get("58") != "KZ":
        raise NotRead("scan_foreign")
    more = tlv(fields.get("62", ""))
    account = more.get("01") or more.get("05")
    if not account:
        raise NotRead("scan_nothing")
    return Order(account, tiyn_of(fields.get("54", "")))


def read(text, bank, books):
    """What a text from a QR code asks to pay: an invoice link, an EMVCo text, a token of this bank, an
    IIN or an invoice number as it is."""
    text = text.strip()
    if not text or len(text) > TEXT_MAX:
        raise NotRead("scan_nothing")
    if text.startswith("000201"):
        return read_emv(text)
    own = token_of(text, bank)
    if own:
        return read_token(own, bank, books)
    try:
        url = urllib.parse.urlsplit(text)
        host = url.hostname
    except ValueError as error:
        raise NotRead("scan_nothing") from error
    if url.scheme in ("kaspi", "homebank") or host in BANK_HOSTS:
        raise NotRead("scan_other_bank")
    wanted, text = (INVOICE_PATH, url.path) if url.scheme else (ACCOUNT, text)
    found = re.fullmatch(wanted, text, re.ASCII)
    if not found or url.scheme not in ("", "http", "https"):
        raise NotRead("scan_nothing")
    return Order(found[1])


OWN = ""    # where the banks are, when their codes lead there: a press on a link opens their app


def text_of(bank, token):
    return f"{OWN}/{bank.key}/q/{token}" if OWN else bank.qr + token


def token_of(text, bank):
    if OWN and text.startswith(text_of(bank, "")):
        return text[len(text_of(bank, "")):]
    if bank.key == "kaspi":
        text = text.replace("https://pay.kaspi.kz/pay/", bank.qr)
    if bank.key == "halyk":
        text = text.replace("homebank://epay?orderNumber=", bank.qr)
    return text[len(bank.qr):] if bank.qr and text.startswith(bank.qr) else ""


def read_token(token, bank, books):
    t = books.token("token", token)
    if not t or t["bank"] != bank.key:
        raise NotRead("scan_unknown_token")
    if t["state"] == "paid":
        raise NotRead("scan_paid")
    if t["state"] == "refused":
        raise NotRead("scan_expired")
    books.scan(token)
    return Order(t["account"], t["tiyn"], token)


# ---- Kaspi Pay, by API key (r1/v01): envelope with StatusCode, state by polling -----------------------

KASPI_SECONDS = 180
KASPI_STATES = {"created": "QrTokenCreated", "wait": "Wait", "paid": "Processed", "refused": "Error"}


def kaspi(books, method, path, query, body):
    """(HTTP status, JSON) of a call below /kaspi/api/r1/v01/; the key was checked."""
    def said(data, code=0, message="Success"):
        return 200, {"StatusCode": code, "Message": message, "Data": data}

    if (method, path) == ("GET", "partner/tradepoints"):
        return said([{"TradePointId": 1, "TradePointName": "Sandbox"}])
    if (method, path) == ("POST", "device/register"):
        if not body.get("DeviceId"):
            return said(None, -10000, "DeviceId is missing")
        return said({"DeviceToken": "sandbox-device"})
    if method == "POST" and path in ("qr/create", "qr/create-link"):
        # Kopecks are cut off: the code carries whole tenge.
        tiyn = tiyn_of(str(body.get("Amount", ""))) // 100 * 100
        account = str(body.get("ExternalId", ""))
        if body.get("DeviceToken") != "sandbox-device" or not tiyn or not account:
            return said(None, -10000, "DeviceToken, Amount or ExternalId is missing or wrong")
        t = books.issue("kaspi", secrets.token_hex(16), account, tiyn, KASPI_SECONDS)
        more = {"ExpireDate": iso(t["expires"]), "PaymentMethods": ["Gold"]}
        options = {"StatusPollingInterval": 5, "PaymentConfirmationTimeout": 65}
        if path == "qr/create":
            return said({"QrToken": text_of(banks.ALL["kaspi"], t["token"]), "QrPaymentId": t["id"], **more,
                         "QrPaymentBehaviorOptions": {**options, "QrCodeScanWaitTimeout": KASPI_SECONDS}})
        return said({"PaymentLink": "https://pay.kaspi.kz/pay/" + t["token"], "PaymentId": t["id"], **more,
                     "PaymentBehaviorOptions": {**options, "LinkActivationWaitTimeout": KASPI_SECONDS}})
    found = re.fullmatch(r"payment/status/(\d{1,9})", path, re.ASCII)
    ident = found[1] if found else query.get("QrPaymentId", "") if path == "payment/details" else ""
    t = books.token("id", ident) if method == "GET" and ident else None
    if not t or t["bank"] != "kaspi":
        return said(None, -1601, "Purchase is not found")
    if found:
        return said({"Status": KASPI_STATES[t["state"]]})
    return said({"QrPaymentId": t["id"], "TotalAmount": t["tiyn"] // 100, "Status": KASPI_STATES[t["state"]]})


# ---- Halyk ePay, "QR by API": a token of access for each operation, the QR lives 20 minutes ------------
# The public page does not show the addresses of making and asking a code; /qr and /operation/ID are ours.

HALYK_SECONDS, HALYK_ACCESS_SECONDS = 1200, 1200
HALYK_STATES = {"created": "NEW", "wait": "NEW", "paid": "PAID", "refused": "REJECTED"}


class HalykAccess:
    """Each token of access serves one operation."""

    def __init__(self, clock):
        self.clock, self.open = clock, {}

    def give(self, form):
        wanted = ("grant_type", "client_id", "client_secret", "invoiceID", "amount", "currency", "terminal")
        if form.get("grant_type") != "client_credentials" or not all(form.get(x) for x in wanted) or \
                form["currency"] != "KZT" or not re.fullmatch(r"\d{6,15}", form["invoiceID"], re.ASCII):
            return 400, {"error": "invalid_request"}
        token = secrets.token_urlsafe(24)
        self.open[token] = (form["invoiceID"], self.clock() + HALYK_ACCESS_SECONDS)
        return 200, {"access_token": token, "expires_in": str(HALYK_ACCESS_SECONDS), "token_type": "Bearer",
                     "scope": form.get("scope", "")}

    def use(self, header):
        invoice, until = self.open.pop(header.removeprefix("Bearer "), ("", 0))
        return invoice if self.clock() < until else ""


def halyk(books, access, method, path, authorization, body):
    """(HTTP status, JSON) of a call below /halyk/api/."""
    if (method, path) == ("POST", "oauth2/token"):
        return access.give(body)
    if (method, path) == ("POST", "qr"):
        invoice = access.use(authorization)
        tiyn = tiyn_of(str(body.get("amount", "")))
        if not invoice or body.get("invoiceId") != invoice:
            return 401, {"code": 401, "message": "no token for this invoiceId"}
        if not tiyn or not body.get("accountId"):
            return 400, {"code": 400, "message": "amount or accountId is missing or wrong"}
        if any(t["token"][-6:] == invoice[-6:] for t in books.ask("SELECT token FROM token WHERE bank = 'halyk'")):
            return 400, {"code": 400, "message": "the last six digits of invoiceId were used"}
        t = books.issue("halyk", invoice, str(body["accountId"]), tiyn, HALYK_SECONDS)
        return 200, {"invoiceId": invoice, "qrCode": text_of(banks.ALL["halyk"], invoice),
                     "deepLink": "homebank://epay?orderNumber=" + invoice, "status": HALYK_STATES[t["state"]],
                     "expireDate": iso(t["expires"])}
    found = re.fullmatch(r"operation/(\d{6,15})", path, re.ASCII)
    t = books.token("token", found[1]) if method == "GET" and found else None
    if not t or t["bank"] != "halyk":
        return 404, {"code": 404, "message": "not found"}
    return 200, {"id": t["id"], "invoiceId": t["token"], "accountId": t["account"], "amount": t["tiyn"] / 100,
                 "currency": "KZT", "status": HALYK_STATES[t["state"]],
                 "code": "CHARGE" if t["state"] == "paid" else "NEW"}


def iso(seconds):
    return datetime.fromtimestamp(seconds, ASTANA).isoformat(timespec="seconds")
