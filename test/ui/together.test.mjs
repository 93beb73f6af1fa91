// Two agents on one desk of the real program: who is where, one writer at a
// time, nobody overtaken unseen, and what waits for its hour.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, pressed, text, until, violations } from './support/browser.mjs'
import { Desk, ines, tomasz } from './support/desk.mjs'

let browser
let desk
let a
let b
before(async () => {
	browser = await Browser.start()
	desk = await new Desk().start()
	await desk.program.deliver({ from: 'hannah@marlowfinch.example', name: 'Hannah Reyes', subject: 'Where is batch 3?', text: 'Where are we with batch 3?' })
	await desk.program.deliver({ from: 'jo@fennel.example', name: 'Jo Abara', subject: 'Price for soft shadows?', text: 'What would soft shadows cost?' })
	a = await desk.arrive(browser, ines)
	b = await desk.arrive(browser, tomasz)
	for (const page of [a, b]) await until('the mail is there', async () => (await page.locator('.th').count()) === 2)
})
after(async () => {
	await browser?.stop()
	await desk?.stop()
})

const open = async (page, subject) => {
	await page.locator('.th', { hasText: subject }).click()
	await page.mouse.move(900, 300)
	await until('the thread is there', async () => (await text(page, '.conv .subject')) === subject && (await page.locator('.msg').count()) > 0)
}
const row = (page, subject) => page.locator('.th', { hasText: subject })
const write = async (page, words) => {
	await page.locator('.conv-s').focus()
	await pressed(page, 'r')
	await page.waitForSelector('.comp textarea:focus')
	await page.keyboard.type(words)
}
const box = (page) => page.locator('.comp textarea').inputValue()
const fine = () => { for (const page of [a, b]) assert.deepEqual(page.errors, []) }

test('one sees the other look, then write', async () => {
	await open(b, 'Price for soft shadows?')
	await open(a, 'Where is batch 3?')
	await until('he looks at the other one', async () => (await row(a, 'Price for soft shadows?').locator('.av.seeing').count()) === 1)
	await open(b, 'Where is batch 3?')
	await until('she sees him look', async () => (await a.locator('.conv .here .av.seeing').count()) === 1)
	await write(b, 'Batch 3 is')
	await until('she sees him write', async () => /Tomasz is (replying|writing)/.test(await text(a, '.comp')))
	assert.deepEqual(await violations(a), [])
	fine()
})

test('one draft a thread: it is shown, taken over, and goes out once', async () => {
	await until('his words are in sight', async () => /Tomasz is writing a reply.*Batch 3 is/.test(await text(a, '.their')))
	await a.getByRole('button', { name: 'Take over' }).click()
	await until('they are hers', async () => (await box(a)) === 'Batch 3 is')
	await until('he sees that', async () => /Ines is writing a reply/.test(await text(b, '.their')))
	await a.locator('.comp textarea').focus()
	await pressed(a, 'End')
	await a.keyboard.type(' with you on Thursday.')
	await a.reload()
	await until('they survive her reload', async () => (await box(a)) === 'Batch 3 is with you on Thursday.')
	await a.locator('.comp textarea').focus()
	await pressed(a, 'Control+Enter')
	await until('it is out of the draft', async () => (await b.locator('.their').count()) === 0)
	fine()
})

test('who writes is not overtaken unseen: the send is held, then goes', async () => {
	await until('what was taken over is no longer his to send', async () => (await box(b)) === '')
	await until('the first is out', () => desk.program.outgoing().length === 1, 30_000)
	await write(b, 'Batch 3 is nearly done.')
	await write(a, 'And batch 4 on Friday.')
	await pressed(a, 'Control+Enter')
	await until('he is told', async () => /wrote while you were writing/.test(await text(b, '.new')))
	const held = async () => /Ines Duarte replied meanwhile.*And batch 4 on Friday/.test(await text(b, '.conf'))
	// What arrives may take the focus from under the first press.
	for (let press = 0; press < 4 && !await held(); press++) {
		await b.locator('.comp textarea').focus()
		await pressed(b, 'Control+Enter')
		await until('it is held', held, 8_000).catch(() => {})
	}
	assert.ok(await held(), 'it is held')
	assert.deepEqual(await violations(b), [])
	await b.getByRole('button', { name: 'Keep as note' }).click()
	await until('kept as a note, for both', async () => /nearly done/.test(await text(a, '.msg.note')))
	await until('only hers went', () => desk.program.outgoing().length === 2, 30_000)
	fine()
})

