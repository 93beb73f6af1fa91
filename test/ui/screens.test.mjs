// The screens on a scripted source: what a person does, and what is rare or
// cannot be caused on a real server at will.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, pressed, text, texts, until, violations } from './support/browser.mjs'
import { Source } from './support/source.mjs'

let browser
before(async () => { browser = await Browser.start() })
after(() => browser?.stop())

/* A fresh agency and a fresh person for each test. */
function on(name, options, run) {
	test(name, async () => {
		const source = await new Source(options).start()
		const page = await browser.person(options)
		try {
			if (options.signed === false) source.signed = false
			await page.goto(source.url + (options.path ?? '/'))
			await page.waitForSelector(options.signed === false ? 'form, .nav' : '.nav')
			if (options.signed !== false && !options.path) await page.waitForSelector('.th')
			await run(page, source)
			assert.deepEqual(page.errors, [])
		} finally {
			await page.context().close()
			source.stop()
		}
	})
}

const rows = (page) => texts(page, '.th .b')
const open = async (page, name) => {
	await page.locator('.th', { hasText: name }).click()
	await page.waitForSelector('.msg, .auto')
}
const write = async (page, key, words) => {
	await page.locator('.conv-s').focus()
	await pressed(page, key)
	await page.waitForSelector('.comp textarea:focus')
	await page.keyboard.type(words)
}

on('the day is in order: what needs one now stands on top', {}, async (page) => {
	assert.deepEqual((await texts(page, '.grp span:first-child')).slice(0, 2), ['Needs you now', 'Next 30 minutes'])
	assert.deepEqual((await rows(page)).slice(0, 2), ['Marlow & Finch', 'Halden Footwear'])
	await until('the first thread is open', async () => /Marlow & Finch/.test(await text(page, '.th[aria-selected="true"]')) && (await page.locator('.msg').count()) > 0)
	assert.match(await text(page, '.th .sla.late'), /late/)
	assert.equal(await text(page, '.nav a[aria-current] .n'), '10')
})

on('mail appears without a reload, and never under the pointer', {}, async (page, source) => {
	await until('the stream is open', () => source.streams.size === 1)
	source.arrive('Pelham Press', 'Can you take 40 book covers?')
	await until('it is there', async () => (await rows(page)).includes('Pelham Press'))
	await page.mouse.move(420, 420)
	const held = await rows(page)
	source.arrive('Corvid Films', 'Colour for a short film', 1)
	await until('it is counted', async () => (await text(page, '.fresh')) === '1 new')
	assert.deepEqual(await rows(page), held)
	await page.mouse.move(900, 420)
	await until('the pointer has left', async () => (await rows(page)).includes('Corvid Films'))
})

on('a reply shows at once, and undo gives back the words', {}, async (page, source) => {
	await open(page, 'Halden')
	await write(page, 'r', 'They are in QC, you have them on Thursday.')
	await pressed(page, 'Control+Enter')
	await until('it is painted', async () => /in QC/.test(await text(page, '.msg')))
	assert.match(await text(page, '.toast'), /Goes to Marcus in \d+ s/)
	await until('it has left us', () => source.commands.some((c) => c.where.endsWith('/reply')))
	await until('it is answered', async () => (await page.locator('.msg .line button').count()) === 1)
	await page.locator('.toast button').click()
	await until('the words are back', async () => /in QC/.test(await page.locator('.comp textarea').inputValue()))
	await until('it is marked', async () => (await page.locator('.undone').count()) === 1)
	const sent = source.commands.find((c) => c.where.endsWith('/reply'))
	assert.equal(sent.then, null)
	assert.ok(sent.seen > 0)
})

on('a draft survives a reload', {}, async (page) => {
	await open(page, 'Halden')
	await write(page, 'r', 'Half a sent')
	await page.reload()
	await until('the draft is there', async () => (await page.locator('.comp textarea').inputValue()) === 'Half a sent')
})

