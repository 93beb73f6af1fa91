// Moving in: an mbox of months becomes history, and what is open at the
// takeover becomes tickets. The mailbox is made here, with what it must come to.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { deliver, desk as deskAddress, Desk, until } from './lib.mjs'
import { conforms } from './schema.mjs'

const program = path.resolve(process.env.HOLDFAST_BIN ?? process.env.HOLDFAST_PROGRAM ?? 'build/san/holdfast')
const slow = process.env.HOLDFAST_PROFILE === 'san'
const day = 86_400_000
const pieceBytes = 1 << 20

// A mailbox: threads of clients with what happened in them.
class Mailbox {
	constructor(start = Date.now() - 120 * day) {
		this.start = start
		this.mails = []
	}

	add({ id, from, to, at, subject, text, answers = [], labels = null, received = true, cc = null }) {
		const when = new Date(at).toUTCString().replace('GMT', '+0000')
		const lines = [`From ${/<?([^<>\s]+@[^<>\s]+)>?$/.exec(from)[1]} ${asctime(at)}`]
		if (labels) lines.push(`X-Gmail-Labels: ${labels}`)
		if (received) lines.push(`Received: from mx.client.example by mail.studio.example; ${when}`)
		lines.push(`From: ${from}`, `To: ${to}`, ...(cc ? [`Cc: ${cc}`] : []), `Subject: ${subject}`, `Message-ID: <${id}>`, `Date: ${when}`)
		if (answers.length > 0) lines.push(`In-Reply-To: <${answers.at(-1)}>`, `References: ${answers.map((a) => `<${a}>`).join(' ')}`)
		lines.push('', text.replace(/^(>*From )/gm, '>$1'), '')
		this.mails.push(lines.join('\n') + '\n')
		return id
	}

	// Question, answer after `took`, and maybe one more question.
	thread(n, { took = null, again = false, thanks = false, labels = null, subject = `Where is batch ${n}?`,
		text = `Hello, what is the status of batch ${n}? When will it be ready?` } = {}) {
		const client = `Person ${n} <person${n}@client${n % 40}.example>`
		const at = this.start + n * 3_600_000
		const first = this.add({ id: `q${n}@client.example`, from: client, to: deskAddress, at, subject, text, labels })
		let last = [first]
		if (took !== null) {
			const answer = this.add({ id: `a${n}@studio.example`, from: `Studio <${deskAddress}>`, to: client, at: at + took,
				subject: `Re: ${subject}`, text: `It is on its way. From us, ${n}.`, answers: last, received: false })
			last = [...last, answer]
		}
		if (again || thanks)
			this.add({ id: `r${n}@client.example`, from: client, to: deskAddress, at: at + (took ?? 0) + 7_200_000, subject: `Re: ${subject}`,
				text: thanks ? 'Thank you!' : `And when can we have batch ${n}? Is there a new date?`, answers: last })
	}

	bytes({ crlf = false } = {}) {
		const text = this.mails.join('')
		return Buffer.from(crlf ? text.replaceAll('\n', '\r\n') : text)
	}
}

function asctime(at) {
	const [, wday, d, mon, y, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString())
	return `${wday} ${mon} ${d.padStart(2)} ${time} ${y}`
}

async function send(visitor, bytes, more = {}) {
	const made = await visitor.post('/api/imports', { source: 'mbox', name: 'Inbox.mbox', size: bytes.length, ...more })
	assert.equal(made.status, 200, made.text)
	const { id } = made.body.import
	for (let at = 0; at < bytes.length; at += pieceBytes) {
		const piece = await visitor.ask('POST', `/api/imports/${id}/pieces?at=${at}`,
			{ raw: bytes.subarray(at, at + pieceBytes), headers: { 'Content-Type': 'application/octet-stream' } })
		assert.equal(piece.status, 200, piece.text)
		assert.equal(piece.body.received, Math.min(at + pieceBytes, bytes.length))
	}
	return id
}

const look = async (visitor, id) => (await visitor.get('/api/imports')).body.imports.find((i) => i.id === id)

// However long it takes on a loaded machine, as long as it goes on.
async function ended(visitor, id) {
	for (let read = -1, since = Date.now(); ;) {
		const row = await look(visitor, id)
		if (row.state === 'done' || row.state === 'failed') return row
		if (row.read !== read) since = Date.now()
		read = row.read
		assert.ok(Date.now() - since < 60_000, `it stands still at ${read}: ${JSON.stringify(row)}`)
		await new Promise((resolve) => setTimeout(resolve, 50))
	}
}