test('what waits for its hour is cancelled when they write first', async () => {
	await open(a, 'Price for soft shadows?')
	await write(a, 'It costs 0.45 an image.')
	await a.getByLabel('Other ways of sending').click()
	await a.getByRole('menuitem', { name: 'Send later…' }).click()
	await a.waitForSelector('[role=combobox]:focus')
	await a.keyboard.type('in 2 days')
	await until('it is understood', async () => /[A-Z][a-z]{2} \d|In 2 days/i.test(await text(a, '.float [role=option]')))
	await pressed(a, 'Enter')
	await until('it waits', async () => /Goes out .*not if they reply first/.test(await text(a, '.later')))
	await desk.program.deliver({ from: 'jo@fennel.example', name: 'Jo Abara', subject: 'Re: Price for soft shadows?', text: 'Never mind, found it!', headers: [] })
	await until('they wrote', async () => /Never mind/.test(`${await text(a, '.msg')} ${await text(a, '.th')}`) || (await a.locator('.th').count()) > 2, 20_000)
	if (/Never mind/.test(await text(a, '.msg'))) await until('it is cancelled', async () => /Not sent\. They wrote first/.test(await text(a, '.later')))
	assert.equal(desk.program.outgoing().length, 2)
	fine()
})

test('a canned reply, with the names of this thread', async () => {
	await desk.post('/api/canned', { name: 'Thanks', shortcut: 'thanks', text: 'Hello {{contact.first_name}},\n\nthank you.', brand: null, shared: 'all' })
	await open(a, 'Where is batch 3?')
	await write(a, '/')
	await a.waitForSelector('[role=combobox]:focus')
	await until('it is shown as it will stand', async () => /Hello Hannah,/.test(await text(a, '.view .text')))
	await pressed(a, 'Enter')
	await until('it is in the text', async () => /^Hello Hannah,\n\nthank you\.$/.test(await box(a)))
	await a.locator('.comp textarea').fill('')
	fine()
})

test('snoozed by words: out of sight for both, and a mail wakes it', async () => {
	await a.locator('.conv-s').focus()
	await pressed(a, 'h')
	await a.waitForSelector('[role=combobox]:focus')
	await a.keyboard.type('tomorrow 9')
	await until('it is understood', async () => (await a.locator('.float [role=option]').count()) > 0)
	await pressed(a, 'Enter')
	for (const page of [a, b]) await until('it is out of sight', async () => (await row(page, 'Where is batch 3?').count()) === 0)
	const sent = desk.program.outgoing()[0]
	const id = /^Message-ID:\s*(<[^>]+>)/im.exec(sent)[1]
	await desk.program.deliver({ from: 'hannah@marlowfinch.example', name: 'Hannah Reyes', subject: 'Re: Where is batch 3?', text: 'Thursday is fine. Which SKUs are in it?', headers: [`In-Reply-To: ${id}`, `References: ${id}`] })
	for (const page of [a, b]) await until('the mail woke it', async () => (await row(page, 'Where is batch 3?').count()) === 1)
	fine()
})

test('keys of one’s own are kept by the server', async () => {
	await a.locator('.conv-s').focus()
	await pressed(a, '?')
	await a.waitForSelector('dialog[open]')
	await a.getByLabel('Find an action or a key').fill('snooze until')
	await a.locator('dialog li').first().hover()
	await a.getByLabel('Change the key of Snooze until…').click()
	await pressed(a, 'b')
	await until('the server has it', async () => (await desk.ask('/api/session/keys')).keys.snooze === 'b')
	fine()
})

test('a thread begins with a call', async () => {
	await a.goto(desk.url)
	await a.waitForSelector('.th')
	await pressed(a, 'Shift+C')
	await a.waitForSelector('dialog[open]')
	await a.getByLabel('Who').fill('ben@kestrel.example')
	await a.getByLabel('Name').fill('Ben Achterberg')
	await a.getByLabel('What was said').fill('Ben asks whether the retainer rolls over. Told him yes.')
	assert.deepEqual(await violations(a), [])
	await pressed(a, 'Control+Enter')
	await until('it is a thread, with the call in it', async () => /Told him yes/.test(await text(a, '.msg')))
	fine()
})

test('who reads it, as the server says, with copies kept and added', async () => {
	await desk.program.deliver({ from: 'elin@vasa.example', name: 'Elin Vasa', subject: 'Shots for spring', text: 'Can we book the spring shots?', headers: ['Cc: Nils Vasa <nils@vasa.example>'] })
	await until('it is there', async () => (await row(b, 'Shots for spring').count()) === 1)
	await open(b, 'Shots for spring')
	await until('both are named', async () => /To.*Elin Vasa.*Cc.*Nils Vasa/.test(await text(b, '.aud')))
	const before = desk.program.outgoing().length
	await write(b, 'Hi Elin, yes, from March.')
	await pressed(b, 'Control+Enter')
	await until('it is out', () => desk.program.outgoing().length === before + 1, 30_000)
	const mail = desk.program.outgoing().at(-1)
	assert.match(mail, /^To:.*elin@vasa\.example/im)
	assert.match(mail, /^Cc:.*nils@vasa\.example/im)
	fine()
})