on('who was faster is shown, and nothing is lost or sent twice', {}, async (page, source) => {
	source.conflict = 'Soft shadows are €0.45 an image.'
	await open(page, 'Fennel')
	await write(page, 'r', 'Adding shadows costs €0.45 each.')
	await pressed(page, 'Control+Enter')
	await until('it says so', async () => /Tomasz Wilk replied meanwhile/.test(await text(page, '.conf')))
	assert.match(await text(page, '.conf .theirs'), /Soft shadows/)
	assert.equal(await page.locator('.comp textarea').inputValue(), 'Adding shadows costs €0.45 each.')
	await page.locator('.conf button', { hasText: 'Keep as note' }).click()
	await until('it is a note', async () => /Adding shadows/.test(await text(page, '.msg.note')))
	assert.equal(source.commands.filter((c) => c.where.endsWith('/reply')).length, 1)
})

on('keys alone: read, note, assign, type, why, done, undo', {}, async (page, source) => {
	await pressed(page, 'j')
	await until('the first is open', () => /\/t\/\d+$/.test(page.url()))
	await page.waitForSelector('.msg')
	await pressed(page, 'n')
	await page.waitForSelector('.comp.note textarea:focus')
	await page.keyboard.type('Factory called')
	await pressed(page, 'Control+Enter')
	await until('the note is there', async () => /Factory called/.test(await text(page, '.msg.note')))
	await pressed(page, 'Escape')
	await pressed(page, 'a')
	await page.waitForSelector('[role=combobox]:focus')
	await pressed(page, 'a')
	await until('it is mine', async () => /Ines/.test(await text(page, '.conv .bar')))
	await pressed(page, 't')
	await page.waitForSelector('[role=combobox]:focus')
	assert.match(await text(page, '.float'), /Why Status.*Asks where things stand/)
	await page.keyboard.type('pricng')
	await pressed(page, 'Enter')
	await until('the type has changed', async () => /Pricing/.test(await text(page, '.th.sel .tag')))
	await pressed(page, 'd')
	await until('the sum is there', async () => /What would stop it/.test(await text(page, '.float')))
	await pressed(page, 'Escape')
	const name = await text(page, '.th.sel .b')
	await pressed(page, 'e')
	await page.waitForSelector('[role=combobox]:focus')
	await pressed(page, 'Enter')
	await until('it has left the list', async () => !(await rows(page)).includes(name))
	assert.equal(source.commands.at(-1).reason, 'no answer needed')
	await until('the next is open', async () => (await page.locator('.th.sel').count()) === 1)
	await pressed(page, 'z')
	await until('it is back', async () => (await rows(page)).includes(name))
})

on('single keys are off while typing, and can be turned off', {}, async (page) => {
	await open(page, 'Halden')
	await write(page, 'r', 'eee jjj')
	assert.equal(await page.locator('.comp textarea').inputValue(), 'eee jjj')
	await page.locator('.conv-s').focus()
	await pressed(page, 'Control+k')
	await page.waitForSelector('.pal input:focus')
	await page.keyboard.type('single keys off')
	await until('it is offered', async () => /single keys/i.test(await text(page, '#pal-list [aria-selected=true]')))
	await pressed(page, 'Enter')
	await page.waitForSelector('.pal', { state: 'detached' })
	const url = page.url()
	await pressed(page, 'j')
	assert.equal(page.url(), url)
	await pressed(page, 'Control+k')
	await page.waitForSelector('.pal')
})

on('the palette does, goes and finds', {}, async (page) => {
	await pressed(page, 'Control+k')
	await page.waitForSelector('.pal input:focus')
	await page.keyboard.type('kestrl')
	await until('the client is offered', async () => /Kestrel Cycles/.test(await text(page, '#pal-list')))
	await page.locator('#pal-list li', { hasText: 'in messages' }).click()
	await until('it searched', () => page.url().includes('/search?q=kestrl'))
})

on('search marks what it found and opens it', { path: '/search' }, async (page) => {
	await page.waitForSelector('input[type=search]')
	await page.locator('input[type=search]').fill('jackets')
	await until('one is found', async () => (await texts(page, '.hit mark')).includes('jackets'))
	await pressed(page, 'ArrowDown')
	await until('it is open', async () => /jackets/.test(await text(page, '.conv h2')))
	assert.match(page.url(), /\/t\/\d+\?q=jackets/)
})

