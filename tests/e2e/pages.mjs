// SPDX-License-Identifier: Apache-2.0
// Journeys through the pages of the real server over a small made-up country, in a real browser:
// three languages, wide and narrow, with and without scripts; axe finds nothing, nothing scrolls
// sideways, everything can be reached by keyboard.
//
// usage: pages.mjs SAQTA [FOLDER-FOR-PICTURES]     prints TAP
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {camera, inspect as look_at, launch, press, report, root, start, stop, visit as visit_with}
	from './browser.mjs';

const [saqta, pictures] = process.argv.slice(2);
const LANGS = ['kk', 'ru', 'en'];
// The right check digit, a person that nobody is: born in the 1800s.
const UNKNOWN = '991231199208';
const folder = mkdtempSync(join(tmpdir(), 'saqta-e2e-'));
const db = ['--db', process.env.SAQTA_TEST_DB ?? `sqlite:${join(folder, 'country.db')}`];
let host, server, browser, address, txn = 1000;
// Of the demo: persons who pay for themselves and have many months to pay.
const DEBTORS = ['760229399100', '960229499109', '720229399103', '920229499101'];
let payers = 0;
const cases = [];
const test = (name, run) => cases.push({name, run});
const visit = (options, run, expected) => visit_with(browser, options, run, expected);
const inspect = (page, name) => look_at(page, name, pictures);
const scan = (page) => camera(page, folder);

// The host page of a bank or a clinic: another origin that holds the button.
function startHost() {
	host = createServer((request, answer) => {
		answer.setHeader('content-type', 'text/html; charset=utf-8');
		answer.end(`<!doctype html><html lang="kk"><title>host</title><h1>host</h1>
			<script type="module" src="${address}/embed/v1.js"></script>
			<mams-status lang="kk"><a href="${address}/kk/">link</a></mams-status></html>`);
	});
	return new Promise((done) => host.listen(0, '127.0.0.1', done));
}

function startServer(embedHost) {
	return start(saqta, ['serve', '--listen', '127.0.0.1:0', '--workers', '1', ...db], {
		SAQTA_LANG: 'en', SAQTA_ACCESS_LOG: '0', SAQTA_EMBED_HOSTS: embedHost, SAQTA_EMV_SCHEME: 'KZ.EXAMPLE.OSMS',
		SAQTA_LIMIT_PAGES: '0/60', SAQTA_LIMIT_CLIENT: '0/60', SAQTA_LIMIT_CLIENT_DAY: '0/60',
		SAQTA_LIMIT_PERSON_DAY: '0/60'});
}

async function ask(page, lang, iin) {
	await page.goto(`${address}/${lang}/`);
	await page.fill('#iin', iin);
	await Promise.all([page.waitForNavigation(), page.click('main form button')]);
}

