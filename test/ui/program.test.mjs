// The interface on the real program: from an empty folder to an answered
// client, with mail over LMTP and everything that leaves caught in a folder.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, pressed, text, texts, until, violations } from './support/browser.mjs'
import { Program } from './support/program.mjs'

let browser
let program
let page
before(async () => {
	browser = await Browser.start()
	program = await new Program().start()
	page = await browser.person()
})
after(async () => {
	await browser?.stop()
	await program?.stop()
})

const me = { address: 'ines@northlight.example', password: 'correct horse battery staple' }
const rows = () => texts(page, '.th .th-s')
/* A pointer over the list holds its rows, as it should. */
const away = () => page.mouse.move(900, 300)
const open = async (subject) => {
	await page.locator('.th', { hasText: subject }).click()
	await away()
	await until('the thread is there', async () => (await text(page, '.conv .subject')) === subject && (await page.locator('.msg').count()) > 0)
}
const nothingWrong = (p) => assert.deepEqual(p.errors, [])

test('first run: an empty folder becomes a desk', async () => {
	await page.goto(program.url)
	await page.waitForSelector('.st.n input')
	assert.deepEqual(await violations(page), [])
	await page.getByLabel('Agency', { exact: true }).fill('Northlight Studio')
	await pressed(page, 'Enter')
	await page.getByLabel('Your name').fill('Ines Duarte')
	await page.getByLabel('Your address').fill(me.address)
	await page.getByLabel('Password').fill('short')
	await pressed(page, 'Enter')
	await page.getByLabel('Desk address').fill('desk@northlight.example')
	await pressed(page, 'Enter')
	await page.getByRole('button', { name: 'Change' }).last().click()
	await page.getByLabel('Add hours on Saturday').click()
	await page.getByLabel('Time zone').fill('Europe/Lisbon')
	await page.getByRole('button', { name: 'Open the desk' }).click()
	await until('a weak password is refused at its field', async () => (await page.locator('.st.n .in.err').count()) === 1)
	await page.getByLabel('Password').fill(me.password)
	for (let i = 0; i < 2; i++) await page.getByRole('button', { name: 'Next' }).click()
	await page.getByRole('button', { name: 'Open the desk' }).click()
	await page.getByRole('button', { name: 'Later, to the inbox' }).click()
	await until('the desk is open', async () => /Nobody is waiting/.test(await text(page, '.list')))
	await until('it is live', async () => /^Live/.test(await text(page, '.nav-foot')))
	nothingWrong(page)
})

test('mail arrives and appears without a reload, with a type and a clock', async () => {
	await program.deliver({ from: 'hannah@marlowfinch.example', name: 'Hannah Reyes', subject: 'Where is batch 3?', text: 'Hi all,\n\nwhere are we with batch 3? Merch wants to start loading.\n\nHannah' })
	await until('it is there', async () => (await rows()).includes('Where is batch 3?'))
	assert.match(await text(page, '.th'), /Hannah Reyes/)
	assert.match(await text(page, '.th .tag'), /Status/)
	assert.equal(await page.locator('.th .sla').count(), 1)
	await until('it is counted', async () => (await text(page, '.nav a[aria-current] .n')) === '1')
	nothingWrong(page)
})

test('a reply can be taken back, and then really goes out once', async () => {
	await open('Where is batch 3?')
	await pressed(page, 'r')
	await page.waitForSelector('.comp textarea:focus')
	await page.keyboard.type('Hannah, batch 3 is with you on Thursday.')
	await pressed(page, 'Control+Enter')
	await until('it waits for its window', async () => /Goes out in/.test(await text(page, '.msg .line')) && (await page.locator('.msg .line button').count()) === 1)
	await page.locator('.toast button').click()
	await until('the words are back', async () => /on Thursday/.test(await page.locator('.comp textarea').inputValue()))
	assert.deepEqual(program.outgoing(), [])
	await pressed(page, 'Control+Enter')
	await until('it has left the house', () => program.outgoing().length === 1, 30_000)
	const mail = program.outgoing()[0]
	assert.match(mail, /^To:.*hannah@marlowfinch\.example/im)
	assert.match(mail, /^In-Reply-To:/im)
	assert.match(mail, /text\/html/i)
	await until('it says so', async () => /Sent/.test(await text(page, '.msg .line')))
	nothingWrong(page)
})

test('the answer of the client comes back into the same thread, live', async () => {
	const id = /^Message-ID:\s*(<[^>]+>)/im.exec(program.outgoing()[0])[1]
	await program.deliver({ from: 'hannah@marlowfinch.example', name: 'Hannah Reyes', subject: 'Re: Where is batch 3?', text: 'Thursday is fine.\n\n> Hannah, batch 3 is with you on Thursday.', headers: [`In-Reply-To: ${id}`, `References: ${id}`] })
	await until('it is in the open thread', async () => /Thursday is fine/.test(await text(page, '.msg')))
	assert.equal((await rows()).length, 1)
	nothingWrong(page)
})

test('a note stays inside; assigning, typing and closing work by keys alone', async () => {
	await page.locator('.conv-s').focus()
	await pressed(page, 'n')
	await page.waitForSelector('.comp.note textarea:focus')
	await page.keyboard.type('Factory says Thursday is safe')
	await pressed(page, 'Control+Enter')
	await until('it is there', async () => /Thursday is safe/.test(await text(page, '.msg.note')))
	await pressed(page, 'Escape')
	await pressed(page, 'a')
	await page.waitForSelector('[role=combobox]:focus')
	await pressed(page, 'a')
	await until('it is mine', async () => (await text(page, '.nav a[href="/inbox?view=mine"] .n')) === '1')
	await pressed(page, 't')
	await page.waitForSelector('[role=combobox]:focus')
	await page.keyboard.type('issue')
	await pressed(page, 'Enter')
	await until('the type has changed', async () => /Issue/.test(await text(page, '.th .tag')))
	await pressed(page, 'd')
	await until('the sum is there', async () => /What would stop it/.test(await text(page, '.float')))
	await pressed(page, 'Escape')
	assert.equal(program.outgoing().length, 1)
	nothingWrong(page)
})