on('merging takes one along and can be undone', {}, async (page, source) => {
	await open(page, 'Halden')
	await page.locator('.conv-s').focus()
	await pressed(page, 'm')
	await page.waitForSelector('[role=combobox]:focus')
	await page.keyboard.type('kestrel')
	await until('it is offered', async () => /retainer/.test(await text(page, '.float [role=option]')))
	await pressed(page, 'Enter')
	await until('the other is open', async () => /retainer/.test(await text(page, '.conv h2')))
	await until('both stories are there', async () => /SS27/.test(await text(page, '.msg')))
	assert.ok(!(await rows(page)).includes('Halden Footwear'))
	assert.ok(source.commands.some((c) => c.where.endsWith('/merge')))
})

on('a call that is owed is on top, with its evidence, and logging it counts', {}, async (page, source) => {
	await open(page, 'Marlow')
	assert.match(await text(page, '.cb'), /Call Hannah back by.*“I can’t keep chasing this.”/)
	assert.equal(await page.locator('.msg mark.q2').textContent(), 'I can’t keep chasing this.')
	await page.locator('.conv-s').focus()
	await pressed(page, 'c')
	await page.waitForSelector('.comp textarea:focus')
	await page.keyboard.type('All 1,200 by Thursday')
	await pressed(page, 'Control+Enter')
	await until('it is logged', () => source.commands.some((c) => c.where.endsWith('/calls') && c.spoke && c.direction === 'out'))
	await until('nothing is owed', async () => (await page.locator('.cb').count()) === 0)
})

on('a flag is raised and answered with a reason', {}, async (page, source) => {
	await open(page, 'Kestrel')
	await page.locator('.conv-s').focus()
	await pressed(page, 'f')
	await page.waitForSelector('#flag-why:focus')
	await page.keyboard.type('Sounded ready to leave')
	await pressed(page, 'Enter')
	await until('it is shown', async () => /ready to leave/.test(await text(page, '.fb')))
	await page.locator('.fb li').hover()
	await page.getByLabel('Not a risk because…').click()
	await page.keyboard.type('She laughed')
	await pressed(page, 'Enter')
	await until('it is gone', async () => (await page.locator('.fb').count()) === 0)
	assert.equal(source.commands.at(-1).reason, 'She laughed')
})

on('without a line: work goes on, and everything goes out once, in order', {}, async (page, source) => {
	await open(page, 'Kestrel')
	source.setCut(true)
	await write(page, 'n', 'Written offline')
	await pressed(page, 'Control+Enter')
	await until('it is painted', async () => /Written offline/.test(await text(page, '.msg.note')))
	await until('the strip says so', async () => /Offline since .* 1 change will go out/.test(await text(page, '.strip')))
	await page.locator('.conv-s').focus()
	await pressed(page, 'w')
	await until('both wait', async () => /2 changes/.test(await text(page, '.strip')))
	source.setCut(false)
	await page.locator('.strip button', { hasText: 'Try now' }).click()
	await until('both are out', () => source.commands.length === 2)
	assert.deepEqual(source.commands.map((c) => c.where.replace(/\d+/, 'n')), ['/tickets/n/notes', '/tickets/n/state'])
	await until('the strip is gone', async () => (await page.locator('.strip').count()) === 0, 40_000)
	assert.equal((await texts(page, '.msg.note')).filter((s) => s.includes('Written offline')).length, 1)
})

on('a refused change goes back, and says why where it was', {}, async (page, source) => {
	await open(page, 'Kestrel')
	source.onTicket = () => [409, { status: 409, detail: 'Tomasz took it a moment ago.' }]
	await page.locator('.conv-s').focus()
	await pressed(page, 'w')
	await until('it says why', async () => /Tomasz took it a moment ago/.test(await text(page, '.no')))
	assert.match(await text(page, '.conv .bar'), /Priya/)
	assert.ok((await texts(page, '.group .grp')).some((s) => s.startsWith('Later today') || s.startsWith('Tomorrow')))
})

on('what happens while a thread is being read is read as well', {}, async (page, source) => {
	await until('the stream is open', () => source.streams.size === 1)
	source.whileReading = {
		subject: 'Do unused',
		then(t) {
			source.scene.message(t, 'in', Date.now(), 'One more thing')
			source.moved(t, ['message_received'])
		},
	}
	/* far down: not one that was read ahead */
	await open(page, 'Kestrel')
	await until('it is there', async () => /One more thing/.test(await text(page, '.msg')))
})

