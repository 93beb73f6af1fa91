// Chromium as Debian ships it, one for a test file; a page that notes every
// error it sees; axe's judgement.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export class Browser {
	static async start() {
		const browser = new Browser()
		browser.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-ui-'))
		browser.chromium = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags, env: { ...process.env, HOME: browser.folder, TZ: 'UTC' } })
		return browser
	}

	async stop() {
		await this.chromium.close()
		fs.rmSync(this.folder, { recursive: true, force: true })
	}

	/* A new person: own cookies, own storage. */
	async person({ width = 1440, height = 900, dark = false, touch = false, still = true } = {}) {
		const context = await this.chromium.newContext({
			viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', hasTouch: touch, reducedMotion: still ? 'reduce' : 'no-preference', locale: 'en-GB',
		})
		return watched(await context.newPage())
	}
}

/* What a browser says about a refusal or a line that a test has cut is
   no error of ours. */
const expected = /status of (40[013459]|503)|net::ERR_(EMPTY_RESPONSE|CONNECTION|INCOMPLETE|SOCKET|ABORTED|INTERNET)/

export function watched(page) {
	page.errors = []
	page.on('pageerror', (error) => page.errors.push(`${error.message}\n${error.stack ?? ''}`))
	page.on('console', (line) => {
		if (['error', 'warning'].includes(line.type()) && !expected.test(line.text())) page.errors.push(line.text())
	})
	page.setDefaultTimeout(15_000)
	return page
}

export async function violations(page) {
	await page.evaluate(axe)
	const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
	return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).slice(0, 3).join(' | ')}`)
}

/* No sleeping: asked again until it holds or the time is up. */
export async function until(what, ask, ms = 15_000) {
	const end = Date.now() + ms
	let last
	for (;;) {
		try { last = await ask() } catch (error) { last = error }
		if (last && !(last instanceof Error)) return last
		if (Date.now() > end) throw new Error(`not within ${ms / 1000} s: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`)
		await new Promise((done) => setTimeout(done, 40))
	}
}

export const texts = async (page, selector) => (await page.locator(selector).allTextContents()).map((s) => s.replace(/\s+/g, ' ').trim())
export const text = async (page, selector) => (await texts(page, selector)).join(' | ')
export const pressed = (page, keys) => page.keyboard.press(keys)
