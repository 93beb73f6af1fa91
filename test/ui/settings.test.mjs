// The rest of the settings on the scripted source: brands, hours by file,
// webhooks, the audit log, canned replies, suppressed addresses; and every
// page looked at by axe, wide and narrow, light and dark.
import assert from 'node:assert/strict'
import { text, texts, until, violations } from './support/browser.mjs'
import { on } from './support/screen.mjs'

on('a brand: its look as it is written, its addresses, its hours', '/settings/brands', {}, async (page, source) => {
	await until('one is there', async () => /Lumen Retouch ?hello@lumen\.example/.test((await texts(page, 'ul.list li'))[0] ?? ''))
	await page.getByRole('button', { name: 'Add a brand' }).click()
	await page.getByLabel('Name', { exact: true }).fill('Kiln')
	await page.getByLabel('Sender that clients see').fill('Kiln by Northlight')
	await page.getByLabel('Signature').fill('Kiln\nSame hands')
	await page.getByLabel('Colour #41945e').click()
	await until('the preview follows', async () => /Kiln by Northlight.*Same hands/.test(await text(page, 'figure')))
	await page.getByLabel('desk@northlight.example').check()
	await page.getByRole('switch', { name: 'Hours of its own' }).click()
	await page.getByLabel('Add hours on Saturday').click()
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'Save' }).click()
	await until('it is kept', () => source.office.brands.length === 2 && source.office.addresses[0].brand === source.office.brands[1].id)
	const kiln = source.office.brands[1]
	assert.deepEqual([kiln.colour, kiln.calendar.week.sat, kiln.calendar.holidays], ['#41945e', [['09:00', '18:00']], ['2026-12-25']])
	await page.goto(`${source.url}/settings/addresses`)
	await until('the address names its brand', async () => /desk@northlight\.example.*Kiln/.test((await texts(page, '.row'))[0] ?? ''))
})

on('holidays come from a file, and only what is new', '/settings/calendar', {}, async (page, source) => {
	await page.waitForSelector('.week')
	const ics = (name, body) => ({ name, mimeType: 'text/calendar', buffer: Buffer.from(body) })
	await page.setInputFiles('input[accept]', ics('x.ics', 'hello'))
	await until('it says what is wrong', async () => /no iCalendar file/.test(await text(page, '[role=alert]')))
	await page.setInputFiles('input[accept]', ics('pt.ics', 'BEGIN:VCALENDAR\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Natal\nDTSTART;VALUE=DATE:20270101\nSUMMARY:Ano Novo\n'))
	await until('the new day is shown', async () => /2027-01-01 Ano Novo/.test(await text(page, '.hf')) && !/Natal/.test(await text(page, '.hf')))
	assert.deepEqual(await violations(page), [])
	assert.equal(source.calendar.holidays.join(), '2026-12-25,2027-01-01')
	await page.getByRole('button', { name: 'Save' }).click()
	await until('both are kept', () => source.commands.some((c) => c.where === '/settings/calendar' && c.holidays.join() === '2026-12-25,2027-01-01'))
})

on('a stopped webhook is loud; it is tested, retried and called again', '/settings/webhooks', {}, async (page, source) => {
	await until('both are there', async () => (await page.locator('ul.list li').count()) === 2)
	assert.match((await texts(page, 'ul.list li'))[1], /Planner.*Stopped.*41 waiting.*2 given up.*needs you/)
	assert.deepEqual(await violations(page), [])
	await page.locator('ul.list a', { hasText: 'Planner' }).click()
	await until('it says why', async () => /HTTP 500 Internal Server Error.*Nothing is lost/.test(await text(page, '.loud')))
	await until('its calls are there', async () => (await page.getByRole('button', { name: /^Try the call/ }).count()) === 2)
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: /^Try the call/ }).first().click()
	await until('it is retried', () => source.commands.some((c) => c.where === '/settings/webhooks/92/deliveries/901/retry'))
	await page.getByRole('button', { name: 'Test it first' }).click()
	await until('it is tested', () => source.commands.some((c) => c.where === '/settings/webhooks/92/test'))
	await page.getByRole('button', { name: 'Call it again' }).click()
	await until('it is called', async () => (await page.locator('.loud').count()) === 0)
})

on('a webhook is added, its secret shown once', '/settings/webhooks', {}, async (page, source) => {
	await page.getByRole('button', { name: 'Add a webhook' }).click()
	await page.getByLabel('Name').fill('Reports')
	await page.getByLabel('Address to call').fill('https://10.0.0.7/x')
	await page.getByLabel('A flag is raised').check()
	await page.getByRole('button', { name: 'Add', exact: true }).click()
	await until('an inner address is refused at its field', async () => /inside the network/.test(await text(page, '.f .late-t')))
	await page.getByLabel('Address to call').fill('https://reports.example.com/x')
	await page.getByRole('button', { name: 'Add', exact: true }).click()
	await until('the secret is there', async () => /whsec_MfKQ/.test(await text(page, '.once')))
	assert.ok(source.office.webhooks[2].kinds.includes('flag_raised'))
	await page.getByRole('button', { name: 'I have it' }).click()
	await page.getByRole('button', { name: 'Remove', exact: true }).click()
	await page.getByRole('button', { name: 'Remove Reports' }).click()
	await until('it is gone', () => source.office.webhooks.length === 2)
})

