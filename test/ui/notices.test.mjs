// The bell, its panel and desktop notices, on the scripted source.
import assert from 'node:assert/strict'
import { pressed, text, texts, until, violations } from './support/browser.mjs'
import { on } from './support/screen.mjs'

const some = (source) => {
	source.office.tell('assigned', 'Do unused', 'Tomasz gave it to you')
	source.office.tell('escalated', 'SS27', 'Nobody took notice for 20 min', { level: 2 })
	source.office.tell('mailbox', 'none', 'Invoices: the server refuses the password')
}
/* What the browser would show, written down. */
const listening = (page) => page.addInitScript(() => {
	globalThis.shown = []
	globalThis.Notification = class {
		static permission = localStorage.getItem('allowed') ?? 'default'
		static asked = 0
		static async requestPermission() { this.asked++; localStorage.setItem('allowed', 'granted'); return this.permission = 'granted' }
		constructor(title, options) { Object.assign(this, options, { title }); globalThis.shown.push(this) }
		close() {}
	}
})
const heard = (page) => page.evaluate(() => globalThis.shown.map((n) => n.title))

on('the bell counts, the panel shows kinds, and opening it is seeing them', '/', { prepare: some }, async (page, source) => {
	await until('three are unread', async () => /^Notices ?3/.test(await text(page, '.nav .bell')))
	assert.match(await page.title(), /^\(3\) Northlight/)
	assert.equal(await page.locator('.nav .bell .late-t').count(), 1)
	await page.locator('.conv, .list').first().click({ position: { x: 5, y: 5 } })
	await pressed(page, 'g')
	await pressed(page, 'n')
	await until('three rows', async () => (await page.locator('dialog li .main').count()) === 3)
	assert.deepEqual(await violations(page), [])
	await until('they are seen', () => source.commands.some((c) => c.where === '/notices/seen'))
	await until('the count is gone', async () => /^Northlight/.test(await page.title()))
	assert.match((await texts(page, 'dialog li'))[1], /Halden Footwear.*Escalated.*level 2.*I have it/)
	assert.equal(await page.locator('dialog .new').count(), 3)
})

on('an escalated one is noticed by a key, and Enter opens the thread', '/settings/agency', { prepare: some }, async (page, source) => {
	await page.locator('.nav .bell').click()
	await until('rows', async () => (await page.locator('dialog li .main').count()) === 3)
	await page.locator('dialog h2').click()
	await pressed(page, 'j')
	await pressed(page, 'a')
	await until('it is noticed', () => source.commands.some((c) => /^\/notices\/\d+\/acknowledge$/.test(c.where)))
	await until('it shows', async () => /noticed/.test((await texts(page, 'dialog li'))[1]) && (await page.locator('.nav .bell .late-t').count()) === 0)
	await pressed(page, 'Enter')
	await until('the thread is open', async () => /SS27/.test(await text(page, '.conv .subject')) && (await page.locator('dialog[open]').count()) === 0)
	await page.locator('.nav .bell').click()
	await page.locator('dialog li .main', { hasText: 'Invoices' }).click()
	await until('the mailboxes are open', () => page.url().endsWith('/settings/mailboxes'))
})

on('the browser is asked only by a press; one desktop notice an event, from one tab', '/', {}, async (page, source) => {
	await listening(page)
	await page.reload()
	await until('the stream is open', () => source.streams.size === 1)
	source.office.tell('reply', 'SS27', 'Marcus answered')
	await until('it is counted', async () => /^\(1\)/.test(await page.title()))
	assert.deepEqual([await heard(page), await page.evaluate(() => Notification.asked)], [[], 0])
	await page.goto(`${source.url}/settings/notices`)
	await page.getByRole('switch', { name: 'Show desktop notices' }).click()
	await until('it is wanted', () => source.office.noticePrefs.desktop === true)
	assert.deepEqual(await violations(page), [])
	assert.equal(await page.evaluate(() => Notification.asked), 1)
	const second = await page.context().newPage()
	await listening(second)
	await second.goto(source.url)
	await until('both follow', async () => (await second.locator('.nav .bell').count()) === 1 && source.streams.size === 1)
	source.office.tell('late', 'SS27', 'The clock of Halden has run out')
	await until('one tab shows it', async () => (await heard(page)).length + (await heard(second)).length === 1)
	assert.match([...await heard(page), ...await heard(second)][0], /^Late: Halden Footwear$/)
	await page.getByRole('switch', { name: 'Tell me: Late' }).click()
	await until('late ones are not wanted', () => source.office.noticePrefs.kinds.late === false)
	source.office.tell('late', 'SS27', 'Again')
	source.office.tell('assigned', 'SS27', 'Yours')
	await until('only the other is shown', async () => (await heard(page)).length + (await heard(second)).length === 2)
	const leader = (await heard(page)).length === 2 ? page : second
	assert.match((await heard(leader))[1], /^Assigned/)
	await leader.evaluate(() => globalThis.shown[1].onclick())
	await until('the thread is open there', async () => /SS27/.test(await text(leader, '.conv .subject')))
})

on('quiet hours are written as times, and hold', '/settings/notices', {}, async (page, source) => {
	await page.getByRole('switch', { name: 'Quiet hours' }).click()
	await page.getByLabel('From').fill('25')
	await pressed(page, 'Tab')
	await until('it says how', async () => /Written 19:00/.test(await text(page, '.late-t')))
	await page.getByLabel('From').fill('18:30')
	await pressed(page, 'Tab')
	await until('it is saved', () => source.office.noticePrefs.quiet?.from === '18:30')
	await page.getByRole('radio', { name: /Never/ }).check()
	await until('mail is off', () => source.office.noticePrefs.mail === 'never')
	assert.deepEqual(await violations(page), [])
})
