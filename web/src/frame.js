// SPDX-License-Identifier: Apache-2.0
// Inside the frame: Escape closes the panel around it, and the answer is told to the site only when
// the person ticked that. Only an allowed site can hold this frame (frame-ancestors), so '*' is it.
if (window.parent !== window) {
	document.addEventListener('keydown', (event) => {
		if (event.key === 'Escape') {
			window.parent.postMessage({saqta: 'close'}, '*');
		}
	});
	const status = document.querySelector('[data-tell]')?.dataset.tell;
	if (status) {
		window.parent.postMessage({saqta: 'result', status}, '*');
	}
}
const focus = document.querySelector('.govuk-error-summary, [data-focus]');
focus?.focus();
