// The desk and a mailbox: mail comes in by IMAP, whatever happens to the
// connection, the numbers, the worker or the program on the way.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'

import { program, startDesk } from './desk.mjs'
import { Authority, password, startDovecot, startFront, user, whyNot } from './dovecot.mjs'
import { eventually } from './postfix.mjs'

// Patience, idle, first and last retry, in milliseconds: nobody waits in a test.
const hurry = { HOLDFAST_TEST_MAILBOX: '4000,0,100,500,1000' }

let count = 0
const mail = (subject, { from = 'Ann Berg <ann@client.example>', id = `${++count}@client.example`, text = 'Where is our batch?', head = '' } = {}) =>
	`Return-Path: <ann@client.example>\r\nFrom: ${from}\r\nTo: ${user}\r\nSubject: ${subject}\r\nMessage-ID: <${id}>\r\n${head}\r\n${text}\r\n`

const tickets = async (desk) => {
	const all = []
	let next = ''
	do {
		const page = await desk.get(`/api/tickets?view=all&limit=200${next}`)
		all.push(...page.tickets)
		next = page.next ? `&after=${encodeURIComponent(page.next)}` : ''
	} while (next)
	return all
}
const subjects = async (desk) => (await tickets(desk)).map((row) => row.subject).sort()

// Also when it is far down the list.
const arrived = (desk, subject) => eventually(async () => (await subjects(desk)).includes(subject), `the ticket "${subject}"`)

const checked = (desk) => {
	const result = spawnSync(program, ['check', '--data', desk.data])
	assert.equal(result.status, 0, String(result.stdout) + String(result.stderr))
}

async function addMailbox(desk, port, { tls = 'implicit', sent = null, host = 'localhost', secret = password, more = {} } = {}) {
	const [address] = await desk.get('/api/settings/addresses')
	const { mailbox } = await desk.post('/api/settings/mailboxes', {
		name: 'Desk', address: address.id, provider: 'other',
		imap: { host, port, tls, user, auth: 'password', folder: 'INBOX', sent_folder: sent },
		password: secret, ...more,
	})
	return mailbox
}
const health = async (desk, id) => (await desk.get('/api/settings/mailboxes')).mailboxes.find((box) => box.id === id).health
const state = (desk, id, wanted) => eventually(async () => {
	const now = await health(desk, id)
	return now.state === wanted ? now : null
}, `the mailbox is ${wanted}`)

