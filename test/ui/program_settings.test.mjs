// The settings on the real program: every page reads what the server says,
// and what is kept there is there after a reload.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { after, before, test } from 'node:test'
import { Browser, pressed, text, texts, until, violations } from './support/browser.mjs'
import { Program } from './support/program.mjs'

let browser
let program
let page
const password = 'correct horse battery staple'
before(async () => {
	browser = await Browser.start()
	program = await new Program().start()
	page = await browser.person()
	await page.goto(program.url)
	await page.waitForSelector('.st.n input')
	/* the first run has a test of its own: here by its one request */
	const answer = await page.evaluate(async (word) => {
		const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((d) => [d, [['00:00', '24:00']]]))
		const body = { agency: 'Northlight Studio', name: 'Ines Duarte', address: 'ines@northlight.example', password: word, desk_address: 'desk@northlight.example', zone: 'Europe/Lisbon', week }
		const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
		return (await fetch('/api/setup', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Holdfast-Command': id }, body: JSON.stringify(body) })).status
	}, password)
	assert.equal(answer, 200)
	await program.deliver({ from: 'hannah@marlowfinch.example', name: 'Hannah Reyes', subject: 'Where is batch 3?', text: 'Hi all,\n\nwhere are we with batch 3?\n\nHannah' })
})
after(async () => {
	await browser?.stop()
	await program?.stop()
})

const open = async (path) => {
	await page.goto(`${program.url}/settings/${path}`)
	await page.waitForSelector('.page > *, .page section')
}

test('every page of the settings reads what the server says', async () => {
	for (const path of ['account', 'notices', 'agency', 'brands', 'calendar', 'types', 'canned', 'members', 'mailboxes', 'addresses', 'suppressed', 'moving-in', 'webhooks', 'tokens', 'export', 'audit', 'health']) {
		await open(path)
		await until(`${path} has been read`, async () => (await page.locator('.page').textContent()).trim().length > 20)
		assert.doesNotMatch(await text(page, '.page'), /does not fit/, path)
		assert.deepEqual(await violations(page), [], path)
	}
	assert.deepEqual(page.errors, [])
})

test('this session is shown; a token is made, and reads with its rights alone', async () => {
	await open('account')
	await until('this one is there', async () => /Chrome on Linux.*this one/.test(await text(page, '.page')))
	await open('tokens')
	await page.getByRole('button', { name: 'Make a token' }).click()
	await page.getByLabel('What it is for').fill('Weekly report')
	await page.getByRole('button', { name: 'Make the token' }).click()
	await until('it is shown', async () => /hft_/.test(await text(page, '.once')))
	const token = (await text(page, '.once li')).trim()
	const ask = (path) => fetch(program.url + path, { headers: { Authorization: `Bearer ${token}` } }).then((a) => a.status)
	assert.deepEqual([await ask('/api/tickets'), await ask('/api/settings/agency')], [200, 403])
	await page.getByRole('button', { name: 'I have it' }).click()
	await page.getByRole('button', { name: 'End Weekly report' }).click()
	await page.getByRole('button', { name: /for good/ }).click()
	await until('it is gone', async () => /No program has access/.test(await text(page, '.page')))
	assert.equal(await ask('/api/tickets'), 401)
})

test('a brand with hours of its own owns the address', async () => {
	await open('brands')
	await page.getByRole('button', { name: 'Add a brand' }).click()
	await page.getByLabel('Name', { exact: true }).fill('Lumen Retouch')
	await page.getByLabel('Signature').fill('Lumen Retouch\nA part of Northlight')
	await page.getByLabel('Colour #41945e').click()
	await page.getByLabel('desk@northlight.example').check()
	await page.getByRole('switch', { name: 'Hours of its own' }).click()
	await page.getByRole('button', { name: 'Save' }).click()
	await until('it is listed with its address', async () => /Lumen Retouch ?desk@northlight\.example/.test(await text(page, 'ul.list li')))
	await page.reload()
	await page.locator('ul.list a').click()
	await until('it is as it was written', async () => /Lumen Retouch.*A part of Northlight/.test(await text(page, 'figure')) && await page.getByRole('switch', { name: 'Hours of its own' }).isChecked())
	await open('addresses')
	await until('the address says so', async () => /Lumen Retouch/.test(await text(page, '.row')))
})

test('a canned reply is read on a real thread', async () => {
	await open('canned')
	await page.getByRole('button', { name: 'Write the first' }).click()
	await page.getByLabel('Name', { exact: true }).fill('On its way')
	await page.getByLabel('Shortcut').fill('way')
	await page.getByLabel('Text').fill('Hello {{contact.first_name}}, {{ticket.subject}}: it is on its way.')
	await page.getByRole('button', { name: 'Save' }).click()
	await page.locator('ul.list a').click()
	await until('it is read on the thread', async () => /Hello Hannah, Where is batch 3\?: it is on its way\./.test(await text(page, '.page .text')))
	await page.getByLabel('Text').fill('Hello {{contact.mood}}')
	await page.getByRole('button', { name: 'Save' }).click()
	await until('a place that there is not is refused at the text', async () => (await page.locator('.late-t').count()) > 0)
})

test('a webhook is kept with its secret, and switched off', async () => {
	await open('webhooks')
	await page.getByRole('button', { name: 'Add a webhook' }).click()
	await page.getByLabel('Name').fill('Planner')
	await page.getByLabel('Address to call').fill('https://plan.example.com/hook')
	await page.getByRole('button', { name: 'Add', exact: true }).click()
	await until('the secret is there', async () => (await text(page, '.once li')).length > 10)
	await page.getByRole('button', { name: 'I have it' }).click()
	await until('it is shown', async () => /Planner/.test(await text(page, 'h3')))
	await page.getByRole('switch', { name: 'Call it' }).click()
	await until('it is off', async () => /Off/.test(await text(page, '.page .st')))
	assert.deepEqual(await violations(page), [])
})

test('which notices reach one is kept; the audit says who did all this', async () => {
	await open('notices')
	await page.getByRole('switch', { name: 'Quiet hours' }).click()
	await page.getByRole('radio', { name: /Never/ }).check()
	await page.getByRole('switch', { name: 'Tell me: Due soon' }).click()
	const kept = () => page.evaluate(() => fetch('/api/session/notices').then((a) => a.json()))
	await until('all of it is kept', async () => { const now = await kept(); return now.quiet === null && now.mail === 'never' && now.kinds.due === false })
	assert.equal(await page.locator('.page [role=alert]').count(), 0)
	await page.reload()
	await page.waitForSelector('[role=switch]')
	assert.deepEqual([await page.getByRole('switch', { name: 'Quiet hours' }).isChecked(), await page.getByRole('radio', { name: /Never/ }).isChecked(), await page.getByRole('switch', { name: 'Tell me: Due soon' }).isChecked()], [false, true, false])
	await open('audit')
	await until('her acts are there', async () => (await texts(page, 'main section .who')).includes('Ines Duarte'))
	await page.getByLabel('What').selectOption({ label: 'A setting is changed' })
	await until('only those', async () => (await page.locator('main section li time').count()) > 0)
	assert.doesNotMatch(await text(page, '.page'), /does not fit|no such kind/)
})

test('a member who is no partner is told what is not theirs', async () => {
	await open('members')
	await page.getByRole('button', { name: 'Invite a member' }).click()
	await page.getByLabel('Name', { exact: true }).fill('Tomasz Wilk')
	await page.getByLabel('Address', { exact: true }).fill('tomasz@northlight.example')
	await page.getByLabel('By a password that you tell them').check()
	await page.getByLabel('Password', { exact: true }).fill('another good phrase here')
	await page.getByRole('button', { name: 'Add', exact: true }).click()
	await until('he is listed', async () => (await texts(page, '.row')).some((row) => /Tomasz Wilk/.test(row)))
	const his = await browser.person()
	await his.goto(program.url)
	await his.getByLabel('Address').fill('tomasz@northlight.example')
	await his.getByLabel('Password').fill('another good phrase here')
	await pressed(his, 'Enter')
	await his.waitForSelector('.th')
	for (const path of ['webhooks', 'audit', 'mailboxes', 'brands', 'moving-in']) {
		await his.goto(`${program.url}/settings/${path}`)
		await until(`${path} says something`, async () => (await his.locator('.page').textContent()).trim().length > 20)
		assert.doesNotMatch(await text(his, '.page'), /does not fit/, path)
	}
	assert.deepEqual(his.errors, [])
	await his.context().close()
})

test('an invitation is a mail whose link lets in, once; the code of the second step is asked from then on', async () => {
	await open('members')
	await page.getByRole('button', { name: 'Invite a member' }).click()
	await page.getByLabel('Name', { exact: true }).fill('Priya Nair')
	await page.getByLabel('Address', { exact: true }).fill('priya@northlight.example')
	await page.getByRole('button', { name: 'Invite', exact: true }).click()
	await until('she is listed', async () => (await texts(page, '.row')).some((row) => /Priya Nair/.test(row)))
	await page.locator('.row', { hasText: 'Priya' }).getByRole('button', { name: 'Edit' }).click()
	await page.getByRole('button', { name: 'Make a sign-in link' }).click()
	await until('the link is here too', async () => /sign-in#/.test(await text(page, '.once li')))
	const link = new URL((await text(page, '.once li')).trim())
	const hers = await browser.person()
	await hers.goto(`${program.url}${link.pathname}${link.hash}`)
	await hers.waitForSelector('.nav')
	await hers.goto(`${program.url}/settings/account`)
	await hers.getByRole('button', { name: 'Change password' }).click()
	await hers.getByLabel('New password').fill('a phrase of her own')
	await hers.getByRole('button', { name: 'Change password' }).click()
	await until('it is changed', async () => /Password changed/.test(await text(hers, '.toast')))
	await hers.getByRole('button', { name: 'Set up' }).click()
	await hers.getByLabel('Your password').fill('a phrase of her own')
	await pressed(hers, 'Enter')
	await hers.waitForSelector('img[alt^="QR code"]')
	assert.deepEqual(await violations(hers), [])
	await until('the code is drawn', () => hers.locator('img[alt^="QR code"]').evaluate((e) => e.complete && e.naturalWidth > 0))
	const secret = (await text(hers, '.scan code')).replace(/\s/g, '')
	await hers.getByLabel('Code that the app shows').fill(totp(secret, Date.now()))
	await pressed(hers, 'Enter')
	await until('ten codes are there', async () => (await hers.locator('.once li').count()) === 10)
	const recovery = (await texts(hers, '.once li'))[0]
	await hers.getByRole('button', { name: 'I have it' }).click()
	await until('it is on', async () => (await hers.locator('.flag.ok').count()) === 1)
	await hers.getByRole('button', { name: 'Sign out' }).click()
	await hers.getByLabel('Address').fill('priya@northlight.example')
	await hers.getByLabel('Password').fill('a phrase of her own')
	await pressed(hers, 'Enter')
	await hers.waitForSelector('input[name=code]')
	await hers.getByRole('button', { name: 'Use a recovery code' }).click()
	await hers.getByLabel('Recovery code').fill(recovery)
	await pressed(hers, 'Enter')
	await hers.waitForSelector('.nav')
	assert.deepEqual(hers.errors, [])
	await hers.context().close()
})

test('holidays come from a file, and count at once', async () => {
	await open('calendar')
	const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//EN', ...[['1', '1225', 'Natal'], ['2', '1201', 'Restauração da Independência']].flatMap(([uid, day, name]) => ['BEGIN:VEVENT', `UID:${uid}@holidays.example`, 'DTSTAMP:20260101T000000Z', `DTSTART;VALUE=DATE:${new Date().getUTCFullYear() + 1}${day}`, `SUMMARY:${name}`, 'END:VEVENT']), 'END:VCALENDAR', ''].join('\r\n')
	await page.setInputFiles('input[accept]', { name: 'pt.ics', mimeType: 'text/calendar', buffer: Buffer.from(ics) })
	await until('both were added', async () => /2 days added/.test(await text(page, '.hf')))
	await page.reload()
	await until('they are there', async () => /25 December/.test(await text(page, 'main form')) && /1 December/.test(await text(page, 'main form')))
})

/* RFC 6238, as an authenticator app has it. */
function totp(secret, now) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
	const count = Buffer.alloc(8)
	count.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
	const mac = crypto.createHmac('sha1', key).update(count).digest()
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