async function move(visitor, bytes, { start = {}, ...more } = {}) {
	const id = await send(visitor, bytes, more)
	const started = await visitor.post(`/api/imports/${id}/start`, start)
	assert.equal(started.status, 200, started.text)
	return ended(visitor, id)
}

// What `holdfast check` proves, with the desk stopped.
function proved(owner) {
	return execFileSync(program, ['check', '--data', path.join(owner.folder, 'data')]).toString()
}

function left(owner) {
	return fs.readdirSync(path.join(owner.folder, 'data')).filter((name) => name.startsWith('import-'))
}

test('a mailbox is moved in, taken over, and its late ones are told', async () => {
	const owner = await Desk.start()
	const { partner } = owner
	const agent = await owner.agent()
	const jonas = (await agent.get('/api/session')).body.member.id
	const box = new Mailbox()
	const hour = 3_600_000
	for (let n = 0; n < 10; n++) box.thread(n, { took: hour / 4 })      // in time
	for (let n = 10; n < 20; n++) box.thread(n, { took: 5 * hour })     // late
	for (let n = 20; n < 25; n++) box.thread(n)                         // never
	for (let n = 25; n < 28; n++) box.thread(n, { took: hour / 4, thanks: true })
	for (let n = 28; n < 30; n++) box.thread(n, { took: hour / 4, again: true })
	box.thread(30, { labels: 'Inbox,Complaints,"Jonas"' })
	box.thread(31, { text: 'A quote from a letter:\n\nFrom here on the files are wrong.\nFrom 10:30 on nothing works.\n\nWhat is the status?' })
	const bytes = box.bytes()
	const stream = await partner.stream().open()

	const id = await send(partner, bytes)
	const wrong = await partner.ask('POST', `/api/imports/${id}/pieces?at=7`, { raw: 'x', headers: { 'Content-Type': 'application/octet-stream' } })
	assert.equal(wrong.status, 409)
	assert.equal(wrong.body.received, bytes.length)
	assert.equal((await agent.post('/api/imports', { source: 'mbox', name: 'x', size: 1 })).status, 403)
	const labels = (await partner.get(`/api/imports/${id}/labels`)).body.labels
	assert.deepEqual(labels, [{ label: 'Complaints', count: 1 }, { label: 'Inbox', count: 1 }, { label: 'Jonas', count: 1 }])

	const takeover = Date.now()
	const started = await partner.post(`/api/imports/${id}/start`, { takeover_at: takeover,
		labels: [{ label: 'complaints', type: 'issue', member: null }, { label: 'Jonas', type: null, member: jonas }] })
	assert.equal(started.status, 200, started.text)
	const done = await ended(partner, id)
	assert.equal(done.state, 'done', JSON.stringify(done))
	assert.deepEqual([done.read, done.total, done.messages, done.threads, done.duplicates, done.skipped, done.errors.length],
		[box.mails.length, box.mails.length, box.mails.length, 32, 0, 0, 0])
	await stream.find('the stream to tell of it', (e) => e.event === 'import' && e.data.import.id === id && e.data.import.state === 'done')
	await stream.close()
	assert.deepEqual(left(owner), [], 'the file is gone')

	// Open: those never answered, those asked again, the label, the letter.
	const { tickets } = (await partner.get('/api/tickets?view=all&limit=200')).body
	const open = tickets.filter((t) => t.state !== 'closed')
	assert.equal(tickets.length, 32)
	assert.equal(open.length, 5 + 2 + 1 + 1)
	for (const ticket of open) {
		assert.ok(ticket.clock, `ticket ${ticket.subject} has a clock`)
		assert.ok(ticket.clock.started_at >= takeover, 'it starts at the takeover')
		assert.ok(ticket.clock.due_at > Date.now() - 60_000, 'nothing is overdue on the first day')
		assert.deepEqual(ticket.flags, [])
	}
	const complaint = tickets.find((t) => t.subject === 'Where is batch 30?')
	assert.equal(complaint.type, 'issue')
	assert.equal(complaint.assignee, jonas)
	const notices = await agent.get('/api/notices')
	if (notices.status === 200) assert.deepEqual(notices.body.notices, [], 'nobody is told')

	// Directions, times, words.
	const answered = (await partner.get(`/api/tickets/${tickets.find((t) => t.subject === 'Where is batch 3?').id}`)).body
	assert.deepEqual(answered.messages.map((m) => m.kind), ['in', 'out'])
	assert.equal(answered.messages[1].at - answered.messages[0].at, hour / 4)
	const letter = (await partner.get(`/api/tickets/${tickets.find((t) => t.subject === 'Where is batch 31?').id}`)).body
	assert.match(letter.messages[0].text, /^From here on/m)
	assert.match(letter.messages[0].text, /^From 10:30 on/m)

	const { paths, components } = (await partner.get('/api/openapi.json')).body
	const schema = (p, m) => resolve(paths[p][m].responses['200'].content['application/json'].schema, components)
	conforms(schema('/api/imports', 'get'), (await partner.get('/api/imports')).body)
	const late = (await agent.get(`/api/imports/${id}/late`)).body
	conforms(schema('/api/imports/{id}/late', 'get'), late)
	assert.equal(late.figures.threads, 32)
	assert.equal(late.figures.asked, 34, 'two asked again')
	assert.equal(late.figures.answered, 10 + 10 + 3 + 2)
	assert.equal(late.figures.late, 10)
	assert.equal(late.figures.median_ms, hour / 4)
	assert.equal(late.figures.worst_ms, 5 * hour)
	assert.ok(late.figures.never >= 5)
	assert.equal(late.late.length, late.figures.late + late.figures.never)
	for (const row of late.late) assert.ok(row.took_ms > row.target_ms)

	// The same file once more changes nothing.
	const again = await move(partner, bytes)
	assert.deepEqual([again.state, again.messages, again.threads, again.duplicates], ['done', 0, 0, box.mails.length])
	assert.equal((await partner.get('/api/tickets?view=all&limit=200')).body.tickets.length, 32)
	assert.equal((await partner.get('/api/tickets?view=open&limit=200')).body.tickets.length, open.length)
	await owner.end()
	assert.match(proved(owner), /every derived row equals/)
	execFileSync(program, ['rebuild', '--data', path.join(owner.folder, 'data')])
	assert.match(proved(owner), /every derived row equals/)
	await owner.stop()
})