on('a gap in the stream makes the page read again', {}, async (page, source) => {
	await until('the stream is open', () => source.streams.size === 1)
	const t = [...source.scene.tickets.values()].find((x) => x.subject.startsWith('Do unused'))
	t.subject = 'Changed while we looked away'
	source.emit('gap', {})
	await until('it is read again', async () => (await texts(page, '.th-s')).includes('Changed while we looked away'))
})

on('two tabs share one line', {}, async (page, source) => {
	await until('the stream is open', () => source.streams.size === 1)
	const second = await page.context().newPage()
	await second.goto(source.url)
	await second.waitForSelector('.th')
	source.arrive('Pelham Press', 'Forty covers')
	for (const tab of [page, second]) await until('both have it', async () => (await rows(tab)).includes('Pelham Press'))
	assert.equal(source.streams.size, 1)
	await page.close()
	await until('the other takes over', () => source.streams.size === 1 && [...source.streams].every((s) => !s.destroyed))
	source.arrive('Corvid Films', 'A short film')
	await until('it still hears', async () => (await rows(second)).includes('Corvid Films'))
})

on('thousands of rows: few exist, all can be reached', { many: 3000 }, async (page) => {
	assert.ok((await page.locator('.th').count()) < 60)
	const box = page.locator('.list .scroll')
	await until('the last page is there', async () => {
		await box.evaluate((e) => { e.scrollTop = e.scrollHeight })
		return Number(await page.locator('.th').first().getAttribute('aria-setsize')) === 3010
	}, 30_000)
	assert.ok((await page.locator('.th').count()) < 60)
})

on('mail as designed: in a frame that runs nothing, images only when asked', {}, async (page) => {
	await page.locator('.th', { hasText: 'Bramble' }).click()
	await page.waitForSelector('iframe')
	const frame = page.locator('iframe')
	assert.equal(await frame.getAttribute('sandbox'), 'allow-same-origin allow-popups allow-popups-to-escape-sandbox')
	assert.match(await text(page, '.blocked'), /2 images not fetched/)
	await until('it is as tall as the mail', async () => (await frame.evaluate((e) => e.clientHeight)) > 60)
	await page.getByText('Show images').click()
	assert.match(await frame.getAttribute('src'), /images=1$/)
})

on('a failed send is loud and keeps the words', {}, async (page, source) => {
	await open(page, 'Quill')
	assert.match(await text(page, '.fail'), /Not sent to Noor Haddad.*over 25 MB/)
	await page.locator('.fail button', { hasText: 'Edit' }).click()
	await until('the words are in the composer', async () => (await page.locator('.comp textarea').inputValue()) === 'Hello Noor, the proof is here.')
	await page.locator('.fail button', { hasText: 'Try again' }).click()
	await until('it goes again', () => source.commands.some((c) => c.where.endsWith('/retry')))
})

on('files are attached by the button, and a forgotten one is asked about', {}, async (page, source) => {
	await open(page, 'Fennel')
	await write(page, 'r', 'The price list is attached.')
	await pressed(page, 'Control+Enter')
	assert.match(await text(page, '.ask'), /You mention a file/)
	await page.setInputFiles('input[type=file]', { name: 'prices.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') })
	await until('it is there', async () => /prices\.pdf/.test(await text(page, '.comp .files')))
	await page.locator('.comp textarea').focus()
	await pressed(page, 'Control+Enter')
	await until('it goes with it', () => source.commands.find((c) => c.where.endsWith('/reply'))?.attachments.length === 1)
})

on('F6 walks through the panes', {}, async (page) => {
	await open(page, 'Kestrel')
	await page.waitForSelector('.rail .sec')
	await page.locator('.conv-s').focus()
	const where = () => page.evaluate(() => document.activeElement.closest('[data-pane]')?.dataset.pane)
	const seen = []
	for (let i = 0; i < 4; i++) {
		await pressed(page, 'F6')
		seen.push(await where())
	}
	assert.deepEqual(seen, ['client', 'nav', 'list', 'conversation'])
})

