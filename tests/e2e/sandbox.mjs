// SPDX-License-Identifier: Apache-2.0
// A newcomer's way in a real browser: see a debt, pay it in two made-up banks, see the status turn to
// insured; then every page of the banks, three languages, wide and narrow, looked at by axe.
//
// usage: sandbox.mjs SAQTA [FOLDER-FOR-PICTURES]     prints TAP
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {camera, inspect, launch, press, report, root, start, stop, visit} from './browser.mjs';

const [saqta, pictures] = process.argv.slice(2);
const DEBTOR = '760229399100';
const PAYER = '920229499101';
const folder = mkdtempSync(join(tmpdir(), 'saqta-sandbox-'));
const db = ['--db', process.env.SAQTA_TEST_DB ?? `sqlite:${join(folder, 'country.db')}`];
let serve, banks, browser;

const number = (text) => text.replace(/[\s\u00a0\u202f]/g, '');

async function status(page, iin) {
	await page.goto(`${serve.address}/kk/`);
	await page.fill('#iin', iin);
	await press(page, 'main form button');
	await page.waitForSelector('.answer h1');
	return page.locator('.answer h1').innerText();
}

// From the home of the bank along the poster's path to the form of the account.
async function toPayment(page, bank) {
	await page.goto(`${banks.address}/${bank}/`);
	for (const text of ['Төлем', 'МӘМС төлемі', '122 (КНП)']) {
		await Promise.all([page.waitForNavigation(),
			page.getByRole('link', {name: text, exact: true}).click()]);
	}
}

async function pay(page, bank, iin, sum) {
	await toPayment(page, bank);
	await page.fill('#account', iin);
	await press(page, 'main form button');
	const due = await page.inputValue('#sum');
	await page.fill('#sum', sum ?? due);
	await press(page, 'main form button');
	await press(page, 'main form button');
	await page.waitForSelector('.good');
	return due;
}

async function newcomer(page) {
	assert.match(await status(page, DEBTOR), /сақтандырылмаған/i);
	await page.goto(`${banks.address}/kaspi/`);
	for (const text of ['Мемлекеттік қызмет', 'МӘМС мәртебесі']) {
		await Promise.all([page.waitForNavigation(),
			page.getByRole('link', {name: text, exact: true}).click()]);
	}
	await page.fill('#account', DEBTOR);
	await page.getByRole('button', {name: 'Мәртебені анықтау'}).click();
	await page.waitForSelector('dl');
	assert.ok(number(await page.innerText('main')).includes('17000'));
	assert.equal(Number(await pay(page, 'kaspi', DEBTOR, '8500')), 17000);
	assert.match(await status(page, DEBTOR), /сақтандырылмаған/i);
	assert.equal(Number(await pay(page, 'halyk', DEBTOR)), 8500);
	const now = await status(page, DEBTOR);
	assert.match(now, /сақтандырылған/i);
	assert.doesNotMatch(now, /сақтандырылмаған/i);
	const audit = execFileSync(saqta, ['audit', ...db], {encoding: 'utf8'});
	assert.ok(audit.length > 0);
}

// All months that are owed as an invoice; its QR code, scanned in a bank, pays it.
// The months that are chosen at first are those that insure.
async function byQr(page, iin, {rail, bank}) {
	await status(page, iin);
	await press(page, 'a[href$="/pay"]');
	await press(page, 'button[value=check]');
	await press(page, 'button[value=make]');
	const invoice = new URL(page.url()).pathname;
	await page.goto(`${serve.address}${invoice}?rail=${rail}`);
	const text = await camera(page, folder);
	await page.goto(`${banks.address}/${bank}/scan`);
	await page.fill('#text', text);
	await press(page, 'main form button');
	assert.ok(!(await page.content()).includes(iin), 'who pays does not learn for whom');
	if (rail === 'link') {
		await press(page, 'main form button');
	}
	await inspect(page, `bank-invoice-${bank}-${rail}`, pictures);
	await press(page, 'main form button');
	await page.waitForSelector('.good');
	await page.goto(`${serve.address}${invoice}`);
	await page.waitForURL(/\/done$/);
	assert.equal(await page.locator('.trace--done').count(), 3);
	const now = await status(page, iin);
	assert.ok(!/сақтандырылмаған/i.test(now), now);
}