function journeys(people) {
	for (const lang of LANGS) {
		for (const width of [1280, 320]) {
			for (const javaScriptEnabled of [true, false]) {
				const look = javaScriptEnabled;
				const name = `${lang} ${width}${look ? '' : ' without scripts'}`;
				const options = {viewport: {width, height: 800}, javaScriptEnabled};
				test(`status ${name}`, () => visit(options,
					(page) => statusJourney(page, lang, people, look, `${lang}-${width}`)));
				test(`calculator ${name}`, () => visit(options,
					(page) => calculatorJourney(page, lang, look, `${lang}-${width}`)));
				test(`table ${name}`, () => visit(options,
					(page) => tableJourney(page, lang, look, `${lang}-${width}`)));
				test(`pay ${name}`, () => visit(options,
					(page) => payJourney(page, lang, look, `${lang}-${width}`)));
				test(`penalty ${name}`, () => visit(options,
					(page) => penaltyJourney(page, lang, look, `${lang}-${width}`)));
			}
		}
	}
	for (const options of [{colorScheme: 'dark'}, {forcedColors: 'active'}]) {
		const way = Object.values(options)[0];
		test(`status in ${JSON.stringify(options)}`, () => visit(options,
			(page) => statusJourney(page, 'kk', people, true, way)));
		test(`pay in ${JSON.stringify(options)}`, () => visit(options, async (page) => {
			const inspected = (what) => inspect(page, `${what}-${way}`);
			await payJourney(page, 'kk', true, way);
			await otherSums(page, DEBTORS[payers++ % DEBTORS.length], inspected);
			await expired(page, inspected);
		}));
		test(`calculator in ${JSON.stringify(options)}`, () => visit(options, async (page) => {
			await calculatorJourney(page, 'kk', true, way);
			await tableJourney(page, 'kk', true, way);
			await penaltyJourney(page, 'kk', true, way);
		}));
	}
	test('pay on a phone', () => visit(PHONE, (page) => phoneJourney(page, true)));
	test('pay on a phone without scripts', () => visit({...PHONE, javaScriptEnabled: false},
		(page) => phoneJourney(page, false)));
	test('pay other sums', () => visit({viewport: {width: 320, height: 800}}, (page) =>
		otherSums(page, DEBTORS[0], (what) => inspect(page, `${what}-320`))));
	test('pay after days', () => visit({viewport: {width: 320, height: 800}}, (page) =>
		expired(page, (what) => inspect(page, `${what}-320`))));
	test('pay on paper', () => visit({}, onPaper));
	test('pay without streams', () => visit({}, withoutStreams, /status of 503/));
	test('pay by keyboard alone', () => visit({}, (page) => payByKeyboard(page, DEBTORS[2])));
	test('cells pasted into a salary', () => visit({}, pasteJourney));
	test('text twice as large', () => visit({viewport: {width: 640, height: 800}},
		(page) => largeText(page, people)));
}

async function statusJourney(page, lang, people, look, name) {
	const inspected = (what) => look ? inspect(page, `${what}-${name}`) : Promise.resolve();
	await page.goto(`${address}/${lang}/`);
	assert.equal(await page.getAttribute('html', 'lang'), lang);
	await inspected('start');
	await ask(page, lang, '900101300123');
	assert.equal(await page.getAttribute('#iin', 'aria-invalid'), 'true');
	assert.equal(await page.inputValue('#iin'), '900101300123');
	await inspected('start-wrong');
	for (const iin of people) {
		await ask(page, lang, iin);
		assert.match(new URL(page.url()).pathname, new RegExp(`^/${lang}/s/[A-Za-z0-9_-]+$`));
		assert.ok(!page.url().includes(iin) && !(await page.content()).includes(iin));
		await page.waitForSelector('.answer h1');
		await inspected(`status-${iin.slice(8)}`);
	}
	await ask(page, lang, UNKNOWN);
	await page.waitForSelector('.answer--unknown h1');
	assert.equal(await page.locator('.months').count(), 0);
	await inspected('status-unknown');
	await ask(page, lang, people[0]);
	await page.locator('details:has(table) summary').click();
	await page.locator('details td a').first().click();
	assert.match(page.url(), /\/why\/\d{4}-\d{2}$/);
	await inspected('why');
	await page.click('.govuk-back-link');
	await page.waitForSelector('.answer h1');
	const other = lang === 'kk' ? 'ru' : 'kk';
	await page.click(`.langs a[lang=${other}]`);
	assert.match(new URL(page.url()).pathname, new RegExp(`^/${other}/s/`));
	const gone = await page.goto(`${address}/${lang}/s/${'A'.repeat(91)}`);
	assert.equal(gone.status(), 410);
	await inspected('gone');
	const absent = await page.goto(`${address}/${lang}/nothing`);
	assert.equal(absent.status(), 404);
	assert.equal(await page.locator('main h1').count(), 1);
	await inspected('absent');
	await page.goto(`${address}/${lang}/embed`);
	await inspected('embed');
	await page.goto(`${address}/embed/v1/frame?lang=${lang}`);
	await inspected('frame');
	await page.fill('#iin', people[0]);
	await page.click('main form button');
	await page.waitForSelector('.answer h1');
	await inspected('frame-answer');
}

