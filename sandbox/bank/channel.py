# SPDX-License-Identifier: Apache-2.0
"""One request of a bank to the biller, and what the bank reads in the answer."""
import dataclasses
import http.client
import json
import socket
import urllib.parse
import xml.etree.ElementTree as xml

ANSWER_BYTES = 64 << 10


class NoAnswer(Exception):
    """Nothing that can be read came: the biller may have taken it or not."""


@dataclasses.dataclass
class Answer:
    http: int
    body: bytes
    result: int
    sum: str
    comment: str
    receipt: str
    fields: list            # of (name, value) for people


def read_json(protocol, body):
    top = json.loads(body)
    fields = [(f["@name"], f["#text"]) for f in top.get("fields", {}).values()]
    return (top[protocol.number], int(top["result"]), top.get("sum", ""), top.get("comment", ""),
            top.get(protocol.receipt, ""), fields)


def read_xml(protocol, body):
    if b"<!" in body:
        raise ValueError("a document type")
    top = xml.fromstring(body)
    text = {element.tag: element.text or "" for element in top}
    fields = [(f.get("name", ""), f.text or "") for f in top.findall("fields/*")]
    return (text[protocol.number], int(text["result"]), text.get("sum", ""), text.get("comment", ""),
            text.get(protocol.receipt, ""), fields)


def read(protocol, number, status, body):
    reader = read_json if protocol.form == "json" else read_xml
    try:
        told, result, amount, comment, receipt, fields = reader(protocol, body)
    except (ValueError, KeyError, TypeError, AttributeError, xml.ParseError) as error:
        raise NoAnswer(f"HTTP {status}, not readable: {error}") from error
    if told != number:
        raise NoAnswer("the answer is about another payment")
    return Answer(status, body, result, amount, comment, receipt, fields)


class Channel:
    """The biller at `url`, seen from one bank."""

    def __init__(self, bank, url, timeout=None):
        self.bank, self.url = bank, urllib.parse.urlsplit(url)
        self.timeout = timeout or bank.protocol.timeout_seconds

    def request(self, link, lang, parameters):
        path = f"{self.url.path.rstrip('/')}/biller/{self.bank.key}"
        query = urllib.parse.urlencode(parameters)
        fields = {"Accept-Language": lang, "Connection": "close"}
        if self.bank.protocol.method == "POST":
            fields["Content-Type"] = "application/x-www-form-urlencoded"
            link.request("POST", path, query, fields)
        else:
            link.request("GET", f"{path}?{query}", headers=fields)

    def link(self):
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        return kind(self.url.hostname, self.url.port, timeout=self.timeout)

    def send(self, command, number, lang="kk", sent=None, **parameters):
        """The answer; `sent` is called between the request and the answer. NoAnswer when none came."""
        link = self.link()
        try:
            self.request(link, lang, {"command": command, "txn_id": number, **parameters})
            if sent:
                sent()
            answer = link.getresponse()
            body = answer.read(ANSWER_BYTES)
            return read(self.bank.protocol, number, answer.status, body)
        except (OSError, http.client.HTTPException, socket.timeout) as error:
            raise NoAnswer(str(error) or type(error).__name__) from error
        finally:
            link.close()

    def send_and_hang_up(self, number, lang, **parameters):
        """The request reaches the biller and its answer nobody: the connection ends after the request."""
        link = self.link()
        try:
            self.request(link, lang, {"command": "pay", "txn_id": number, **parameters})
            # Until it has been answered, or else the request itself could be lost.
            link.sock.recv(1)
        except OSError as error:
            raise NoAnswer(str(error)) from error
        finally:
            link.close()
        raise NoAnswer("the answer was dropped")
