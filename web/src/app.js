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
if (rows && more) {
	more.addEventListener('click', (event) => {
		if (rows.children.length >= Number(rows.dataset.rows)) {
			return;
		}
		event.preventDefault();
		addRow(rows);
	});
}

for (const button of document.querySelectorAll('[data-print]')) {
	button.hidden = false;
	button.addEventListener('click', () => window.print());
}
