// One screen for one test: a scripted server of its own, a person of their
// own, the address opened; afterwards nothing may have gone wrong unseen.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { Source } from './source.mjs'

let browser
before(async () => { browser = await Browser.start() })
after(() => browser?.stop())

/* options: those of Browser.person, and `prepare(source)`. */
export function on(name, path, options, run) {
	test(name, async () => {
		const source = await new Source().start()
		const page = await browser.person(options)
		try {
			options.prepare?.(source)
			await page.goto(source.url + path)
			await run(page, source)
			assert.deepEqual(page.errors, [])
		} finally {
			await page.context().close()
			source.stop()
		}
	})
}