function resolve(schema, components) {
	if (!schema || typeof schema !== 'object') return schema
	if (Array.isArray(schema)) return schema.map((item) => resolve(item, components))
	if (schema.$ref) return resolve(components.schemas[schema.$ref.split('/').at(-1)], components)
	return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolve(value, components)]))
}

test('what came live, and an answer that comes late, belong together', async () => {
	const owner = await Desk.start()
	const { partner } = owner
	const box = new Mailbox(Date.now() - 3 * day)
	box.thread(1)
	// The same question came live before the mailbox is moved in.
	await deliver(owner.lmtp, { bytes: box.mails[0].split('\n').slice(1).filter((line) => !line.startsWith('Received')).join('\r\n') })
	await until('it is filed', async () => (await partner.get('/api/tickets?view=all')).body.tickets.length === 1)
	const first = await move(partner, box.bytes())
	assert.deepEqual([first.messages, first.duplicates], [0, 1])

	// An older thread, taken over; its answer lies in the Sent mailbox.
	const inbox = new Mailbox(Date.now() - 60 * day), sent = new Mailbox(Date.now() - 60 * day)
	inbox.thread(7)
	sent.thread(7, { took: 3_600_000 })
	sent.mails.shift()
	await move(partner, inbox.bytes({ crlf: true }), { start: { takeover_at: Date.now() } })
	const subject = 'Where is batch 7?'
	const find = async () => (await partner.get('/api/tickets?view=all')).body.tickets.find((t) => t.subject === subject)
	assert.equal((await find()).state, 'new')
	const second = await move(partner, sent.bytes(), { name: 'Sent.mbox' })
	assert.deepEqual([second.messages, second.threads], [1, 0])
	const closed = await find()
	assert.equal(closed.state, 'closed', 'it had an answer all the time')
	assert.equal(closed.clock, null)
	await owner.end()
	assert.match(proved(owner), /every derived row equals/)
	await owner.stop()
})

test('killed in the middle it goes on, and stopped it waits', async () => {
	const owner = await Desk.start()
	const box = new Mailbox()
	const threads = slow ? 500 : 1500
	for (let n = 0; n < threads; n++) box.thread(n, { took: 3_600_000 })
	const bytes = box.bytes()
	const id = await send(owner.partner, bytes)
	assert.equal((await owner.partner.post(`/api/imports/${id}/start`, {})).status, 200)
	await until('some of it is read', async () => (await look(owner.partner, id)).read > 20)
	const stopped = await owner.partner.post(`/api/imports/${id}/stop`)
	if (stopped.status === 200) {
		const row = await look(owner.partner, id)
		assert.equal(row.state, 'stopped')
		assert.equal((await owner.partner.post(`/api/imports/${id}/resume`)).status, 200)
		await until('it goes on', async () => (await look(owner.partner, id)).read > row.read)
	}
	owner.process.kill('SIGKILL')
	await once(owner.process, 'exit')
	await owner.run()
	const done = await ended(owner.partner, id)
	assert.deepEqual([done.state, done.read, done.messages, done.threads, done.duplicates],
		['done', 2 * threads, 2 * threads, threads, 0])
	assert.deepEqual(left(owner), [])
	await owner.end()
	assert.match(proved(owner), /every derived row equals/)
	await owner.stop()
})