// A bank reports a payment of the invoice.
async function bankPays(number, sum) {
	const now = new Date(Date.now() + 5 * 3600 * 1000 - 60000).toISOString().replace(/\D/g, '');
	const query = new URLSearchParams({command: 'pay', txn_id: String(++txn), account: number,
		sum, txn_date: now.slice(0, 14)});
	const answer = await (await fetch(`${address}/biller/kaspi?${query}`)).json();
	assert.equal(answer.result, 0, JSON.stringify(answer));
	return String(txn);
}

// From a status to the invoice of some of its months; the page of the invoice is open then.
async function makeInvoice(page, lang, iin, chosen, inspected = () => {}) {
	await ask(page, lang, iin);
	await Promise.all([page.waitForNavigation(), page.click('a[href$="/pay"]')]);
	await inspected('pay-choose');
	const boxes = page.locator('main input[type=checkbox]');
	const total = await boxes.count();
	for (let i = 0; i < total; i++) {
		await boxes.nth(i).setChecked(chosen.includes(i));
	}
	if (chosen.length) {
		await press(page, 'button[value=check]');
		await inspected('pay-check');
		await press(page, 'button[value=make]');
	}
	return new URL(page.url()).pathname.split('/').pop();
}

const BANKS = [/Halyk Bank/, /BCC\.KZ/, /Jusan Bank/, /Kaspi Bank/, /Еуразиялық|Евразийский|Eurasian/,
	/Freedom SuperApp/, /Home Credit Bank/, /Bereke Bank/, /ForteBank/];
const PATHS = {kk: 'Төлем – МӘМС төлемі – 122 (КНП) – ЖСН – сома',
	ru: 'Платежи – Платёж ОСМС – 122 (КНП) – ИИН – сумма',
	en: 'Payments – MSHI payment – 122 (KNP) – IIN – sum'};

async function payJourney(page, lang, look, name) {
	const inspected = (what) => look ? inspect(page, `${what}-${name}`) : Promise.resolve();
	const iin = DEBTORS[payers++ % DEBTORS.length];
	const secret = (text) => assert.ok(!text.includes(iin), 'the number of the person');
	const sum = async () => (await page.innerText('main [data-total]')).replace(/\D/g, '');
	await makeInvoice(page, lang, iin, [], inspected);
	await press(page, 'button[value=check]');
	await inspected('pay-none');
	assert.equal(await page.locator('.govuk-error-summary a').getAttribute('href'), '#m0');
	const boxes = page.locator('main input[type=checkbox]');
	const last = await boxes.count() - 1;
	await boxes.nth(0).check();
	await boxes.nth(last).check();
	if (look) {
		assert.equal(await page.locator('[data-count]').isVisible(), false);
		assert.equal(await sum(), '8500');
		await boxes.nth(last).uncheck();
		assert.equal(await sum(), '4250');
		await boxes.nth(last).check();
		await page.waitForTimeout(1600); // a form is not sent twice in a moment
	} else {
		await press(page, 'button[value=count]');
	}
	assert.equal(await sum(), '8500');
	await press(page, 'button[value=check]');
	await inspected('pay-check');
	await press(page, 'button[value=make]');
	const path = new URL(page.url()).pathname;
	const number = path.split('/').pop();
	assert.match(path, new RegExp(`^/${lang}/pay/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`));
	await inspected('invoice');
	const hand = await page.innerText('ol.hand');
	assert.ok(hand.includes(PATHS[lang]) && hand.includes(number), hand);
	for (const bank of BANKS) {
		assert.match(hand, bank);
	}
	secret(page.url() + await page.content());
	assert.equal(await scan(page), `${address}/p/${number}`);
	await page.goto(`${page.url()}?rail=emv`);
	const emv = await scan(page);
	assert.ok(emv.startsWith('000201010212') && emv.includes(number), emv);
	assert.match(emv, /54078500\.00/);
	secret(emv);
	await page.goto(`${address}/p/${number}`);
	assert.match(new URL(page.url()).pathname, new RegExp(`/pay/${number}$`));
	await page.goto(`${address}${path}`);
	const ref = await bankPays(number, '8500.00');
	// The page finds out by itself: it is told at once, or asks again without scripts.
	await page.waitForURL(/\/done$/, {timeout: look ? 4000 : 15000});
	assert.equal(await page.locator('.trace--done').count(), 3);
	const receipt = await page.innerText('dl');
	assert.ok(receipt.includes(ref) && receipt.includes('Kaspi Bank') && receipt.includes(number), receipt);
	await inspected('receipt');
	secret(await page.content());
	await page.goto(`${address}${path}`);
	assert.match(page.url(), /\/done$/);
}

