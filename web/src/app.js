// SPDX-License-Identifier: Apache-2.0
// Every page works without this file. It moves the focus to what is wrong, keeps a form from being
// sent twice, adds calculator rows without a round trip, and prints.

const summary = document.querySelector('.govuk-error-summary');
if (summary) {
	summary.focus();
}

const GUARD_MS = 1500;
for (const form of document.querySelectorAll('form')) {
	let sentAt = -GUARD_MS;
	form.addEventListener('submit', (event) => {
		const now = performance.now();
		if (now - sentAt < GUARD_MS) {
			event.preventDefault();
			return;
		}
		sentAt = now;
	});
}

function renumber(row, number) {
	for (const field of row.querySelectorAll('[id]')) {
		const old = field.id;
		field.id = old.replace(/\d+/, String(number));
		for (const label of row.querySelectorAll(`label[for="${CSS.escape(old)}"]`)) {
			label.htmlFor = field.id;
		}
	}
}

function addRow(list) {
	const rows = list.querySelectorAll('.rows__row');
	const last = rows[rows.length - 1];
	const row = last.cloneNode(true);
	for (const wrong of row.querySelectorAll('.govuk-error-message')) {
		wrong.remove();
	}
	for (const field of row.querySelectorAll('input')) {
		field.value = '';
		field.removeAttribute('aria-describedby');
		field.classList.remove('govuk-input--error');
	}
	const month = row.querySelector('select');
	month.selectedIndex = Math.min(last.querySelector('select').selectedIndex + 1, 11);
	renumber(row, rows.length);
	list.append(row);
	month.focus();
}

const rows = document.querySelector('[data-rows]');
const more = document.querySelector('[data-add-row]');
const less = document.querySelector('[data-less-row]');
if (rows && more && less) {
	more.addEventListener('click', (event) => {
		if (rows.children.length >= Number(rows.dataset.rows)) {
			return;
		}
		event.preventDefault();
		addRow(rows);
		less.hidden = false;
	});
	less.addEventListener('click', (event) => {
		event.preventDefault();
		if (rows.children.length > 1) {
			rows.lastElementChild.remove();
		}
		less.hidden = rows.children.length < 2;
		(less.hidden ? more : less).focus();
	});
}

// Where the law fixes the sum there is no income to type.
const kind = document.querySelector('#kind');
if (rows && kind) {
	kind.addEventListener('change', () => {
		const chosen = kind.selectedOptions[0];
		const fixed = 'fixed' in chosen.dataset;
		rows.classList.toggle('rows--fixed', fixed);
		document.querySelector('[data-fixed-note]').hidden = !fixed;
		for (const label of rows.querySelectorAll('[data-pay]')) {
			label.textContent = chosen.dataset.pay;
		}
	});
}

// Cells of a spreadsheet pasted into a salary go the way of the field made for them; a column of
// salaries alone begins at the month of its row.
const table = document.querySelector('#paste');
if (rows && table) {
	rows.addEventListener('paste', (event) => {
		const text = event.clipboardData.getData('text/plain').replace(/\s+$/, '');
		if (!/[\t\n]/.test(text)) {
			return;
		}
		event.preventDefault();
		const first = Number(event.target.closest('.rows__row').querySelector('select').value);
		table.value = text.includes('\t') ? text : text.split('\n').map((salary, i) =>
			`${(first - 1 + i) % 12 + 1}\t${salary.trim()}`).join('\n');
		document.querySelector('[data-paste]').click();
	});
}

for (const button of document.querySelectorAll('[data-print]')) {
	button.hidden = false;
	button.addEventListener('click', () => window.print());
}

// What waits for a payment is told when the state has changed, and is loaded again then. Where no
// stream is to be had it looks every five seconds. A page that nobody sees waits for nothing: a
// browser opens few streams to one site.
function watch(live) {
	let stream = null;
	let looks = 0;
	const heard = (state) => {
		if (state && state !== live.dataset.live) {
			location.reload();
		}
	};
	const look = async () => {
		const answer = await fetch(location.href, {method: 'HEAD', cache: 'no-store'})
			.catch(() => null);
		heard(answer?.headers.get('payment-state'));
	};
	const open = () => {
		stream = new EventSource(live.dataset.events);
		stream.addEventListener('state', (event) => heard(event.data));
		stream.addEventListener('error', () => {
			if (stream?.readyState === EventSource.CLOSED) {
				stream = null;
				looks ||= setInterval(look, 5000);
			}
		});
	};
	const turn = () => {
		if (document.hidden) {
			stream?.close();
			stream = null;
		} else if (!stream && !looks) {
			open();
		}
	};
	document.addEventListener('visibilitychange', turn);
	turn();
}

const live = document.querySelector('[data-events]');
if (live) {
	watch(live);
}

// What is left of the time, in the words of the page: two units, seconds in the last hour. The
// clock of this machine may be wrong: counted is from when the page came.
function count(line) {
	const {text, days, hours, minutes, seconds} = line.dataset;
	const left = Math.floor(Number(line.dataset.left) - performance.now() / 1000);
	const part = (words, n) => words.replace('0', String(n));
	if (left < 0) {
		location.reload();
		return;
	}
	const all = [[days, Math.floor(left / 86400)], [hours, Math.floor(left / 3600) % 24],
		[minutes, Math.floor(left / 60) % 60], [seconds, left % 60]];
	const first = Math.min(all.findIndex(([, n]) => n > 0), 2);
	line.textContent = text.replace('{t}', all.slice(first, first + 2)
		.map(([words, n]) => part(words, n)).join(' '));
	setTimeout(count, 1000, line);
}

for (const line of document.querySelectorAll('[data-left]')) {
	count(line);
}

// The sum of the months that are chosen, without asking for it.
const total = document.querySelector('[data-total]');
if (total) {
	const boxes = [...document.querySelectorAll('[data-tiyn]')];
	const sign = document.documentElement.lang === 'en' ? '.' : ',';
	document.querySelector('[data-count]').hidden = true;
	total.setAttribute('role', 'status');
	for (const box of boxes) {
		box.addEventListener('change', () => {
			const tiyn = boxes.filter((one) => one.checked)
				.reduce((sum, one) => sum + Number(one.dataset.tiyn), 0);
			const rest = tiyn % 100 ? sign + String(tiyn % 100).padStart(2, '0') : '';
			total.textContent = String(Math.floor(tiyn / 100))
				.replace(/\B(?=(\d{3})+$)/g, '\u00a0') + rest + '\u00a0₸';
		});
	}
}

async function copy(button, text) {
	const before = button.textContent;
	await navigator.clipboard.writeText(text);
	button.textContent = button.dataset.copied;
	setTimeout(() => {
		button.textContent = before;
	}, 3000);
}

if (navigator.clipboard) {
	for (const button of document.querySelectorAll('[data-copy]')) {
		button.hidden = false;
		button.addEventListener('click', () => copy(button, button.dataset.copy));
	}
}

if (navigator.share || navigator.clipboard) {
	for (const button of document.querySelectorAll('[data-share]')) {
		const url = button.dataset.share;
		button.hidden = false;
		button.addEventListener('click', () => (navigator.share
			? navigator.share({url}).catch(() => {})
			: copy(button, url)));
	}
}