async function everyPage(page, lang, bank, width) {
	const look = (what) => inspect(page, `bank-${what}-${bank}-${lang}-${width}`, pictures);
	await page.goto(`${banks.address}/`);
	await press(page, `nav a[lang=${lang}]`);
	assert.equal(await page.getAttribute('html', 'lang'), lang);
	await look('all');
	for (const path of ['', 'services', 'status', 'payments', 'mams', 'pay', 'scan']) {
		await page.goto(`${banks.address}/${bank}/${path}`);
		await look(path || 'home');
	}
	await page.goto(`${banks.address}/${bank}/status`);
	await page.fill('#account', '1');
	await press(page, 'main form button');
	await page.waitForSelector('.bad');
	await look('status-wrong');
	await page.fill('#account', PAYER);
	await press(page, 'main form button');
	await look('status-answer');
	await press(page, 'main form button');
	await page.fill('#sum', 'x');
	await look('sum');
	await press(page, 'main form button');
	await page.waitForSelector('.bad');
	await page.fill('#sum', '125,50');
	await press(page, 'main form button');
	await look('confirm');
	await press(page, 'main form button');
	await page.waitForSelector('.good');
	await look('payment');
	await page.goto(`${banks.address}/${bank}/history`);
	await look('history');
	await page.goto(`${banks.address}/${bank}/scan`);
	await page.fill('#text', '00020163046304');
	await press(page, 'main form button');
	await page.waitForSelector('.bad');
	await look('scan-wrong');
	await page.goto(`${banks.address}/admin`);
	await page.selectOption('#bank', bank);
	await page.selectOption('#fault', 'repeat');
	await press(page, 'main form button');
	await look('admin');
	const absent = await page.goto(`${banks.address}/${bank}/none`);
	assert.equal(absent.status(), 404);
	await look('absent');
}

async function keyboard(page) {
	await page.goto(`${banks.address}/forte/pay`);
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	await page.keyboard.type(PAYER);
	await page.keyboard.press('Enter');
	await page.waitForSelector('#sum');
}

async function main() {
	execFileSync(saqta, ['demo', '--people', '60', '--seed', '1', ...db]);
	serve = await start(saqta, ['serve', '--listen', '127.0.0.1:0', '--workers', '1', ...db],
		{SAQTA_LANG: 'en', SAQTA_LOG: 'broken', SAQTA_ACCESS_LOG: '0', SAQTA_EMV_SCHEME: 'KZ.EXAMPLE.OSMS'});
	banks = await start('python3', ['-B', join(root, 'sandbox/bank'), '--saqta', serve.address,
		'--listen', '127.0.0.1:0', '--data', join(folder, 'books')], {});
	browser = await launch();
	const cases = [{name: 'a debt is paid in two banks',
		run: () => visit(browser, {javaScriptEnabled: false, viewport: {width: 390, height: 800}},
			newcomer)}];
	for (const [iin, way] of [['720229399103', {rail: 'link', bank: 'kaspi'}],
		['840229399108', {rail: 'emv', bank: 'halyk'}]]) {
		cases.push({name: `an invoice is paid by the ${way.rail} of its QR code at ${way.bank}`,
			run: () => visit(browser, {viewport: {width: 1280, height: 900}},
				(page) => byQr(page, iin, way))});
	}
	for (const [lang, bank, width] of [['kk', 'kaspi', 320], ['ru', 'halyk', 390],
		['en', 'freedom', 1280]]) {
		cases.push({name: `every page of ${bank} ${lang} ${width}`,
			run: () => visit(browser, {viewport: {width, height: 800}},
				(page) => everyPage(page, lang, bank, width))});
	}
	cases.push({name: 'the form by keyboard alone', run: () => visit(browser, {}, keyboard)});
	process.exitCode = await report(cases) ? 0 : 1;
}

try {
	await main();
} finally {
	await browser?.close();
	stop(banks);
	stop(serve);
	rmSync(folder, {recursive: true, force: true, maxRetries: 20});
}