const PHONE = {viewport: {width: 360, height: 800}, isMobile: true, hasTouch: true,
	userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36'};

// A phone cannot scan its own screen: the button stands first, the code is folded away.
async function phoneJourney(page, look) {
	const number = await makeInvoice(page, 'kk', DEBTORS[0], [0]);
	const button = page.locator('main a.govuk-button');
	assert.equal(await button.getAttribute('href'), `/p/${number}`);
	const code = page.locator('svg.qr');
	assert.equal(await code.isVisible(), false);
	await page.locator('main summary').click();
	assert.equal(await code.isVisible(), true);
	assert.equal(await scan(page), `${address}/p/${number}`);
	if (look) {
		await inspect(page, 'invoice-phone');
	} else {
		// Such a page comes anew every few seconds, and would fold the code away again.
		await Promise.all([page.waitForNavigation(), page.locator('main details noscript a').click()]);
		assert.equal(await code.isVisible(), true);
		await page.waitForNavigation({timeout: 9000});
		assert.equal(await code.isVisible(), true);
	}
	await Promise.all([page.waitForNavigation(), button.click()]);
	assert.ok(page.url().endsWith(`/kk/pay/${number}`));
}

// A payment that is too small, then the rest; one that comes twice; an invoice overtaken by another.
async function otherSums(page, iin, inspected) {
	const first = await makeInvoice(page, 'kk', iin, [0, 1]);
	await bankPays(first, '6000.00');
	await page.waitForURL(/\/done$/);
	assert.equal(await page.locator('.trace--done').count(), 2);
	assert.match(await page.innerText('.govuk-inset-text'), /1.750.₸/);
	assert.match(await page.innerText('dl'), /төленген[^]*төленбеген/);
	await inspected('receipt-part');
	await press(page, 'button[value=again]');
	const rest = new URL(page.url()).pathname.split('/').pop();
	assert.notEqual(rest, first);
	assert.match(await page.innerText('.due'), /4.250.₸/);
	await bankPays(rest, '4250.00');
	await page.waitForURL(/\/done$/);
	await bankPays(rest, '4250.00');
	await page.reload();
	assert.equal(await page.locator('.trace--done').count(), 3);
	assert.match(await page.innerText('.govuk-inset-text'), /бірнеше рет төленді/);
	await inspected('receipt-twice');
	const two = await makeInvoice(page, 'kk', iin, [0, 1]);
	const one = await makeInvoice(page, 'kk', iin, [0]);
	await bankPays(one, '4250.00');
	await page.waitForURL(/\/done$/);
	await page.goto(`${address}/kk/pay/${two}`);
	assert.match(await page.innerText('.answer'), /Бұл шот ескірді/);
	await inspected('invoice-changed');
	await press(page, 'button[value=again]');
	assert.match(await page.innerText('.due'), /4.250.₸/);
}

// The page of an invoice that waited for days, as the golden files have it.
async function expired(page, inspected) {
	const path = '/kk/pay/03NQ-K8N1';
	const manifest = JSON.parse(readFileSync(join(root, 'web/dist/manifest.json')));
	let html = readFileSync(join(root, 'tests/golden/pages/invoice-expired.kk.html'), 'utf8');
	for (const [name, hashed] of Object.entries(manifest)) {
		html = html.replaceAll(name.replace(/\.(\w+)$/, `-${'0'.repeat(16)}.$1`), hashed);
	}
	await page.route(`${address}${path}`, (route) => route.fulfill({body: html,
		contentType: 'text/html; charset=utf-8'}));
	await page.goto(`${address}${path}`);
	assert.match(await page.innerText('.answer'), /мерзімі өтті/);
	await inspected('invoice-expired');
}

// Everything on one sheet: what it is for, the way of the money, who got it.
async function onPaper(page) {
	const number = await makeInvoice(page, 'kk', DEBTORS[1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
	const sheets = async () => (await page.pdf({format: 'A4'})).toString('latin1')
		.match(/\/Type\s*\/Page\b(?!s)/g).length;
	assert.equal(await sheets(), 1);
	await bankPays(number, '51000.00');
	await page.waitForURL(/\/done$/);
	assert.equal(await sheets(), 1);
}

// Without streams it asks again; hidden pages wait for nothing.
async function withoutStreams(page) {
	await page.route('**/events', (route) => route.fulfill({status: 503, body: ''}));
	const number = await makeInvoice(page, 'kk', DEBTORS[1], [0]);
	const asked = page.waitForRequest((request) => request.method() === 'HEAD');
	await bankPays(number, '4250.00');
	await asked;
	await page.waitForURL(/\/done$/, {timeout: 9000});
}

// Tab until the element has the focus.
async function tabTo(page, selector) {
	for (let i = 0; i < 80; i++) {
		await page.keyboard.press('Tab');
		if (await page.evaluate((s) => document.activeElement.matches(s), selector)) {
			return;
		}
	}
	assert.fail(`the keyboard does not reach ${selector}`);
}

async function payByKeyboard(page, iin) {
	const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	await ask(page, 'kk', iin);
	await tabTo(page, 'a[href$="/pay"]');
	await enter();
	while (await page.locator('main input:checked').count()) {
		await tabTo(page, 'main input:checked');
		await page.keyboard.press('Space');
	}
	await page.focus('main');
	await tabTo(page, '#m0');
	await page.keyboard.press('Space');
	await tabTo(page, 'button[value=check]');
	await enter();
	await tabTo(page, 'button[value=make]');
	await enter();
	const number = new URL(page.url()).pathname.split('/').pop();
	await tabTo(page, '[data-copy]');
	await bankPays(number, '4250.00');
	await page.waitForURL(/\/done$/);
	await tabTo(page, '[data-print]');
}

function strangers() {
	test('numbers of invoices that nobody has', async () => {
		for (const number of ['AAAA-AAAA', '0000-0000', 'x', '%00', '7K3F-92QD-1',
			'..%2f..%2fetc', '9'.repeat(300), encodeURIComponent('<b>')]) {
			for (const below of ['', '/done']) {
				const answer = await fetch(`${address}/kk/pay/${number}${below}`);
				assert.equal(answer.status, 404, number);
				assert.ok(!(await answer.text()).includes('<b>'));
			}
			const short = await fetch(`${address}/p/${number}`);
			assert.equal(short.status, 404, number);
		}
	});
	test('a choice that no page offers', async () => {
		const found = await fetch(`${address}/kk/status`, {method: 'POST', redirect: 'manual',
			headers: {'content-type': 'application/x-www-form-urlencoded'},
			body: `iin=${DEBTORS[0]}`});
		const pay = `${address}${found.headers.get('location')}/pay`;
		const send = (body) => fetch(pay, {method: 'POST', redirect: 'manual', body,
			headers: {'content-type': 'application/x-www-form-urlencoded'}});
		const later = new Date();
		later.setDate(1);
		later.setMonth(later.getMonth() + 2);
		const ahead = later.toISOString().slice(0, 7);
		const many = Array(60).fill(`m=${ahead}`).join('&');
		for (const [body, status] of [['do=make', 422], ['m=2020-01&do=make', 422],
			['m=2099-01&do=make', 422], ['m=2026-13&do=make', 422], ['m=x&do=check', 422],
			[`${many}&do=make`, 422], [`m=${ahead}&sum=1.00&do=make`, 422],
			[`m=${ahead}&do=make&do=check`, 422], ['x'.repeat(5000), 413],
			['m=%zz', 400], ['do=nonsense', 200]]) {
			assert.equal((await send(body)).status, status, body.slice(0, 60));
		}
		const gone = await fetch(`${address}/kk/s/${'A'.repeat(91)}/pay`);
		assert.equal(gone.status, 410);
		// Pressed many times at once: one invoice.
		const made = await Promise.all(Array.from({length: 8}, () => send(`m=${ahead}&do=make`)));
		assert.deepEqual([...new Set(made.map((answer) => answer.status))], [303]);
		assert.equal(new Set(made.map((answer) => answer.headers.get('location'))).size, 1);
	});
	test('numbers cannot be tried one after the other', async () => {
		const ask = (number) => fetch(`${address}/kk/pay/${number}`,
			{redirect: 'manual', headers: {'x-forwarded-for': '192.0.2.7'}});
		const statuses = [];
		for (let i = 0; i < 25; i++) {
			statuses.push((await ask(`AAAA-AA${10 + i}`)).status);
		}
		assert.deepEqual(statuses.slice(0, 20), Array(20).fill(404));
		assert.deepEqual(statuses.slice(20), Array(5).fill(429));
		const other = await fetch(`${address}/kk/pay/AAAA-AAAA`);
		assert.equal(other.status, 404);
	});
}

async function calculatorJourney(page, lang, look, name) {
	await page.goto(`${address}/${lang}/calculator`);
	await page.selectOption('#kind', 'employer');
	await page.selectOption('#year', '2025');
	await page.fill('#s0-0', '85 000');
	await page.click('button[value=add]');
	await page.waitForSelector('.rows__row:nth-child(2)');
	await page.fill('#s1-0', '100000');
	await page.locator('main form button[value=calc]').last().click();
	await page.waitForSelector('#result');
	const months = await page.locator('tbody tr').allInnerTexts();
	assert.equal(months.length, 2);
	// 85 000 tenge in January 2025: deductions 3 %, contributions 2 %.
	assert.match(months[0].replace(/\s/g, ' '), /2 550[^0-9]+1 700/);
	if (look) {
		await inspect(page, `calculator-${name}`);
	}
	const link = page.url();
	assert.match(link, /kind=employer/);
	await page.goto(link);
	assert.equal(await page.inputValue('#s0-0'), '85 000');
	await page.click('button[value=fill]');
	await page.waitForSelector('.rows__row:nth-child(12)');
	await page.fill('#s0-0', 'x');
	await page.locator('main form button[value=calc]').last().click();
	await page.waitForSelector('.govuk-error-summary a');
	if (look) {
		await inspect(page, `calculator-wrong-${name}`);
		const focused = await page.evaluate(() => document.activeElement.className);
		assert.equal(focused, 'govuk-error-summary');
	}
}

// A table pasted into the field made for it, two years beside each other, a sum that the law fixes.
async function tableJourney(page, lang, look, name) {
	const press = (value) => Promise.all([page.waitForNavigation(),
		page.locator(`main form button[value=${value}]`).last().click()]);
	await page.goto(`${address}/${lang}/calculator`);
	await page.selectOption('#year', '2025');
	await page.locator('details:has(#paste) summary').click();
	await page.fill('#paste', 'Ай\tЖалақы\nҚаңтар\t85 000\nфевраль\t90000,50\t10000');
	await page.locator('details:has(#with) summary').click();
	await page.selectOption('#with', '2026');
	await press('calc');
	assert.deepEqual(await page.locator('.rows__row select').evaluateAll(
		(all) => all.map((s) => s.value)), ['1', '2']);
	assert.deepEqual(await page.locator('.rows__row input').evaluateAll(
		(all) => all.map((s) => s.value)), ['85 000', '', '90000,50', '10000']);
	assert.equal(await page.inputValue('#paste'), '');
	// 85 000 tenge are the same below both caps; half up to the tiyn by 2 and 3 per cent.
	const january = await page.locator('section table').nth(1).locator('tbody tr').first().innerText();
	assert.match(january.replace(/\s/g, ' '), /4 250[^0-9]+4 250[^0-9]+0/);
	if (look) {
		await inspect(page, `table-${name}`);
	}
	await page.locator('details:has(#paste) summary').click();
	await page.fill('#paste', 'Иванов\t85000');
	await press('paste');
	assert.equal(await page.locator('.govuk-error-summary a').getAttribute('href'), '#paste');
	assert.equal(await page.inputValue('#paste'), 'Иванов\t85000');
	if (look) {
		await inspect(page, `table-wrong-${name}`);
	}
	await page.goto(`${address}/${lang}/calculator?kind=independent&year=2025&m=1&s=777&do=calc`);
	// 85 000 x 5 %, whatever stands in the field of the salary.
	assert.match((await page.innerText('#result')).replace(/\s/g, ' '), /4 250/);
	assert.ok(!await page.locator('#s0-0').isVisible());
	if (look) {
		await page.selectOption('#kind', 'employer');
		assert.ok(await page.locator('#s0-0').isVisible());
		await inspect(page, `fixed-${name}`);
	}
}

// Cells pasted right into a salary, as a spreadsheet gives them.
async function pasteJourney(page) {
	await page.goto(`${address}/kk/calculator`);
	await page.selectOption('#m0', '3');
	await Promise.all([page.waitForNavigation(), page.locator('#s0-0').evaluate((field) => {
		const clipboardData = new DataTransfer();
		clipboardData.setData('text/plain', '85000\n90 000\n');
		field.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true,
			cancelable: true}));
	})]);
	assert.deepEqual(await page.locator('.rows__row').evaluateAll((all) => all.map((row) =>
		[row.querySelector('select').value, row.querySelector('input').value])),
	[['3', '85000'], ['4', '90 000']]);
	await page.click('button[value=less]');
	assert.equal(await page.locator('.rows__row').count(), 1);
	assert.ok(!await page.locator('button[value=less]').isVisible());
}

