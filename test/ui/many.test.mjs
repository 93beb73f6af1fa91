// Five thousand threads on the real program: marked as one, given away as one
// job, taken back as one; and views that count them.
import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { Browser, pressed, text, until, violations } from './support/browser.mjs'
import { Desk, ines } from './support/desk.mjs'

const MANY = 5000
const LINES = 4
let browser
let desk
let page
before(async () => {
	browser = await Browser.start()
	desk = await new Desk().start()
})
after(async () => {
	await browser?.stop()
	await desk?.stop()
})

/* Many mails over one line, each from somebody of one of fifty companies. */
function flood(port, from, to) {
	return new Promise((done, fail) => {
		const line = net.connect(port, '127.0.0.1')
		let n = from
		let steps = ['LHLO mail.sender.example']
		let buffer = ''
		const mail = (i) => {
			const who = `person${i}@company${i % 50}.example`
			return [`MAIL FROM:<${who}>`, 'RCPT TO:<desk@northlight.example>', 'DATA',
				`From: Person ${i} <${who}>\r\nTo: desk@northlight.example\r\nSubject: Thread number ${i}\r\nMessage-ID: <m${i}@company.example>\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n\r\nWhere are we with order ${i}?\r\n.`]
		}
		line.setEncoding('utf8')
		line.on('error', fail)
		line.on('data', (data) => {
			buffer += data
			for (let end; (end = buffer.indexOf('\r\n')) >= 0;) {
				const answer = buffer.slice(0, end)
				buffer = buffer.slice(end + 2)
				if (/^\d{3}-/.test(answer)) continue
				if (!/^[23]/.test(answer)) return fail(new Error(answer))
				if (steps.length === 0) {
					if (n >= to) return line.end(() => done())
					steps = mail(n++)
				}
				line.write(`${steps.shift()}\r\n`)
			}
		})
	})
}

const open = async () => (await desk.ask('/api/counts')).open
const unassigned = async () => (await desk.ask('/api/counts')).unassigned

test('five thousand threads come in', { timeout: 600_000 }, async () => {
	const share = MANY / LINES
	await Promise.all(Array.from({ length: LINES }, (_, i) => flood(desk.program.lmtp, i * share, (i + 1) * share)))
	await until('all are threads', async () => (await open()) === MANY, 300_000)
	page = await desk.arrive(browser, ines)
	await until('the list is there', async () => (await page.locator('.th').count()) > 5, 60_000)
})

test('all that match are marked, given away as one job, and taken back as one', { timeout: 600_000 }, async () => {
	await page.goto(`${desk.url}/inbox?view=unassigned`)
	await until('the list is there', async () => (await page.locator('.th').count()) > 5, 60_000)
	await page.locator('.conv-s').focus()
	await pressed(page, 'Control+a')
	await until('all are counted', async () => /All 5,000 matching/.test(await text(page, '.bulk')), 60_000)
	await page.getByRole('button', { name: 'All 5,000 matching' }).click()
	await page.getByRole('button', { name: 'Assign', exact: true }).last().click()
	await page.waitForSelector('[role=combobox]:focus')
	assert.match(await text(page, '.float'), /Assign 5,000 threads/)
	await page.keyboard.type('tomasz')
	await pressed(page, 'Enter')
	await until('it says how far it is, or is done', async () => /of 5,000/.test(await text(page, '.bulk')) || /Given to Tomasz/.test(await text(page, '.toast')), 60_000)
	await until('it is done', async () => /Given to Tomasz: 5,000 threads/.test(await text(page, '.toast')), 300_000)
	assert.equal(await unassigned(), 0)
	assert.deepEqual(await violations(page), [])
	await page.locator('.toast button').click()
	await until('it is taken back', async () => /Taken back: 5,000 threads/.test(await text(page, '.toast')), 300_000)
	assert.equal(await unassigned(), MANY)
	assert.deepEqual(page.errors, [])
})

test('a search becomes a view, and is counted', { timeout: 120_000 }, async () => {
	await page.goto(`${desk.url}/search?q=${encodeURIComponent('client:company7 is:open')}`)
	await until('it found some', async () => (await page.locator('.hit').count()) > 5, 60_000)
	await page.getByRole('button', { name: 'Keep as a view' }).click()
	await page.getByLabel('Name').fill('Company 7')
	await page.getByRole('button', { name: 'Keep', exact: true }).click()
	await until('it is open', async () => /Company 7/.test(await text(page, '.list h1')) && (await page.locator('.th').count()) > 5, 60_000)
	await until('it is counted', async () => /Company 7\s*100/.test(await text(page, '.nav .one a')), 60_000)
	await page.goto(`${desk.url}/search`)
	await page.locator('input[type=search]').fill('is:lat ')
	await until('what is not understood says so', async () => (await page.locator('#search-wrong').count()) === 1)
	assert.match(await text(page, '.under u'), /is:lat/)
	await page.locator('#search-wrong button').click()
	await until('and what comes near is one click', async () => (await page.locator('input[type=search]').inputValue()).includes('is:late'))
	assert.deepEqual(page.errors, [])
})