test('two threads of one client become one, and two again', async () => {
	await program.deliver({ from: 'hannah@marlowfinch.example', name: 'Hannah Reyes', subject: 'Lighting SKUs', text: 'Which SKUs are in batch 3?' })
	await until('it is there', async () => (await rows()).includes('Lighting SKUs'))
	await open('Lighting SKUs')
	await pressed(page, 'm')
	await page.waitForSelector('[role=combobox]:focus')
	await until('the other is suggested', async () => /Where is batch 3/.test(await text(page, '.float [role=option]')))
	await pressed(page, 'Enter')
	await until('its words are in the other', async () => /Where is batch 3/.test(await text(page, '.conv .subject')) && /Which SKUs/.test(await text(page, '.msg')))
	await until('one row is left', async () => (await rows()).length === 1)
	await page.locator('.toast button').click()
	await until('both are back', async () => (await rows()).includes('Lighting SKUs'))
	nothingWrong(page)
})

test('search finds words, marks them and opens the thread', async () => {
	await page.locator('.conv-s').focus()
	await pressed(page, '/')
	await page.waitForSelector('input[type=search]:focus')
	await page.keyboard.type('merch')
	await until('it is found', async () => (await texts(page, '.hit mark')).some((m) => m.toLowerCase().startsWith('merch')))
	await pressed(page, 'ArrowDown')
	await until('it is open', async () => /Merch wants/.test(await text(page, '.msg')))
	nothingWrong(page)
})

test('mail as designed is shown in a frame, without its tracker', async () => {
	await away()
	await page.goto(program.url)
	await program.deliver({ from: 'jo@fennel.example', name: 'Jo Abara', subject: 'Price for soft shadows?', text: '', html: '<h1>Shadows</h1><p onclick="x()">What would it cost?</p><script>document.title="owned"</script><img src="https://tracker.example/x.png">' })
	await until('it is there', async () => (await rows()).includes('Price for soft shadows?'))
	await page.locator('.th', { hasText: 'Price for soft shadows?' }).click()
	await page.waitForSelector('.msg')
	if ((await page.locator('iframe').count()) === 0) {
		await page.locator('.msg').hover()
		await page.getByLabel('More about this message').click()
		await page.getByText('Show as designed').click()
	}
	await page.waitForSelector('iframe')
	await until('it is measured', async () => (await page.locator('iframe').evaluate((e) => e.clientHeight)) > 60)
	const inside = await page.locator('iframe').evaluate((e) => e.contentDocument.documentElement.outerHTML)
	assert.match(inside, /What would it cost/)
	assert.doesNotMatch(inside, /<script|onclick|\ssrc="?https?:/)
	assert.match(await text(page, '.blocked'), /1 image not fetched/)
	assert.doesNotMatch(await page.title(), /owned/)
	nothingWrong(page)
})

test('a restart is a pause: the stream comes back, and nothing is missed', async () => {
	await away()
	await page.goto(program.url)
	await page.waitForSelector('.th')
	await program.halt()
	await until('it says so', async () => /Offline since/.test(await text(page, '.nav-foot')))
	await program.start()
	await program.deliver({ from: 'ben@kestrel.example', name: 'Ben Achterberg', subject: 'Retainer question', text: 'Do unused retainer edits roll over?' })
	await until('it is live again and has it', async () => (await rows()).includes('Retainer question'), 60_000)
	nothingWrong(page)
})

test('out and in again, by password', async () => {
	await pressed(page, 'Control+k')
	await page.waitForSelector('.pal input:focus')
	await page.keyboard.type('sign out')
	await pressed(page, 'Enter')
	await page.waitForSelector('form.card')
	await page.getByLabel('Address').fill(me.address)
	await page.getByLabel('Password').fill('not this one at all')
	await pressed(page, 'Enter')
	await until('it says why', async () => (await text(page, '.card .late-t')).length > 10)
	await page.getByLabel('Password').fill(me.password)
	await pressed(page, 'Enter')
	await page.waitForSelector('.th')
	nothingWrong(page)
})

const pages = [
	['/', '.th'], ['/search?q=batch', '.hit'], ['/clients', '.row'], ['/settings/agency', 'form'], ['/settings/addresses', '.row'], ['/settings/calendar', '.week'],
	['/settings/types', '.tbl'], ['/settings/members', '.row'], ['/settings/health', 'dl'], ['/quarantine', '.empty'],
]

for (const [name, size] of Object.entries({ 'light, wide': {}, 'dark, 320 px': { width: 320, height: 640, dark: true } })) {
	test(`every page is sound: ${name}`, async () => {
		const other = await browser.person(size)
		await other.goto(program.url)
		await other.getByLabel('Address').fill(me.address)
		await other.getByLabel('Password').fill(me.password)
		await pressed(other, 'Enter')
		await other.waitForSelector('.th')
		const threads = await other.locator('.th').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
		for (const [path, there] of [...pages, ...threads.map((href) => [href, '.msg'])]) {
			await other.goto(program.url + path)
			await other.waitForSelector(there)
			assert.deepEqual(await violations(other), [], path)
			assert.ok(await other.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than the screen`)
		}
		nothingWrong(other)
		await other.context().close()
	})
}