on('signing in: refused with a sentence, then let in; out again', { signed: false }, async (page, source) => {
	await page.getByLabel('Address').fill('ines@northlight.example')
	await page.getByLabel('Password').fill('wrong')
	await pressed(page, 'Enter')
	await until('it says so', async () => /do not belong together/.test(await text(page, '[role=alert]')))
	assert.deepEqual(await violations(page), [])
	await page.getByLabel('Password').fill('correct horse battery')
	await pressed(page, 'Enter')
	await page.waitForSelector('.th')
	await pressed(page, 'Control+k')
	await page.waitForSelector('.pal input:focus')
	await page.keyboard.type('sign out')
	await until('it is offered', async () => /sign out/i.test(await text(page, '#pal-list [aria-selected=true]')))
	await pressed(page, 'Enter')
	await page.waitForSelector('form')
	assert.equal(source.signed, false)
})

on('a sign-in link signs in and leaves the address bar', { signed: false, path: '/sign-in#good' }, async (page) => {
	await page.waitForSelector('.th')
	assert.ok(!page.url().includes('good'))
})

on('settings: hours with a break, and a playbook that points at its mistake', { path: '/settings/calendar' }, async (page, source) => {
	await page.waitForSelector('.week')
	await page.getByLabel('Add hours on Wednesday').click()
	await page.getByRole('button', { name: 'Save' }).click()
	await until('it is saved', () => source.calendar.week.wed?.[0][0] === '09:00')
	assert.deepEqual(source.calendar.week.mon, [['09:00', '13:00'], ['14:00', '18:00']])
	await page.goto(`${source.url}/settings/types`)
	const editor = page.getByLabel('Playbook, YAML')
	await until('it is there', async () => /30m business/.test(await editor.inputValue()))
	await editor.fill('version: 1\n\ttypes:\n')
	await page.getByRole('button', { name: 'Put in force' }).click()
	await until('the line is named', async () => /Line 2, column 1: A tab cannot indent/.test(await text(page, '[role=alert]')))
})

on('set aside mail is shown, and filed as a plain thread', { path: '/quarantine' }, async (page) => {
	await until('it is there', async () => /nests deeper than 64/.test(await text(page, 'article')))
	await page.getByRole('button', { name: 'File as a plain thread' }).click()
	await until('it is gone', async () => /Nothing is set aside/.test(await text(page, '.panel')))
})

/* Each with what is there when it has been read. */
const pages = [
	['/', '.th'], ['/t/TICKET', '.msg'], ['/search?q=jackets', '.hit'], ['/clients/CLIENT', '.cols'], ['/settings/agency', 'form'], ['/settings/addresses', '.row'],
	['/settings/calendar', '.week'], ['/settings/types', '.tbl'], ['/settings/members', '.row'], ['/settings/health', 'dl'], ['/quarantine', 'article'],
]

for (const [name, options] of Object.entries({
	'wide, light': {}, 'wide, dark': { dark: true }, 'middle': { width: 1100 }, 'small': { width: 900 }, 'narrow': { width: 600, dark: true }, '320 px, touch': { width: 320, height: 640, touch: true },
})) {
	test(`axe finds nothing, and nothing is cut off: ${name}`, async () => {
		const source = await new Source().start()
		const page = await browser.person(options)
		const all = [...source.scene.tickets.keys()]
		try {
			for (const [path, there] of pages) {
				await page.goto(source.url + path.replace('TICKET', all[0]).replace('CLIENT', [...source.scene.clients.keys()][0]))
				await page.waitForSelector(there)
				await page.evaluate(() => document.fonts.ready)
				assert.deepEqual(await violations(page), [], path)
				const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
				assert.ok(wider <= 0, `${path} is ${wider} px wider than the screen`)
			}
			for (const keys of ['Control+k', '?']) {
				await page.goto(`${source.url}/t/${all[0]}`)
				await page.waitForSelector('.msg')
				await pressed(page, keys)
				await page.waitForSelector('dialog[open]')
				assert.deepEqual(await violations(page), [], keys)
			}
			assert.deepEqual(page.errors, [])
		} finally {
			await page.context().close()
			source.stop()
		}
	})
}
