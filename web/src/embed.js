// SPDX-License-Identifier: Apache-2.0
// <mams-status lang="kk" position="right" theme="auto" label="…" mode="button"></mams-status>
// A button and a frame from our origin: the page around can read neither the number nor the answer.
const origin = new URL(import.meta.url).origin;
const words = {
	kk: ['МӘМС мәртебесі', 'Жабу'],
	ru: ['Статус ОСМС', 'Закрыть'],
	en: ['MSHI status', 'Close'],
};
const css = `:host{--ground:#005f73;--text:#fff;font:600 16px/1.4 system-ui,sans-serif}
button{font:inherit;color:var(--text);background:var(--ground);border:2px solid #fff;border-radius:24px;
padding:11px 20px;min-height:48px;cursor:pointer;box-shadow:0 2px 10px #0005}
button:focus-visible{outline:3px solid #fec50c;box-shadow:0 0 0 6px #0b0c0c}
.out{position:fixed;bottom:16px;inset-inline-end:16px;z-index:2147483000}
.out.left{inset-inline:16px auto}
.panel{display:flex;flex-direction:column;width:min(400px,calc(100vw - 32px));
height:min(600px,calc(100vh - 110px));background:#fff;border:1px solid #00363f;border-radius:8px;
overflow:hidden;box-shadow:0 6px 30px #0006}
.panel[hidden]{display:none}.out .panel{margin-bottom:12px}
.bar{background:#00363f;text-align:end;padding:4px}
.bar button{box-shadow:none;background:none;border-color:transparent;padding:4px 14px;min-height:44px}
iframe{flex:1;border:0;width:100%}`;
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

function make(name, properties) {
	return Object.assign(document.createElement(name), properties);
}

class MamsStatus extends HTMLElement {
	#frame;
	#panel;
	#button;

	connectedCallback() {
		if (this.#panel) {
			return;
		}
		const lang = words[this.lang] ? this.lang : 'kk';
		const [name, close] = words[lang];
		const inline = this.getAttribute('mode') === 'inline';
		const root = this.attachShadow({mode: 'closed'});
		root.adoptedStyleSheets = [sheet];
		const box = make('div', {className: inline ? 'in' : 'out'});
		if (this.getAttribute('position') === 'left') {
			box.classList.add('left');
		}
		this.#panel = make('div', {className: 'panel', hidden: true});
		this.#button = make('button', {type: 'button',
			textContent: this.getAttribute('label') || name});
		this.#button.setAttribute('aria-haspopup', 'dialog');
		this.#button.setAttribute('aria-expanded', 'false');
		this.#frame = make('iframe', {title: name});
		this.#frame.setAttribute('sandbox',
			'allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox');
		this.#frame.dataset.src = `${origin}/embed/v1/frame?lang=${lang}`;
		if (!inline) {
			const bar = make('div', {className: 'bar'});
			const shut = make('button', {type: 'button', textContent: close});
			shut.addEventListener('click', () => this.close());
			bar.append(shut);
			this.#panel.append(bar);
			this.#panel.setAttribute('role', 'dialog');
			this.#panel.setAttribute('aria-label', name);
			this.#button.addEventListener('click',
				() => this.#panel.hidden ? this.open() : this.close());
			this.#panel.addEventListener('keydown', (e) => e.key === 'Escape' && this.close());
		}
		this.#panel.append(this.#frame);
		box.append(this.#panel);
		if (!inline) {
			box.append(this.#button);
		}
		root.append(box);
		window.addEventListener('message', this);
		if (inline) {
			this.open();
		}
	}

	disconnectedCallback() {
		window.removeEventListener('message', this);
	}

	handleEvent(event) {
		if (event.origin !== origin || event.source !== this.#frame.contentWindow) {
			return;
		}
		if (event.data?.saqta === 'close') {
			this.close();
		} else if (event.data?.saqta === 'result') {
			this.#tell('result', {status: event.data.status});
		}
	}

	open() {
		this.#frame.src ||= this.#frame.dataset.src;
		this.#panel.hidden = false;
		this.#button.setAttribute('aria-expanded', 'true');
		if (this.getAttribute('mode') !== 'inline') {
			this.#frame.focus();
		}
		this.#tell('open');
	}

	close() {
		if (this.#panel.hidden || this.getAttribute('mode') === 'inline') {
			return;
		}
		this.#panel.hidden = true;
		this.#button.setAttribute('aria-expanded', 'false');
		this.#button.focus();
		this.#tell('close');
	}

	#tell(what, detail) {
		this.dispatchEvent(new CustomEvent('mams:' + what, {detail, bubbles: true}));
	}
}

customElements.define('mams-status', MamsStatus);
