// SPDX-License-Identifier: Apache-2.0
// What journeys through pages share: the browser, a process that prints its address, and a look at a
// page by axe, by an HTML validator and for sideways scrolling.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync'];

function refuse(why) {
	console.log(`Bail out! ${why}`);
	process.exit(1);
}

const chromium = process.env.CHROME_PATH ??
	['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (!chromium) {
	refuse('no Chromium: tools/deps.sh test');
}
if (!existsSync(join(root, 'web/node_modules/playwright-core'))) {
	refuse('no web/node_modules: tools/npm.sh');
}
const require = createRequire(join(root, 'web/package.json'));
const {chromium: browserType} = require('playwright-core');
const {AxeBuilder} = require('@axe-core/playwright');
const {HtmlValidate} = require('html-validate');

// What the HTML standard asks; questions of style are the pages' own.
const validator = new HtmlValidate({extends: ['html-validate:standard'], rules: {
	'no-trailing-whitespace': 'off', 'void-style': 'off', 'no-raw-characters': 'off',
	'long-title': 'off', 'doctype-style': 'off', 'tel-non-breaking': 'off',
	'attribute-boolean-style': 'off', 'attribute-empty-style': 'off', 'prefer-native-element': 'off',
	'no-implicit-input-type': 'off', 'svg-focusable': 'off', 'no-redundant-for': 'off',
	'attr-quotes': 'off', 'wcag/h63': 'error'}});

export const launch = () => browserType.launch({executablePath: chromium, args: FLAGS});

// The process and the address that it prints once it serves.
export function start(command, args, env) {
	const process_ = spawn(command, args, {env: {...process.env, ...env},
		stdio: ['ignore', 'pipe', 'inherit']});
	return new Promise((done, failed) => {
		let said = '';
		process_.stdout.on('data', (chunk) => {
			said += chunk;
			const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
			if (found) {
				done({process: process_, address: found[0]});
			}
		});
		process_.on('exit', (code) => failed(new Error(`${command} ended with ${code}: ${said}`)));
	});
}

export function stop(started) {
	started?.process.removeAllListeners('exit');
	started?.process.kill('SIGTERM');
}

// A page in a context of its own; nothing may be wrong in its console. A page that says what is wrong
// with a form has a status of its own; that is no fault.
export async function visit(browser, options, run, expected = /status of 4\d\d/) {
	const context = await browser.newContext({locale: 'kk', ...options});
	context.setDefaultTimeout(15000);
	const page = await context.newPage();
	const wrong = [];
	page.on('console', (message) => {
		if (message.type() === 'error' && !expected.test(message.text())) {
			wrong.push(message.text());
		}
	});
	page.on('pageerror', (error) => wrong.push(String(error)));
	try {
		await run(page);
		assert.deepEqual(wrong, []);
	} finally {
		await context.close();
	}
}

export async function inspect(page, name, pictures) {
	const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
	assert.ok(wide[0] <= wide[1], `${name} scrolls sideways: ${wide}`);
	const found = await new AxeBuilder({page}).withTags(TAGS).analyze();
	assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes[0].target}`), [], name);
	const report = await validator.validateString(await page.content());
	assert.deepEqual(report.results.flatMap((r) => r.messages)
		.map((m) => `${m.ruleId} ${m.line}: ${m.message}`), [], name);
	if (pictures) {
		await page.screenshot({path: join(pictures, `${name}.png`), fullPage: true});
	}
}

// A press that loads another page.
export const press = (page, selector) =>
	Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);

// What a camera would read of the QR code of the page.
export async function camera(page, folder) {
	const picture = join(folder, 'qr.png');
	await page.locator('svg.qr').screenshot({path: picture});
	return execFileSync('zbarimg', ['-q', '--raw', picture],
		{encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim();
}

// Runs the cases [{name, run}] one after the other as TAP; true when all went well.
export async function report(cases) {
	let failed = 0;
	console.log(`1..${cases.length}`);
	for (const [i, {name, run}] of cases.entries()) {
		try {
			await run();
			console.log(`ok ${i + 1} - ${name}`);
		} catch (error) {
			failed++;
			console.log(`not ok ${i + 1} - ${name}`);
			console.log(String(error.stack).replace(/^/gm, '# ').slice(0, 3000));
		}
	}
	return failed === 0;
}