test('what is no mailbox has its words', async () => {
	const owner = await Desk.start()
	const { partner } = owner
	const empty = await partner.post('/api/imports', { source: 'mbox', name: 'x.mbox', size: 0 })
	assert.equal(empty.status, 400)
	assert.match(empty.body.detail, /empty/)
	for (const [bytes, words] of [[Buffer.from('PK\x03\x04 something'), /ZIP/], [Buffer.from('just some words\nof a letter\n'), /not an mbox/]]) {
		const row = await move(partner, bytes)
		assert.equal(row.state, 'failed')
		assert.match(row.said, words)
	}
	const box = new Mailbox()
	box.thread(1, { took: 1000 })
	const cut = box.bytes().subarray(0, -20)
	const row = await move(partner, cut)
	assert.deepEqual([row.state, row.messages], ['done', 2])
	assert.deepEqual(row.errors.map((e) => e.n), [2])
	assert.match(row.errors[0].said, /ends in the middle/)
	const unfinished = await partner.post('/api/imports', { source: 'mbox', name: 'x.mbox', size: 1000 })
	const early = await partner.post(`/api/imports/${unfinished.body.import.id}/start`, {})
	assert.equal(early.status, 409)
	assert.match(early.body.detail, /0 of 1000 bytes/)
	assert.equal((await partner.post('/api/imports/99999/start', {})).status, 404)
	await owner.stop()
})

test('a mail of more than 50 MB is left out and said, its neighbours are not', async () => {
	const owner = await Desk.start()
	const box = new Mailbox()
	box.thread(1)
	const big = Buffer.concat([Buffer.from(`From big@client1.example ${asctime(Date.now() - day)}\nFrom: big@client1.example\nTo: ${deskAddress}\nSubject: Big\nMessage-ID: <big@client.example>\n\n`),
		Buffer.alloc(52 << 20, 'x'.repeat(76) + '\n'), Buffer.from('\n\n')])
	const after = new Mailbox()
	after.thread(2)
	const row = await move(owner.partner, Buffer.concat([box.bytes(), big, after.bytes()]))
	assert.deepEqual([row.state, row.messages, row.skipped], ['done', 2, 1])
	assert.match(row.errors[0].said, /50 MB/)
	await owner.stop()
})

test('the command line moves several files in as one mailbox', async () => {
	const owner = await Desk.start()
	const inbox = new Mailbox(), sent = new Mailbox()
	for (let n = 0; n < 20; n++) {
		inbox.thread(n)
		sent.thread(n, { took: n < 15 ? 3_600_000 : null })
		sent.mails = sent.mails.filter((mail) => !mail.includes(`<q${n}@`) || mail.includes('Re: '))
	}
	const data = path.join(owner.folder, 'data')
	const files = ['Inbox.mbox', 'Sent.mbox'].map((name) => path.join(owner.folder, name))
	fs.writeFileSync(files[0], inbox.bytes())
	fs.writeFileSync(files[1], sent.bytes())
	const running = spawnSync(program, ['import', '--data', data, ...files])
	assert.notEqual(running.status, 0)
	assert.match(running.stderr.toString(), /Stop it first/)
	await owner.end()
	const args = ['import', '--data', data, '--takeover', 'now', '--mine', 'old@studio.example', '--label', 'Inbox=status_inquiry:lena@studio.example', ...files]
	const first = spawnSync(program, args)
	assert.equal(first.status, 0, first.stderr.toString())
	assert.match(first.stdout.toString(), /35 mails: 35 moved in as 20 new threads/)
	assert.match(first.stdout.toString(), /n = 20 questions in 20 threads/)
	const second = spawnSync(program, args)
	assert.match(second.stdout.toString(), /0 moved in as 0 new threads, 35 were here already/)
	const nothing = path.join(owner.folder, 'empty.mbox')
	fs.writeFileSync(nothing, '')
	const none = spawnSync(program, ['import', '--data', data, nothing])
	assert.notEqual(none.status, 0)
	assert.match(none.stderr.toString(), /empty/)
	assert.match(proved(owner), /every derived row equals/)
	await owner.run()
	const visitor = await owner.signIn('lena@studio.example', 'correct horse battery')
	const { tickets } = (await visitor.get('/api/tickets?view=open&limit=200')).body
	assert.equal(tickets.length, 5)
	await owner.stop()
})
