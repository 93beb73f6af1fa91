// A member's own pages on the scripted source: password, second step,
// sessions, tokens; and the sign-in screen that asks for the code.
import assert from 'node:assert/strict'
import { pressed, text, texts, until, violations } from './support/browser.mjs'
import { on } from './support/screen.mjs'

on('the second step is set up with a code, and its recovery codes are shown once', '/settings/account', {}, async (page, source) => {
	await page.getByRole('button', { name: 'Set up' }).click()
	await page.getByLabel('Your password').fill('wrong')
	await pressed(page, 'Enter')
	await until('the password is refused at its field', async () => /not your password/.test(await text(page, '.f .late-t')))
	await page.getByLabel('Your password').fill('correct horse battery')
	await pressed(page, 'Enter')
	await page.waitForSelector('img[alt^="QR code"]')
	assert.match(await text(page, '.scan code'), /JBSW Y3DP/)
	assert.deepEqual(await violations(page), [])
	await page.getByLabel('Code that the app shows').fill('000000')
	await pressed(page, 'Enter')
	await until('a wrong code is refused', async () => /not the one of this minute/.test(await text(page, '.f .late-t')))
	await page.getByLabel('Code that the app shows').fill('123 456')
	await pressed(page, 'Enter')
	await until('ten codes are there', async () => (await page.locator('.once li').count()) === 10)
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'I have it' }).click()
	await until('it is on', async () => /On/.test(await text(page, '.flag.ok')) && (await page.locator('.once').count()) === 0)
	assert.equal(source.office.totp, true)
	await page.getByRole('button', { name: 'Turn off' }).click()
	await page.getByLabel('Your password').fill('correct horse battery')
	await page.getByLabel('Code from the app').fill('123456')
	await pressed(page, 'Enter')
	await until('it is off', () => source.office.totp === false)
})

on('signing in asks for the code, and takes a recovery code', '/', { prepare: (s) => { s.signed = false; s.office.totp = true } }, async (page) => {
	await page.getByLabel('Address').fill('ines@northlight.example')
	await page.getByLabel('Password').fill('correct horse battery')
	await pressed(page, 'Enter')
	await page.waitForSelector('input[name=code]:focus')
	assert.deepEqual(await violations(page), [])
	await page.keyboard.type('000000')
	await pressed(page, 'Enter')
	await until('it says why', async () => /not the one of this minute/.test(await text(page, '.late-t')))
	await page.getByRole('button', { name: 'Use a recovery code' }).click()
	await page.getByLabel('Recovery code').fill('abcd-efgh')
	await pressed(page, 'Enter')
	await page.waitForSelector('.th')
})

on('a session elsewhere is ended', '/settings/account', {}, async (page, source) => {
	await until('both are there', async () => (await page.locator('button', { hasText: /^End$/ }).count()) === 1)
	assert.match(await text(page, 'main'), /Firefox on Linux this one/)
	await page.getByRole('button', { name: /End Safari on iPhone/ }).click()
	await until('it is gone', async () => (await page.locator('button', { hasText: /^End$/ }).count()) === 0)
	assert.equal(source.office.sessions.length, 1)
})

on('a token is made with chosen rights, shown once, and ended', '/settings/tokens', {}, async (page, source) => {
	await page.getByRole('button', { name: 'Make a token' }).click()
	await page.getByLabel('What it is for').fill('Invoices')
	await page.getByLabel('Change clients and people').check()
	await page.getByRole('radio', { name: 'A year' }).click()
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'Make the token' }).click()
	await until('it is shown', async () => /hft_0123/.test(await text(page, '.once')))
	const made = source.commands.find((c) => c.where === '/tokens')
	assert.deepEqual(made.rights, ['ticket_read', 'client_read', 'client_write'])
	assert.ok(made.expires_at > Date.now() + 300 * 86_400_000)
	await page.reload()
	await until('it is in the list', async () => /Invoices/.test(await text(page, 'main')))
	assert.ok(!/hft_0123/.test(await text(page, 'main')))
	await page.getByRole('button', { name: 'End Invoices' }).click()
	await page.getByRole('button', { name: /for good/ }).click()
	await until('it is gone', () => source.office.tokens.length === 1)
})

on('an older server breaks no page', '/settings/account', { prepare: (s) => { s.office.read = () => null; s.tools.without.add('canned') } }, async (page, source) => {
	await until('it says so', async () => (await texts(page, 'main .meta')).filter((t) => /Not available on this server/.test(t)).length === 2)
	for (const name of ['notices', 'tokens', 'mailboxes', 'brands', 'moving-in', 'webhooks', 'audit', 'canned', 'suppressed']) {
		await page.goto(`${source.url}/settings/${name}`)
		await until(`${name} says so`, async () => /Not available on this server/.test(await text(page, 'main')))
	}
})
