// SPDX-License-Identifier: Apache-2.0
// Builds dist/ from src/: style sheet, scripts, font, icon, each with a hash of its content in the
// name, and manifest.json with the names. `--check` compares instead.
import {createHash} from 'node:crypto';
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {transform} from 'esbuild';
import {compile} from 'sass';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const check = process.argv.includes('--check');
const PYTHON = process.env.FONT_PYTHON ?? '/usr/bin/python3';

function cutFont() {
	const folder = mkdtempSync(join(tmpdir(), 'font-'));
	const target = join(folder, 'font.woff2');
	execFileSync(PYTHON, [join(here, 'font/cut.py'),
		join(here, 'node_modules/inter-ui/variable/InterVariable.woff2'), target]);
	const bytes = readFileSync(target);
	rmSync(folder, {recursive: true});
	return bytes;
}

async function script(name) {
	const source = readFileSync(join(here, 'src', name), 'utf8');
	const made = await transform(source, {minify: true, target: 'es2022', format: 'esm',
		charset: 'utf8', legalComments: 'none'});
	return Buffer.from(made.code);
}

function styles(fontName) {
	const css = compile(join(here, 'src/app.scss'), {style: 'compressed', loadPaths: [here],
		quietDeps: true, charset: false}).css;
	return Buffer.from(css.replace('FONT_INTER', fontName));
}

// The name under which pages ask for a file, and the name that it gets.
function hashed(name, bytes) {
	const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
	return name.replace(/\.([a-z0-9]+)$/, `-${hash}.$1`);
}

async function make() {
	const files = new Map(), manifest = {};
	const add = (name, bytes, fixed = false) => {
		const target = fixed ? name : hashed(name, bytes);
		files.set(target, bytes);
		manifest[name] = target;
		return target;
	};
	const font = add('inter-kk.woff2', cutFont());
	add('app.css', styles(font));
	add('app.js', await script('app.js'));
	add('frame.js', await script('frame.js'));
	add('embed-v1.js', await script('embed.js'), true);
	add('icon.svg', Buffer.from(readFileSync(join(here, 'src/icon.svg'), 'utf8').trim()));
	files.set('manifest.json', Buffer.from(JSON.stringify(manifest, null, '\t') + '\n'));
	return files;
}

const files = await make();
if (check) {
	const stale = [...files].filter(([name, bytes]) => {
		try {
			return !readFileSync(join(dist, name)).equals(bytes);
		} catch {
			return true;
		}
	}).map(([name]) => name);
	const extra = readdirSync(dist).filter((name) => !files.has(name));
	if (stale.length || extra.length) {
		console.error(`dist/ is not what src/ makes: ${[...stale, ...extra].join(', ')}`);
		process.exit(1);
	}
	console.log(`dist/ is what src/ makes: ${files.size} files`);
} else {
	rmSync(dist, {recursive: true, force: true});
	mkdirSync(dist);
	for (const [name, bytes] of files) {
		writeFileSync(join(dist, name), bytes);
	}
	const {brotliCompressSync} = await import('node:zlib');
	for (const [name, bytes] of files) {
		console.log(`${name.padEnd(36)} ${String(bytes.length).padStart(6)} B, br ${
			brotliCompressSync(bytes).length}`);
	}
}
