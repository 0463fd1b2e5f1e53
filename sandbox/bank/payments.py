# SPDX-License-Identifier: Apache-2.0
"""How a bank brings a payment to the biller: it asks again until it knows, and can be told to do it
badly.

A payment that the bank has taken ends as `done` (the biller acknowledged it) or `returned` (the biller
surely has not taken it, the customer gets the money back). As long as an answer was lost, a refusal
proves nothing: then `status` decides."""
import os
import sys
import threading
import time

from channel import NoAnswer

# What a bank can be told to do with its next payment.
FAULTS = ("repeat", "delay", "drop", "reorder", "two", "other-sum", "forget", "die-before", "die-sent",
          "die-after")
DEAD = 3                        # exit code of an ordered death
RETRY_SECONDS, TRIES_MAX = 1.0, 12
DELAY_SECONDS = 3.0


class Till:
    """Sends what the books hold open. One at a time for each payment."""

    def __init__(self, books, banks, channels, retry_seconds=RETRY_SECONDS, delay_seconds=DELAY_SECONDS):
        self.books, self.banks, self.channels = books, banks, channels
        self.retry_seconds, self.delay_seconds = retry_seconds, delay_seconds
        self.armed = {}         # bank -> (fault, how many payments)
        self.held = {}          # bank -> numbers that wait for another payment to overtake them
        self.busy = set()
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.retry, daemon=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.stopped.set()
        self.thread.join(5)

    # ---- misbehaviour ----

    def arm(self, bank, fault, count=1):
        with self.lock:
            if fault and count > 0:
                self.armed[bank] = (fault, count)
            else:
                self.armed.pop(bank, None)

    def next_fault(self, bank):
        with self.lock:
            fault, count = self.armed.get(bank, ("", 0))
            if count > 1:
                self.armed[bank] = (fault, count - 1)
            else:
                self.armed.pop(bank, None)
            return fault

    @staticmethod
    def die(where):
        sys.stderr.write(f"sandbox: dies {where}, as told; started again it goes on\n")
        sys.stderr.flush()
        os._exit(DEAD)

    # ---- a payment ----

    def pay(self, bank, number, account, tiyn, token="", lang="kk"):
        """Takes the money and begins to tell the biller. The same number again changes nothing."""
        if self.books.payment(bank, number) or not self.claim(bank, number):
            return
        if self.books.take(bank, number, account, tiyn, self.next_fault(bank), token, lang):
            threading.Thread(target=self.begin, args=(bank, number), daemon=True).start()
        else:
            self.release(bank, number)

    def begin(self, bank, number):
        """The first try, with the misbehaviour that was ordered; pay() has claimed it."""
        p = self.books.payment(bank, number)
        try:
            if p["fault"] == "reorder":
                with self.lock:
                    self.held.setdefault(bank, []).append(number)
                self.books.event(bank, number, "held")
                return
            if p["fault"] == "forget":
                self.books.event(bank, number, "forgotten")
                return
            self.first(p)
        finally:
            self.release(bank, number)
        self.overtaken(bank, number)

    def overtaken(self, bank, number):
        with self.lock:
            waiting = [x for x in self.held.pop(bank, []) if x != number]
        for other in waiting:
            self.attempt(bank, other)

    def first(self, p):
        bank, number, fault = p["bank"], p["number"], p["fault"]
        if fault == "die-before":
            self.die("before the request")
        if fault == "delay":
            self.books.event(bank, number, "delayed", f"{self.delay_seconds} s")
            self.stopped.wait(self.delay_seconds)
        if fault == "drop":
            self.lose(p)
        elif fault == "two":
            self.two_at_once(p)
        else:
            self.tell(p, sent=(lambda: self.die("before the answer")) if fault == "die-sent" else None,
                      before_booking=(lambda: self.die("after the answer")) if fault == "die-after" else None)
        if fault == "repeat":
            self.repeat(p)
        if fault == "other-sum":
            self.other_sum(p)

    def lose(self, p):
        try:
            self.channels[p["bank"]].send_and_hang_up(p["number"], p["lang"], **self.parameters(p))
        except NoAnswer as lost:
            self.books.tried(p, True, str(lost))

    @staticmethod
    def parameters(p, more_tiyn=0):
        tiyn = p["tiyn"] + more_tiyn
        return {"account": p["account"], "sum": f"{tiyn // 100}.{tiyn % 100:02}", "txn_date": p["moment"]}

    def send(self, p, command="pay", sent=None, **parameters):
        """The answer, or None when none came; both are in the books."""
        try:
            answer = self.channels[p["bank"]].send(command, p["number"], p["lang"], sent, **parameters)
        except NoAnswer as lost:
            self.books.tried(p, True, f"{command}: {lost}")
            return None
        self.books.tried(p, False, f"{command}: {answer.result} {answer.comment}")
        return answer

    def tell(self, p, sent=None, before_booking=None):
        answer = self.send(p, sent=sent, **self.parameters(p))
        if before_booking:
            before_booking()
        if answer:
            self.settle(self.books.payment(p["bank"], p["number"]), answer)

    def settle(self, p, answer):
        protocol = self.banks[p["bank"]].protocol
        if p["state"] != "taken":
            return
        if answer.result == 0 and answer.receipt:
            self.books.finish(p, "done", answer)
        elif answer.result in protocol.again and p["tries"] < TRIES_MAX:
            pass                # it is open, and the same request goes out again
        elif answer.result in protocol.again or p["lost"]:
            self.ask_status(p)
        else:
            self.books.finish(p, "returned", answer)

    def ask_status(self, p):
        """Was it taken after all? Only a clear no gives the customer the money back."""
        answer = self.send(p, "status", account=p["account"])
        if not answer:
            return
        if answer.result == 0 and answer.receipt:
            self.books.finish(p, "done", answer)
        elif answer.result in self.banks[p["bank"]].protocol.unknown:
            self.books.finish(p, "returned", answer)

    def repeat(self, p):
        """The same request three times more: the biller must say the same, byte for byte."""
        answers = [self.send(p, **self.parameters(p)) for _ in range(3)]
        same = all(a and a.body == answers[0].body for a in answers)
        self.books.event(p["bank"], p["number"], "repeated", "same answers" if same else "DIFFERENT ANSWERS")
        if answers[0]:
            self.settle(self.books.payment(p["bank"], p["number"]), answers[0])

    def two_at_once(self, p):
        answers = [None, None]

        def one(i):
            answers[i] = self.send(p, **self.parameters(p))

        threads = [threading.Thread(target=one, args=(i,)) for i in range(2)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        same = answers[0] and answers[1] and answers[0].body == answers[1].body
        self.books.event(p["bank"], p["number"], "repeated", "same answers" if same else "DIFFERENT ANSWERS")
        for answer in filter(None, answers):
            self.settle(self.books.payment(p["bank"], p["number"]), answer)

    def other_sum(self, p):
        """The same number with one tenge more: the biller must refuse it and keep the first."""
        answer = self.send(p, **self.parameters(p, more_tiyn=100))
        refused = answer and answer.result != 0
        self.books.event(p["bank"], p["number"], "other_sum", "refused" if refused else "NOT REFUSED")

    def cancel(self, bank, number):
        """The words of the refusal, or ''."""
        p = self.books.payment(bank, number)
        if not p or p["state"] != "done":
            return ""
        answer = self.send(p, "cancel", account=p["account"])
        if answer and answer.result == 0:
            self.books.finish(p, "cancelled", answer)
            return ""
        return answer.comment if answer else "–"

    # ---- again and again ----

    def claim(self, bank, number):
        with self.lock:
            if (bank, number) in self.busy:
                return False
            self.busy.add((bank, number))
            return True

    def release(self, bank, number):
        with self.lock:
            self.busy.discard((bank, number))

    def attempt(self, bank, number):
        if not self.claim(bank, number):
            return
        try:
            p = self.books.payment(bank, number)
            if p["state"] == "taken":
                self.tell(p)
        finally:
            self.release(bank, number)

    def flush(self):
        """Everything that is open goes out now, also what waits to be overtaken."""
        with self.lock:
            self.held.clear()
        for p in self.books.open_payments():
            self.attempt(p["bank"], p["number"])

    def retry(self):
        """Also what a bank that died left open: it is in the books."""
        while not self.stopped.wait(self.retry_seconds):
            with self.lock:
                held = {(bank, n) for bank, numbers in self.held.items() for n in numbers}
            for p in self.books.open_payments():
                if self.stopped.is_set():
                    return
                # Of a forgotten one only the register tells, until somebody presses the button.
                forgotten = p["fault"] == "forget" and p["tries"] == 0
                if not forgotten and (p["bank"], p["number"]) not in held:
                    self.attempt(p["bank"], p["number"])

    def wait(self, bank, number, seconds):
        """The payment, as soon as it has ended or the time is over."""
        end = time.monotonic() + seconds
        while True:
            p = self.books.payment(bank, number)
            if not p or p["state"] != "taken" or time.monotonic() > end:
                return p
            time.sleep(0.05)
