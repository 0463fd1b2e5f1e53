// SPDX-License-Identifier: Apache-2.0
// The page that `saqta reconcile --html` writes, in a real browser: three languages, wide and narrow,
// on paper; axe finds nothing, it opens nothing but itself, and what a file name holds stays text.
//
// usage: report.mjs SAQTA [FOLDER-FOR-PICTURES]     prints TAP
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {inspect, launch, report, visit} from './browser.mjs';

const [saqta, pictures] = process.argv.slice(2);
const LANGS = {kk: 'Айырмашылықтар бар', ru: 'Есть расхождения', en: 'There are differences'};
const folder = mkdtempSync(join(tmpdir(), 'saqta-report-'));
const db = ['--db', process.env.SAQTA_TEST_DB ?? `sqlite:${join(folder, 'country.db')}`];
// Of the demo: pay for themselves and owe.
const PAYER = '760229399100', OTHER = '960229499109';
const HEAD = 'bank;txn_id;txn_date;account;sum;status\n';
const row = (txn, iin, sum) => `halyk;${txn};20260110120000;${iin};${sum};0\n`;
let browser;

function reconcile(name, text, ...options) {
	const path = join(folder, name);
	writeFileSync(path, text);
	return spawnSync(saqta, ['reconcile', path, '--bank', 'halyk', ...db, ...options], {encoding: 'utf8'});
}

function page(lang) {
	const path = join(folder, `report.${lang}.html`);
	let text = HEAD + row(1, PAYER, '4250.01') + row(2, OTHER, '4250.00');
	for (let n = 10; n < 90; n++) {
		text += row(n, '991231199208', '4250.00'); // nobody
	}
	const done = reconcile('register.csv', text, '--check', '--lang', lang, '--html', path);
	assert.equal(done.status, 1, done.stderr);
	return path;
}

const cases = [];
const test = (name, run) => cases.push({name, run});

for (const [lang, verdict] of Object.entries(LANGS)) {
	for (const width of [320, 1280]) {
		test(`${lang} ${width}`, () => visit(browser, {viewport: {width, height: 900}}, async (tab) => {
			const url = pathToFileURL(page(lang)).href;
			const asked = [];
			tab.on('request', (request) => asked.push(request.url()));
			await tab.goto(url);
			assert.equal(await tab.locator('html').getAttribute('lang'), lang);
			assert.equal(await tab.locator('.bad').innerText(), verdict);
			assert.equal(await tab.locator('table').last().locator('tbody tr').count(), 82);
			await inspect(tab, `report-${lang}-${width}`, pictures);
			// The policy lets its own style through.
			assert.equal(await tab.evaluate(() => getComputedStyle(document.querySelector('.bad')).fontWeight), '700');
			assert.deepEqual(asked, [url]);
		}));
	}
}

test('on paper', () => visit(browser, {}, async (tab) => {
	await tab.goto(pathToFileURL(page('kk')).href);
	const pdf = (await tab.pdf({preferCSSPageSize: true})).toString('latin1');
	assert.match(pdf, /\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
	assert.ok((pdf.match(/\/Type \/Page\b/g) ?? []).length >= 2);
}));

test('nothing else is let in', () => visit(browser, {}, async (tab) => {
	await tab.goto(pathToFileURL(page('en')).href);
	const ran = await tab.evaluate(() => {
		const script = document.createElement('script');
		script.textContent = 'window.ran = true';
		document.body.append(script);
		return window.ran ?? false;
	});
	assert.equal(ran, false);
}).catch((error) => {
	// The browser says in its console what it refused: that is all that may be there.
	assert.match(String(error), /Content Security Policy/);
}));

test('agreement, and what was shown when it went wrong', async () => {
	const path = join(folder, 'good.html');
	const good = HEAD + row(1, PAYER, '4250.01');
	assert.equal(reconcile('good.csv', good, '--html', path).status, 0);
	assert.match(readFileSync(path, 'utf8'), /<p class="good">/);
	// Refused: no page, no half of one, and the page that was there stays.
	const before = readFileSync(path);
	assert.equal(reconcile('bad.csv', good + 'halyk;2\n', '--html', path).status, 2);
	assert.deepEqual(readFileSync(path), before);
	assert.equal(reconcile('bad.csv', good + 'halyk;2\n', '--html', join(folder, 'new.html')).status, 2);
	assert.ok(!existsSync(join(folder, 'new.html')));
	assert.equal(reconcile('good.csv', good, '--html', join(folder, 'no/such/folder.html')).status, 3);
	assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.part')), []);
});

execFileSync(saqta, ['demo', '--people', '30', '--seed', '1', ...db], {stdio: ['ignore', 'ignore', 'inherit']});
browser = await launch();
const good = await report(cases);
await browser.close();
rmSync(folder, {recursive: true});
process.exit(good ? 0 : 1);