// The workers of that program.
function workers(pid) {
	return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => {
		try {
			return fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('imap-worker') &&
				Number(/^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${name}/status`, 'utf8'))[1]) === pid
		} catch {
			return false
		}
	}).map(Number)
}

describe('a mailbox on Dovecot', { skip: whyNot() }, () => {
	let dovecot, desk, box

	before(async () => {
		dovecot = await startDovecot()
		dovecot.deliver(mail('Before our time'), { at: new Date(Date.now() - 86_400_000) })
		desk = await startDesk({ 'mailbox-ca': dovecot.ca }, hurry)
		box = await addMailbox(desk, dovecot.imaps, { sent: 'Sent' })
		await state(desk, box.id, 'connected')
	})
	after(async () => {
		await desk?.stop()
		dovecot?.stop()
	})

	test('new mail arrives by IDLE, at the time that the server gave it', async () => {
		const at = new Date(Math.floor(Date.now() / 1000) * 1000)
		dovecot.deliver(mail('First'), { at })
		const ticket = await desk.ticket('First')
		assert.equal(ticket.contact.address, 'ann@client.example')
		assert.equal(ticket.last_in_at, at.getTime())
		assert.equal((await health(desk, box.id)).last_mail_at, at.getTime())
	})

	test('what was there before it was added is history, and nothing in it is changed', async () => {
		assert.deepEqual(await subjects(desk), ['First'])
		assert.ok(dovecot.kept().every(({ name }) => !/:2,\w/.test(name)))
	})

	test('no password is answered, logged or in the document', async () => {
		assert.doesNotMatch(JSON.stringify(await desk.get('/api/settings/mailboxes')), new RegExp(password))
	})

	test('the connection is cut: the next one goes on where the last one was', async () => {
		dovecot.front.cut()
		dovecot.deliver(mail('After the cut'))
		await arrived(desk, 'After the cut')
		await state(desk, box.id, 'connected')
	})

	test('a worker is killed: only the connection is lost', async () => {
		const [first] = workers(desk.pid)
		process.kill(first, 'SIGKILL')
		for (const pid of workers(desk.pid)) process.kill(pid, 'SIGKILL')
		dovecot.deliver(mail('After the worker'))
		await arrived(desk, 'After the worker')
	})

	test('three days of outage: all of it comes, in order, at its own times', async () => {
		dovecot.front.closed = true
		dovecot.front.cut()
		await state(desk, box.id, 'retrying')
		const start = Date.now() - 3 * 86_400_000
		for (let i = 0; i < 400; i++) dovecot.deliver(mail(`Backlog ${String(i).padStart(3, '0')}`), { at: new Date(start + i * 600_000) })
		dovecot.front.closed = false
		await arrived(desk, 'Backlog 399')
		const rows = (await subjects(desk)).filter((subject) => subject.startsWith('Backlog'))
		assert.equal(rows.length, 400)
		const came = (await tickets(desk)).filter((row) => row.subject.startsWith('Backlog')).sort((one, other) => one.id - other.id)
		assert.deepEqual(came.map((row) => row.subject), rows)
		assert.deepEqual(came.map((row) => row.last_in_at), rows.map((_, i) => Math.floor((start + i * 600_000) / 1000) * 1000))
		assert.equal((await state(desk, box.id, 'connected')).behind, 0)
	})

	test('all numbers begin anew: nothing is lost, nothing doubled', async () => {
		const were = await subjects(desk)
		dovecot.front.closed = true
		dovecot.front.cut()
		await state(desk, box.id, 'retrying')
		dovecot.renumber()
		dovecot.deliver(mail('After the numbers'))
		dovecot.front.closed = false
		await arrived(desk, 'After the numbers')
		assert.deepEqual(await subjects(desk), [...were, 'After the numbers'].sort())
		dovecot.deliver(mail('And on'))
		await arrived(desk, 'And on')
	})

	test('one mail that is too large is set aside in words, and the next one comes', async () => {
		dovecot.deliver(mail('Too large', { text: `${'x'.repeat(75)}\r\n`.repeat(720_000) }))
		dovecot.deliver(mail('Behind the large one'))
		await arrived(desk, 'Behind the large one')
		const { items } = await desk.get('/api/quarantine')
		assert.equal(items.length, 1)
		assert.match(items[0].reason, /too big/)
		assert.match(await (await fetch(`${desk.url}/api/quarantine/${items[0].id}/raw`, { headers: { Cookie: desk.cookie } })).text(), /Subject: Too large/)
	})

	test('the program is killed while it reads: nothing is lost, nothing doubled', async () => {
		const were = await subjects(desk)
		for (let i = 0; i < 60; i++) dovecot.deliver(mail(`Killed ${i}`))
		await eventually(async () => (await subjects(desk)).length > were.length, 'some came')
		await desk.kill()
		await desk.again()
		await eventually(async () => (await subjects(desk)).length === were.length + 60, 'all came')
		await state(desk, box.id, 'connected')
		assert.deepEqual(new Set(await subjects(desk)).size, were.length + 60)
	})

	test('a log, rows and mail that agree', async () => {
		await desk.halt()
		checked(desk)
		await desk.again()
		dovecot.deliver(mail('After the check'))
		await arrived(desk, 'After the check')
	})

	test('STARTTLS, and folders to choose from', async () => {
		await desk.patch(`/api/settings/mailboxes/${box.id}`, { imap: { ...box.imap, port: dovecot.imap, tls: 'starttls' } })
		const { ok, steps } = await desk.post(`/api/settings/mailboxes/${box.id}/check`)
		assert.ok(ok, JSON.stringify(steps))
		assert.deepEqual(steps.map((row) => row.step), ['resolve', 'connect', 'tls', 'sign_in', 'folder', 'sent'])
		const { folders } = await desk.post(`/api/settings/mailboxes/${box.id}/folders`)
		assert.deepEqual(folders.filter((row) => row.sent).map((row) => row.name), ['Sent'])
		await state(desk, box.id, 'connected')
		dovecot.deliver(mail('By STARTTLS'))
		await arrived(desk, 'By STARTTLS')
	})

	test('another server gets no password that was typed for this one', async () => {
		await desk.patch(`/api/settings/mailboxes/${box.id}`, { imap: { ...box.imap, host: '127.0.0.1' } })
		const now = await state(desk, box.id, 'refused')
		assert.match(now.said, /Type it again/)
		await desk.patch(`/api/settings/mailboxes/${box.id}`, { imap: box.imap })
		await state(desk, box.id, 'connected')
	})

	test('a wrong password is refused in words, and told once', async () => {
		await desk.patch(`/api/settings/mailboxes/${box.id}`, { password: 'not-that-one' })
		const now = await state(desk, box.id, 'refused')
		assert.match(now.said, /Not with these words/)
		const { steps } = await desk.post(`/api/settings/mailboxes/${box.id}/check`)
		assert.deepEqual(steps.at(-1), { step: 'sign_in', ok: false, said: now.said })
		await desk.patch(`/api/settings/mailboxes/${box.id}`, { password })
		await state(desk, box.id, 'connected')
	})

	test('a folder that is not there is refused in words', async () => {
		await desk.patch(`/api/settings/mailboxes/${box.id}`, { imap: { ...box.imap, folder: 'Müll & more' } })
		assert.match((await state(desk, box.id, 'refused')).said, /doesn't exist/)
		await desk.patch(`/api/settings/mailboxes/${box.id}`, { imap: box.imap })
		await state(desk, box.id, 'connected')
	})
})

// A server that says what it is told to; what clients say is kept.
async function startHostile(folder, authority, { name = 'localhost', answer, greeting = '* OK evil\r\n' } = {}) {
	const heard = []
	const front = await startFront(authority.issue(name), (socket, greet) => {
		let text = ''
		if (greet) socket.write(greeting)
		socket.on('data', (data) => {
			text += data
			for (let end; (end = text.indexOf('\r\n')) >= 0;) {
				const line = text.slice(0, end)
				text = text.slice(end + 2)
				heard.push(line)
				const [tag, ...words] = line.split(' ')
				answer?.(socket, tag, words.join(' '))
			}
		})
	})
	return { ...front, heard, stop: front.stop }
}

// The usual answers, but for those in `own`.
const scripted = (own) => (socket, tag, command) => {
	for (const [start, act] of Object.entries(own)) if (command.toUpperCase().startsWith(start)) return act(socket, tag, command)
	const verb = command.toUpperCase()
	if (verb.startsWith('CAPABILITY')) return socket.write(`* CAPABILITY IMAP4rev1 IDLE\r\n${tag} OK done\r\n`)
	if (verb.startsWith('EXAMINE')) return socket.write(`* 1 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 2] n\r\n${tag} OK [READ-ONLY]\r\n`)
	if (verb.startsWith('UID SEARCH')) return socket.write(`* SEARCH 1\r\n${tag} OK done\r\n`)
	if (verb.startsWith('IDLE')) return socket.write('+ idling\r\n')
	if (verb.startsWith('UID FETCH') && verb.includes('RFC822.SIZE')) {
		const at = new Date(Date.now() + 60_000).toUTCString().split(' ')
		return socket.write(`* 1 FETCH (UID 1 FLAGS () INTERNALDATE "${at[1]}-${at[2]}-${at[3]} ${at[4]} +0000" RFC822.SIZE 200)\r\n${tag} OK done\r\n`)
	}
	return socket.write(`${tag} OK done\r\n`)
}

describe('servers that mean no good', () => {
	let folder, authority, desk
	const hostile = []

	before(async () => {
		folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-hostile-'))
		authority = new Authority(folder)
		desk = await startDesk({ 'mailbox-ca': authority.ca }, { HOLDFAST_TEST_MAILBOX: '1500,0,100,300,1000' })
	})
	after(async () => {
		await desk?.stop()
		for (const server of hostile) server.stop()
		if (folder) fs.rmSync(folder, { recursive: true, force: true })
	})
	const start = async (options) => {
		const server = await startHostile(folder, authority, options)
		hostile.push(server)
		return server
	}
	const silent = (server) => assert.deepEqual(server.heard, [], 'nothing was said to it')
	const end = (box) => desk.patch(`/api/settings/mailboxes/${box.id}`, { active: false })

	test('a certificate for another name: nothing is said to it', async () => {
		const server = await start({ name: 'elsewhere.example' })
		const box = await addMailbox(desk, server.imaps)
		const now = await state(desk, box.id, 'certificate')
		assert.match(now.said, /not for localhost/)
		silent(server)
		await end(box)
	})

	test('a certificate of nobody we trust: nothing is said to it', async () => {
		const other = path.join(folder, 'other')
		fs.mkdirSync(other)
		const server = await startHostile(other, new Authority(other))
		hostile.push(server)
		const box = await addMailbox(desk, server.imaps)
		await state(desk, box.id, 'certificate')
		const { ok, steps } = await desk.post(`/api/settings/mailboxes/${box.id}/check`)
		assert.equal(ok, false)
		assert.equal(steps.at(-1).step, 'tls')
		silent(server)
		await end(box)
	})

	test('STARTTLS is not offered, or spoken into: no password is sent', async () => {
		const { createServer } = await import('node:net')
		for (const reply of [(tag) => `${tag} BAD what\r\n`, (tag) => `${tag} OK begin\r\n* OK injected\r\n`]) {
			const heard = []
			const server = createServer((socket) => {
				socket.on('error', () => {})
				socket.write('* OK plain\r\n')
				socket.on('data', (data) => {
					heard.push(String(data))
					if (heard.at(-1).includes('STARTTLS')) socket.write(reply(heard.at(-1).split(' ')[0]))
				})
			})
			await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
			const box = await addMailbox(desk, server.address().port, { tls: 'starttls' })
			await state(desk, box.id, 'certificate')
			assert.doesNotMatch(heard.join(), new RegExp(`LOGIN|AUTHENTICATE|${password}`))
			await end(box)
			server.close()
		}
	})

	const forms = {
		'an endless literal': { 'UID FETCH 1 (UID BODY': (socket) => { socket.write('* 1 FETCH (UID 1 BODY[] {4294967295}\r\n'); const pour = () => { while (!socket.destroyed && socket.write('x'.repeat(65_536))); socket.once('drain', pour) }; pour() } },
		'a literal larger than any number': { 'UID FETCH 1 (UID BODY': (socket, tag) => socket.write(`* 1 FETCH (UID 1 BODY[] {99999999999999999999999}\r\nx)\r\n${tag} OK done\r\n`) },
		'a negative literal': { 'UID FETCH 1 (UID BODY': (socket, tag) => socket.write(`* 1 FETCH (UID 1 BODY[] {-1}\r\nx)\r\n${tag} OK done\r\n`) },
		'a huge structure that nobody asked for': { 'UID FETCH 1 (UID BODY': (socket, tag) => socket.write(`* 1 FETCH (UID 1 BODYSTRUCTURE ${'('.repeat(1_000_000)}\r\n${tag} OK done\r\n`) },
		'garbage': { EXAMINE: (socket) => socket.write(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)).toString('latin1') + '\r\n') },
		'a drip': { 'UID FETCH 1 (UID BODY': (socket) => { socket.write('* 1 FETCH (UID 1 BODY[] {1000000}\r\n'); const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write('x')), 100); drip.unref() } },
		'an end in the middle of a mail': { 'UID FETCH 1 (UID BODY': (socket) => { socket.write('* 1 FETCH (UID 1 BODY[] {1000}\r\nFrom: half'); socket.end() } },
		'data without end': { 'UID SEARCH': (socket) => { const pour = () => { while (!socket.destroyed && socket.write('* 1 EXISTS\r\n'.repeat(5000))); socket.once('drain', pour) }; pour() } },
		'a line without end': { EXAMINE: (socket) => { const pour = () => { while (!socket.destroyed && socket.write('y'.repeat(65_536))); socket.once('drain', pour) }; pour() } },
	}
	for (const [what, own] of Object.entries(forms)) {
		test(`${what}: the conversation ends, the program does not`, async () => {
			const server = await start({ answer: scripted(own) })
			const box = await addMailbox(desk, server.imaps)
			const before_ = server.heard.filter((line) => / LOGIN /.test(line)).length
			await eventually(async () => {
				const now = await health(desk, box.id)
				return server.heard.filter((line) => / LOGIN /.test(line)).length > before_ + 1 && ['retrying', 'connected', 'connecting'].includes(now.state)
			}, `it is tried again after ${what}`)
			await end(box)
			assert.equal((await desk.get('/api/health')).sandbox, 'on')
		})
	}

	test('a mail at which the connection always breaks is set aside, and all goes on', async () => {
		const own = { 'UID FETCH 1 (UID BODY': (socket) => socket.destroy() }
		const server = await start({ answer: scripted(own) })
		const box = await addMailbox(desk, server.imaps)
		await eventually(async () => (await desk.get('/api/quarantine')).items.some((item) => /server did not give it/.test(item.reason)), 'it is set aside')
		await eventually(() => server.heard.some((line) => / IDLE$/.test(line)), 'it listens for more')
		await end(box)
	})

	test('and an honest mailbox was served all the while', { skip: whyNot() }, async () => {
		const dovecot = await startDovecot()
		try {
			await end(await addMailbox(desk, dovecot.imaps))
			await desk.halt()
			checked(desk)
			await desk.again()
		} finally {
			dovecot.stop()
		}
	})
})
