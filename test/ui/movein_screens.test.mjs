// Moving in on the scripted source: a file in pieces over a bad line, labels,
// reading, stopping, what was late; and the same in the first run.
import assert from 'node:assert/strict'
import { text, texts, until, violations } from './support/browser.mjs'
import { on } from './support/screen.mjs'

const mbox = (size, name = 'desk.mbox') => ({ name, mimeType: 'application/mbox', buffer: Buffer.alloc(size, 'From hannah@marlowfinch.example Tue Nov 10 08:52:00 2026\nSubject: Where is batch 3?\n\nAny news?\n\n') })
const MB = 1024 * 1024

on('a file goes up in pieces over a bad line; labels are chosen; it is read; what was late is shown', '/settings/moving-in', {}, async (page, source) => {
	await page.waitForSelector('.drop')
	assert.deepEqual(await violations(page), [])
	source.office.cuts = 1
	await page.setInputFiles('input[type=file]', mbox(9 * MB))
	await until('all of it is here', () => source.office.imports[0]?.received === 9 * MB, 30_000)
	await until('labels are there', async () => (await page.locator('.tbl tbody tr').count()) === 2)
	assert.deepEqual(await violations(page), [])
	await page.getByLabel('Type of Status').selectOption('status_inquiry')
	await page.getByLabel('Owner of VIP').selectOption({ label: 'Tomasz Wilk' })
	await page.getByLabel('Our addresses').fill('desk@northlight.example, ines@northlight.example')
	await page.getByLabel('Taken over on').fill('2026-11-10')
	await page.getByRole('button', { name: 'Start reading' }).click()
	await until('it is read', () => source.office.imports[0].state === 'reading')
	const start = source.commands.find((c) => c.where.endsWith('/start'))
	assert.deepEqual(start.labels, [{ label: 'Status', type: 'status_inquiry', member: null }, { label: 'VIP', type: null, member: 2 }])
	assert.deepEqual(start.mine, ['desk@northlight.example', 'ines@northlight.example'])
	assert.equal(new Date(start.takeover_at).toISOString(), '2026-11-10T00:00:00.000Z')
	source.office.reads({ read: 1204, threads: 300, messages: 1200, duplicates: 3, skipped: 1 })
	await until('counts and time left', async () => /1,204 of 4,000 mails, about 3 min left/.test(await text(page, '[role=status]')))
	await page.getByRole('button', { name: 'Stop' }).click()
	await until('it is stopped', async () => /Stopped/.test(await text(page, 'main')))
	await page.reload()
	await page.getByRole('button', { name: 'Go on' }).click()
	await until('it goes on', () => source.office.imports[0].state === 'reading')
	await until('the stream is open', () => source.streams.size === 1)
	source.office.reads({ state: 'done', read: 4000, threads: 1100, messages: 3990, errors: [{ n: 77, said: 'It has no sender' }] })
	await until('what was late', async () => /23 of 61 questions would have been late/.test(await text(page, '.vd')))
	await until('what came in', async () => /Threads1,100.*1 mail could not be read/.test(await text(page, 'section[aria-label="What came in"]')))
	assert.match((await texts(page, '.tbl tbody tr'))[0], /Marlow & Finch.*Where is batch 2\?.*20 h 10.*30 min/)
	assert.match((await texts(page, '.tbl tbody tr'))[2], /never/)
	assert.deepEqual(await violations(page), [])
	await page.getByRole('link', { name: 'Where is batch 2?' }).click()
	await until('its thread is open', async () => /Third time asking/.test(await text(page, '.conv .subject')))
})

on('after a reload the same file goes on from where it was, another is refused', '/settings/moving-in', {}, async (page, source) => {
	await page.waitForSelector('.drop')
	source.office.cuts = 1000
	await page.setInputFiles('input[type=file]', mbox(5 * MB))
	await until('it says that it waits', async () => /cannot be reached/.test(await text(page, 'main')))
	await page.reload()
	source.office.cuts = 0
	source.office.imports[0].received = 4 * MB
	await page.reload()
	await until('it asks for the file', async () => /4\.2 MB of 5\.2 MB.*choose it again/.test(await text(page, 'main')))
	assert.deepEqual(await violations(page), [])
	await page.setInputFiles('input[type=file]', mbox(3 * MB, 'other.mbox'))
	await until('another is refused', async () => /another file/.test(await text(page, '[role=alert]')))
	await page.setInputFiles('input[type=file]', mbox(5 * MB))
	await until('the rest came', () => source.office.imports[0].received === 5 * MB)
})

on('what is no mailbox is said before anything is sent; a failed one says why', '/settings/moving-in', {}, async (page, source) => {
	await page.waitForSelector('.drop')
	await page.setInputFiles('input[type=file]', { name: 'takeout.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\u0003\u0004') })
	await until('it says so', async () => /zip file\. Unpack it first/.test(await text(page, '[role=alert]')))
	assert.equal(source.office.imports.length, 0)
	await page.setInputFiles('input[type=file]', mbox(1000))
	await until('it is here', () => source.office.imports[0]?.received === 1000)
	await until('the stream is open', () => source.streams.size === 1)
	source.office.reads({ state: 'failed', said: 'The file ends in the middle of mail 12.' })
	await until('the words are there', async () => /ends in the middle of mail 12/.test(await text(page, '[role=alert]')))
	await page.getByRole('button', { name: 'Try again' }).click()
	await until('it is tried again', () => source.office.imports[0].state === 'reading')
})

on('the first run shows what was late before set-up ends', '/first-run', {}, async (page, source) => {
	await page.waitForSelector('.drop')
	assert.match(await text(page, 'main'), /5 of 5/)
	assert.deepEqual(await violations(page), [])
	await page.setInputFiles('input[type=file]', mbox(1000))
	await until('it is here', () => source.office.imports[0]?.received === 1000)
	await page.getByRole('button', { name: 'Start reading' }).click()
	await until('it is read', () => source.office.imports[0].state === 'reading')
	source.office.reads({ read: 900, threads: 200, messages: 900 })
	await until('beside it stands what was late', async () => /23 of 61 questions would have been late.*Longest waits.*Marlow & Finch ?20 h 10/.test(await text(page, 'aside')))
	assert.deepEqual(await violations(page), [])
	await page.getByRole('button', { name: 'To the inbox' }).last().click()
	await page.waitForSelector('.th')
})
