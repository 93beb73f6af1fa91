// Moving in on the real program: in the first run an mbox of three thousand
// mails goes up in pieces, is read as history, and what was late stands there
// before set-up ends; what nobody answered is open on the desk.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, pressed, text, texts, until, violations } from './support/browser.mjs'
import { mbox } from './support/mbox.mjs'
import { Program } from './support/program.mjs'

let browser
let program
let page
const past = mbox(760, 10)
before(async () => {
	browser = await Browser.start()
	program = await new Program().start()
	page = await browser.person()
})
after(async () => {
	await browser?.stop()
	await program?.stop()
})

test('the first run opens the desk and asks for the mail of the past', async () => {
	await page.goto(program.url)
	await page.getByLabel('Agency', { exact: true }).fill('Northlight Studio')
	await pressed(page, 'Enter')
	await page.getByLabel('Your name').fill('Ines Duarte')
	await page.getByLabel('Your address').fill('ines@northlight.example')
	await page.getByLabel('Password').fill('correct horse battery staple')
	await pressed(page, 'Enter')
	await page.getByLabel('Desk address').fill('desk@northlight.example')
	await pressed(page, 'Enter')
	await page.getByLabel('Time zone').fill('Europe/Lisbon')
	await page.getByRole('button', { name: 'Open the desk' }).click()
	await page.waitForSelector('.drop')
	assert.match(await text(page, 'main'), /5 of 5/)
	assert.deepEqual(await violations(page), [])
})

test('three thousand mails come in while one looks on, and stop and go on', async () => {
	await page.setInputFiles('.drop input[type=file]', { name: 'desk.mbox', mimeType: 'application/mbox', buffer: Buffer.from(past.text) })
	await until('all of it is there', async () => page.getByRole('button', { name: 'Start reading' }).isEnabled(), 120_000)
	await until('its labels are there', async () => (await texts(page, '.tbl tbody tr')).some((row) => /Asked again/.test(row)))
	assert.match(await page.getByLabel('Our addresses').inputValue(), /desk@northlight\.example\nines@northlight\.example/)
	await page.getByRole('button', { name: 'Start reading' }).click()
	const began = Date.now()
	/* on a fast machine it may be over before it can be stopped */
	const stopped = await page.getByRole('button', { name: 'Stop' }).click({ timeout: 2000 }).then(() => true, () => false)
	if (stopped) {
		await until('it stands still, or was done', async () => /Stopped|Every case/.test(await text(page, 'main')), 300_000)
		const on = page.getByRole('button', { name: 'Go on' })
		if (await on.count()) await on.click()
	}
	await until('it is done', async () => /Every case with its thread/.test(await text(page, 'main')), 300_000)
	console.log(`# ${past.mails} mails in ${((Date.now() - began) / 1000).toFixed(1)} s`)
	assert.match(await text(page, 'section[aria-label="What came in"]'), new RegExp(`Threads${past.threads}Mails${past.mails.toLocaleString('en-GB')}There already0Left out0`))
})

test('what was late stands there before set-up ends', async () => {
	await until('the sentence', async () => new RegExp(`${past.late + past.never} of ${past.questions.toLocaleString('en-GB')} questions would have been late`).test(await text(page, 'aside')))
	assert.match(await text(page, 'aside'), new RegExp(`${past.never} of them were never answered`))
	assert.deepEqual(await violations(page), [])
	await page.getByRole('link', { name: 'Every case with its thread' }).click()
	await until('the cases', async () => (await page.locator('section[aria-label="What was late"] tbody tr').count()) === 50)
	await page.getByRole('button', { name: /^All \d+/ }).click()
	await until('all of them', async () => (await page.locator('section[aria-label="What was late"] tbody tr').count()) === past.late + past.never)
	const row = page.locator('section[aria-label="What was late"] tbody tr', { hasText: '3 h' }).first()
	assert.match((await row.textContent()).replace(/\s+/g, ' '), /Where is batch \d+\?.*3 h.*30 min/)
	const subject = await row.locator('a').textContent()
	await row.locator('a').click()
	await until('its thread is open', async () => (await text(page, '.conv .subject')) === subject && (await page.locator('.msg').count()) === 4)
})

test('what nobody answered is open, nothing else is, and nothing was sent', async () => {
	await page.goto(`${program.url}/inbox`)
	await until('ten are open', async () => (await text(page, '.nav a[aria-current] .n')) === String(past.never))
	assert.deepEqual(program.outgoing(), [])
	assert.deepEqual(page.errors, [])
})

test('a file that is no mailbox says so, and what came before stays', async () => {
	await page.goto(`${program.url}/settings/moving-in`)
	await page.getByRole('button', { name: 'Move in more' }).click()
	await page.setInputFiles('.drop input[type=file]', { name: 'notes.mbox', mimeType: 'application/mbox', buffer: Buffer.from('Dear diary, this is no mailbox at all.\n'.repeat(2000)) })
	await until('it may be started', async () => page.getByRole('button', { name: 'Start reading' }).isEnabled())
	await page.getByRole('button', { name: 'Start reading' }).click()
	await until('it says what it is not', async () => /could not be read/i.test(await text(page, 'main')) || /mbox/i.test(await text(page, '[role=alert]')), 60_000)
	assert.deepEqual(await violations(page), [])
	await page.goto(`${program.url}/settings/moving-in`)
	await until('both are listed', async () => (await page.locator('ul.list li').count()) === 2)
	assert.match((await texts(page, 'ul.list li')).join(), /desk\.mbox.*760 threads/)
})