// Text twice as large, as a person may set it: nothing scrolls sideways, nothing is cut off.
async function largeText(page, people) {
	await ask(page, 'kk', people[0]);
	const result = page.url();
	const number = await makeInvoice(page, 'kk', DEBTORS[0], [0]);
	await ask(page, 'kk', DEBTORS[0]);
	for (const url of [result, `${page.url()}/pay`, `${address}/kk/pay/${number}`, `${address}/kk/`, `${address}/kk/penalty`,
		`${address}/kk/calculator?kind=employer&year=2025&with=2026&m=1&s=4000000&do=calc`]) {
		await page.goto(url);
		await page.evaluate(() => {
			document.documentElement.style.fontSize = '200%';
		});
		const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
		assert.ok(wide[0] <= wide[1], `${url} scrolls sideways: ${wide}`);
	}
}

async function penaltyJourney(page, lang, look, name) {
	await page.goto(`${address}/${lang}/penalty`);
	await page.fill('#debt', '100000');
	await page.fill('#rate', '16,5');
	await page.fill('#days', '10');
	await page.click('main form button');
	// 100 000 x 16.5 % x 1.25 x 10 / 365
	assert.match((await page.innerText('#result')).replace(/\s/g, ' '), /565[,.]07/);
	if (look) {
		await inspect(page, `penalty-${name}`);
	}
	await page.fill('#days', 'a');
	await page.click('main form button');
	assert.equal(await page.locator('.govuk-error-summary a').getAttribute('href'), '#days');
	await page.fill('#debt', '');
	await page.click('main form button');
	assert.deepEqual(await page.locator('.govuk-error-summary a').evaluateAll(
		(all) => all.map((a) => a.hash)), ['#debt', '#days']);
	if (look) {
		await inspect(page, `penalty-wrong-${name}`);
	}
}