on('the audit log by person, kind and day', '/settings/audit', {}, async (page) => {
	await until('a page is there', async () => (await page.locator('main section li time').count()) === 25)
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'Older' }).click()
	await until('older ones too', async () => (await page.locator('main section li time').count()) === 50)
	await page.getByLabel('Who').selectOption({ label: 'Tomasz Wilk' })
	await until('only his', async () => [...new Set(await texts(page, 'main section .who'))].join() === 'Tomasz Wilk')
	await page.getByLabel('What').selectOption({ label: 'A member is changed' })
	await page.getByLabel('From', { exact: true }).fill('2020-01-01')
	await page.getByLabel('To', { exact: true }).fill('2020-01-02')
	await until('nothing is said as such', async () => /Nothing like that happened/.test(await text(page, 'main')))
	await page.getByRole('button', { name: 'Everything again' }).click()
	await until('all are back', async () => (await page.locator('main section li time').count()) === 25)
})

on('a canned reply: places, a mistake named, how it reads on a thread', '/settings/canned', {}, async (page, source) => {
	await page.locator('ul.list a', { hasText: 'You have it by' }).click()
	await until('it is read on a thread', async () => /Hello Marcus.*Not known on this thread: \{\{due\}\}/.test(await text(page, 'main')))
	assert.deepEqual(await violations(page), [])
	await page.getByLabel('Text').fill('Dear ')
	await page.getByRole('button', { name: 'First name' }).click()
	assert.equal(await page.getByLabel('Text').inputValue(), 'Dear {{contact.first_name}}')
	await page.getByLabel('Text').press('End')
	await page.keyboard.type(' {{client.mood}}')
	await until('the mistake is named', async () => /No such place: \{\{client\.mood\}\}/.test(await text(page, 'main')))
	await page.getByLabel('Text').fill('Dear {{contact.first_name}}')
	await page.getByRole('button', { name: 'Save' }).click()
	await until('it is kept', () => source.office.canned[1].text === 'Dear {{contact.first_name}}')
	await page.getByRole('button', { name: 'Write another' }).click()
	await page.getByLabel('Name', { exact: true }).fill('Welcome')
	await page.getByLabel('Shortcut').fill('/welcome')
	await page.getByLabel('Text').fill('Thank you.')
	await page.getByRole('button', { name: 'Save' }).click()
	await until('the third is there', () => source.office.canned[2]?.shortcut === 'welcome')
})

on('a suppressed address says why, and may be written to again', '/settings/suppressed', {}, async (page, source) => {
	await until('it is there', async () => /gone@oriel\.example.*No such user/.test(await text(page, 'main')))
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'Write to gone@oriel.example again' }).click()
	await until('it is free', async () => source.office.suppressed.length === 0 && /Nobody is suppressed/.test(await text(page, 'main')))
})

const pages = [
	['account', '.in-s li'], ['notices', '[role=switch]'], ['brands', 'ul.list'], ['brands/61', 'figure'], ['calendar', '.week'], ['canned', 'ul.list'], ['canned/2', 'textarea'], ['members', '.row'], ['mailboxes', 'ul.list'],
	['mailboxes/31', 'text=Check it now'], ['mailboxes/33', '.loud'], ['suppressed', 'main li button'], ['moving-in', '.drop'], ['webhooks', 'ul.list'], ['webhooks/92', '.loud'], ['tokens', 'main li button'], ['export', 'a[download]'], ['audit', 'main section time'],
]
for (const [name, options] of Object.entries({ 'wide, dark': { dark: true }, 'middle': { width: 1000 }, 'narrow': { width: 600 }, '320 px, touch, dark': { width: 320, height: 640, touch: true, dark: true } })) {
	on(`axe finds nothing in the settings, and nothing is cut off: ${name}`, '/settings/agency', options, async (page, source) => {
		source.office.tell('escalated', 'SS27', 'Nobody took notice for 20 min', { level: 2 })
		for (const [path, there] of pages) {
			await page.goto(`${source.url}/settings/${path}`)
			await page.waitForSelector(there)
			await page.evaluate(() => document.fonts.ready)
			assert.deepEqual(await violations(page), [], path)
			const wider = await page.evaluate(() => Math.max(document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('.page')].map((e) => e.scrollWidth - e.clientWidth)))
			assert.ok(wider <= 0, `${path} is ${wider} px wider than the screen`)
		}
	})
}