function keyboard(people) {
	test('status by keyboard alone', () => visit({}, async (page) => {
		await page.goto(`${address}/kk/`);
		await page.keyboard.press('Tab');
		assert.equal(await page.evaluate(() => document.activeElement.className),
			'govuk-skip-link');
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'iin');
		await page.keyboard.type(people[0]);
		await page.keyboard.press('Enter');
		await page.waitForSelector('.answer h1');
	}));
}

// The frame inside the closed shadow root, once it has loaded.
async function inner(page) {
	for (let tries = 0; tries < 80; tries++) {
		const frame = page.frames().find((f) => f.url().startsWith(`${address}/embed/v1/frame`));
		if (frame) {
			return frame;
		}
		await page.waitForTimeout(100);
	}
	throw new Error('no frame was opened');
}

function embed(people, stranger) {
	test('the button on an allowed site', () => visit({}, async (page) => {
		await page.goto(`http://127.0.0.1:${host.address().port}/`);
		await page.waitForFunction(() => customElements.get('mams-status'));
		await page.evaluate(() => {
			window.told = [];
			for (const what of ['open', 'close', 'result']) {
				document.addEventListener(`mams:${what}`, (e) => window.told.push([what, e.detail]));
			}
		});
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await page.waitForFunction(() => window.told.length > 0);
		const frame = await inner(page);
		await frame.waitForSelector('#iin');
		// The site has no way to the frame: a closed root, and no window among its frames.
		assert.deepEqual(await page.evaluate(() => [window.length,
			document.querySelector('mams-status').shadowRoot,
			document.querySelectorAll('iframe').length]), [0, null, 0]);
		assert.notEqual(new URL(frame.url()).origin, new URL(page.url()).origin);
		await frame.fill('#iin', people[0]);
		await frame.check('#tell');
		await frame.click('button');
		await frame.waitForSelector('.answer h1');
		await page.waitForFunction(() => window.told.some(([what]) => what === 'result'));
		const told = await page.evaluate(() => window.told);
		const result = told.find(([what]) => what === 'result')[1];
		assert.deepEqual(Object.keys(result), ['status']);
		assert.match(result.status, /^(insured|grace|none)$/);
		await frame.press('body', 'Escape');
		await page.waitForFunction(() => window.told.some(([what]) => what === 'close'));
		assert.equal(await page.evaluate(() => document.activeElement.localName), 'mams-status');
	}));
	test('a site that is not listed is refused', async () => {
		const context = await browser.newContext();
		const page = await context.newPage();
		const refused = page.waitForEvent('console', {timeout: 8000,
			predicate: (message) => message.text().includes('frame-ancestors')});
		refused.catch(() => {}); // it is awaited below; a fault before that is told first
		await page.goto(stranger);
		await page.waitForFunction(() => customElements.get('mams-status'));
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await refused;
		await context.close();
	});
}

async function main() {
	const said = execFileSync(saqta, ['demo', '--people', '300', '--seed', '7', ...db],
		{encoding: 'utf8', env: {...process.env, SAQTA_LANG: 'en'}});
	const people = [...new Set(said.match(/\b\d{12}\b/g))].slice(0, 3);
	assert.ok(people.length > 0, `the demo names nobody: ${said}`);
	await startHost();
	const port = host.address().port;
	server = await startServer(`http://127.0.0.1:${port}`);
	address = server.address;
	browser = await launch();
	journeys(people);
	keyboard(people);
	embed(people, `http://localhost:${port}/`);
	strangers();
	const chosen = cases.filter(({name}) => name.includes(process.env.E2E_ONLY ?? ''));
	assert.ok(chosen.length, 'no journey is called so');
	process.exitCode = await report(chosen) ? 0 : 1;
}

try {
	await main();
} finally {
	await browser?.close();
	stop(server);
	host?.close();
	rmSync(folder, {recursive: true, force: true});
}
