// What a connection or a member may not do to the others: hold all of the
// server, take another's command, hide in names. By the ids of the abuse list;
// framing, paths, bodies, sessions and rights have files of their own.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { allTickets, file, head, opened, rawMail, resident, thread } from '../abuse_lib.mjs'
import { commandId, compose, deliver, Desk, partner, rawRequest, until } from '../lib.mjs'

let desk, agent, ticket
before(async () => {
	desk = await Desk.start()
	agent = await desk.agent()
	ticket = await desk.receive({ text: 'CANARY-MAIL where are we?' })
})
after(() => desk.stop())

const host = () => `Host: 127.0.0.1:${desk.port}`

// Connections that send `bytes` and then nothing more.
async function hold(count, bytes) {
	const sockets = []
	const seen = []
	for (let i = 0; i < count; i++) {
		const socket = net.connect(desk.port, '127.0.0.1')
		seen[i] = ''
		socket.on('error', () => {})
		socket.on('data', (data) => { if (seen[i].length < 8000) seen[i] += data.toString('latin1') })
		socket.write(bytes)
		sockets.push(socket)
	}
	await until('all to be connected', () => sockets.every((s) => !s.connecting))
	return { seen, ended: () => seen.filter((text) => text.endsWith('\r\n0\r\n\r\n')).length, drop: () => sockets.forEach((s) => s.destroy()), status: (i) => Number(/^HTTP\/1\.1 (\d+)/.exec(seen[i])?.[1] ?? 0) }
}

// The sanitizers keep what was freed, to know who touches it again.
const slack = process.env.HOLDFAST_PROFILE === 'san' ? 8 : 1

test('AC-092: strangers who send bodies slowly take no room from members', async () => {
	const slow = await hold(110, `POST /api/tickets/1/notes HTTP/1.1\r\n${host()}\r\nContent-Type: application/json\r\nHoldfast-Command: ${commandId()}\r\nContent-Length: 1048576\r\n\r\n{`)
	await until('them to be heard', () => slow.seen.every(Boolean))
	const answer = await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'still here' })
	slow.drop()
	assert.equal(answer.status, 200)
	assert.ok(slow.seen.every((_, i) => slow.status(i) === 401))
	const chunked = await rawRequest(desk.port, `POST /api/tickets/1/notes HTTP/1.1\r\n${host()}\r\nContent-Type: application/json\r\nHoldfast-Command: ${commandId()}\r\nTransfer-Encoding: chunked\r\n\r\n`)
	assert.equal(chunked.status, 401, 'nor in pieces')
})

test('AC-092: strangers who hold all connections and say nothing keep nobody out for long', async () => {
	const idle = await hold(1200, 'GET /api/se')
	const began = Date.now()
	const answer = await rawRequest(desk.port, `GET /api/session HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`, { waitMs: 15_000 })
	idle.drop()
	assert.equal(answer.status, 401)
	assert.ok(Date.now() - began < 12_000, `${Date.now() - began} ms`)
})

test('AC-095: large answers that nobody reads have a bound', async () => {
	await file(desk, rawMail(head({ subject: 'Large', from: 'large@large.example' }), 'x'.repeat(998).concat('\r\n').repeat(41_000)))
	const [message] = (await thread(desk, (await opened(desk, 'Large')).id)).messages
	const before = resident(desk)
	const sockets = Array.from({ length: 20 }, () => net.connect(desk.port, '127.0.0.1'))
	const answers = []
	for (const socket of sockets) {
		socket.on('error', () => {})
		socket.once('data', (data) => {
			answers.push(data.toString('latin1').slice(9, 12))
			socket.pause()
		})
		socket.write(`GET /api/messages/${message.id}/raw HTTP/1.1\r\n${host()}\r\nCookie: ${agent.cookie}\r\n\r\n`)
	}
	await until('all to be answered', () => answers.length === 20)
	assert.ok(answers.filter((status) => status === '200').length <= 6, `${answers}`)
	assert.equal((await desk.partner.get('/api/tickets')).status, 200)
	assert.ok(resident(desk) - before < 640 << 20, `grew by ${(resident(desk) - before) >> 20} MB`)
	sockets.forEach((socket) => socket.destroy())
	await until('room again', async () => (await agent.get(`/api/messages/${message.id}/raw`)).status === 200)
})

test('AC-095: one member\'s streams are few, those that do not read cost little, and others live', async () => {
	const before = resident(desk)
	const many = await hold(200, `GET /api/stream HTTP/1.1\r\n${host()}\r\nCookie: ${agent.cookie}\r\n\r\n`)
	await until('the older ones to make room', () => many.ended() >= 200 - 32)
	assert.ok(many.ended() < 200)
	const live = await desk.partner.stream().open()
	assert.equal(live.status, 200, 'another member has theirs')
	for (let i = 0; i < 30; i++) await deliver(desk.lmtp, { subject: `Event ${i}`, text: 'x'.repeat(1000) })
	await live.find('the last event', (e) => e.event === 'ticket' && e.data.ticket.subject === 'Event 29')
	await live.close()
	many.drop()
	assert.ok(resident(desk) - before < (64 << 20) * slack, `grew by ${(resident(desk) - before) >> 20} MB`)
	const again = await agent.stream().open()
	assert.equal(again.status, 200)
	await again.close()
})

test('AC-095: HEAD of the stream holds nothing open', async () => {
	for (let i = 0; i < 40; i++) {
		const answer = await rawRequest(desk.port, `HEAD /api/stream HTTP/1.1\r\n${host()}\r\nCookie: ${agent.cookie}\r\nConnection: close\r\n\r\n`)
		assert.equal(answer.status, 200, `the ${i}th`)
	}
})

test('AC-081: a command belongs to who gave it and to its path', async () => {
	const headers = { 'Holdfast-Command': commandId() }
	const at = (verb) => `/api/tickets/${ticket.id}/${verb}`
	const same = await Promise.all(Array.from({ length: 50 }, () => desk.partner.post(at('notes'), { text: 'CANARY-ONCE' }, { headers })))
	assert.ok(same.every((a) => a.status === 200))
	assert.equal(new Set(same.map((a) => a.body.message.id)).size, 1)
	const other = await desk.partner.post(at('state'), { state: 'waiting_production' }, { headers })
	assert.equal(other.body.ticket.state, 'waiting_production', 'another path is another command')
	const theirs = await agent.post(at('notes'), { text: 'Mine' }, { headers })
	assert.equal(theirs.body.message.text, 'Mine', 'another member\'s is another command')
	const notes = (await thread(desk, ticket.id)).messages.filter((m) => m.kind === 'note')
	assert.equal(notes.filter((m) => m.text === 'CANARY-ONCE').length, 1)
})

test('AC-081: no member can take the names by which mail is filed', async () => {
	const { seq } = (await agent.get('/api/session')).body
	for (let i = 0; i < 40; i++) {
		const name = Buffer.alloc(16)
		name.write('file')
		name.writeBigUInt64BE(BigInt(seq + 60 + i), 4)
		await agent.post(`/api/tickets/${ticket.id}/notes`, { text: 'x' }, { headers: { 'Holdfast-Command': name.toString('hex') } })
	}
	for (let i = 0; i < 12; i++) {
		await deliver(desk.lmtp, { subject: `Claimed ${i}`, from: `Cleo <cleo${i}@claimed.example>` })
		await until(`mail ${i} to be filed`, () => opened(desk, `Claimed ${i}`))
	}
})

test('AC-050: a compressed body is not unpacked', async () => {
	const bomb = gzipSync(Buffer.alloc(16 << 20, '{'))
	const before = resident(desk)
	const answer = await desk.partner.ask('POST', `/api/tickets/${ticket.id}/notes`, { raw: bomb, headers: { 'Content-Encoding': 'gzip' } })
	assert.ok([400, 415].includes(answer.status))
	const upload = await desk.partner.ask('POST', '/api/uploads', { raw: bomb, headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain', 'Holdfast-Name': 'a.gz' } })
	assert.equal(upload.body?.size ?? bomb.length, bomb.length, 'kept as it came')
	assert.ok(resident(desk) - before < 32 << 20)
})

test('AC-047, AC-049: names of uploads hide nothing, and nobody else can send them', async () => {
	const up = (name) => agent.ask('POST', '/api/uploads', { raw: 'x', headers: { 'Content-Type': 'text/html', 'Holdfast-Name': name } })
	for (const [name, shown] of [['%E2%80%AEgpj.exe', 'gpj.exe'], ['%E2%80%8B.htaccess', 'htaccess'], ['%2e%2e', 'file'], ['..%5c..%5cx', 'x'], ['%0d%0aX: y', 'X_ y'], ['%c0%ae', 'file'], ['%3Cimg%20src%3Dx%3E', '_img src=x_']])
		assert.equal((await up(name)).body.name, shown, name)
	assert.ok(Buffer.byteLength((await up('a'.repeat(3000))).body.name) <= 256)
	const { id } = (await up('mine.txt')).body
	const { messages } = await thread(desk, ticket.id)
	for (const guess of [id, id - 1, 1, ticket.id, 0]) {
		const answer = await desk.partner.post(`/api/tickets/${ticket.id}/reply`, { text: 'Here', seen: messages.at(-1).id, attachments: [guess] })
		assert.equal(answer.status, 400, String(guess))
	}
})

test('AC-069: an action that names one thing that is not there changes nothing', async () => {
	const before = (await desk.partner.get('/api/session')).body.seq
	const cases = [['merge', { into: 999_999 }], ['merge', { into: ticket.id }], ['merge', { into: messagesOf(ticket) }], ['split', { message: 999_999 }], ['move', { client: 999_999 }], ['assign', { member: 999_999 }],
		['assign', { member: ticket.id }], ['calls', { direction: 'in', spoke: true, text: 'x', contact: 999_999 }]]
	for (const [verb, body] of cases) {
		const answer = await agent.post(`/api/tickets/${ticket.id}/${verb}`, body)
		assert.ok([400, 404, 409].includes(answer.status), `${verb} ${JSON.stringify(body)}: ${answer.status}`)
	}
	assert.equal((await desk.partner.get('/api/session')).body.seq, before)
})
const messagesOf = (t) => t.client.id

test('AC-070: a place in the stream is a number', async () => {
	for (const after of ['%25', '*', '-1', '1e3', '9223372036854775808', '99999999999999999999999', 'abc', '1%00']) {
		const stream = await agent.stream(`/api/stream?after=${after}`).open()
		assert.equal(stream.status, 400, after)
		await stream.close()
	}
	for (const last of ['x', '-5', '1 ', '18446744073709551617', '%']) {
		const stream = await agent.stream('/api/stream', { 'Last-Event-ID': last }).open()
		assert.ok([200, 400].includes(stream.status), last)
		await stream.close()
	}
	const far = await agent.stream('/api/stream?after=9007199254740991').open()
	await far.find('that it is told to read again', (e) => e.event === 'gap')
	await far.close()
})

test('AC-072: an answer leaves from the desk\'s own address', async () => {
	const { messages } = await thread(desk, ticket.id)
	for (const more of [{ from: 'ceo@studio.example' }, { address: 1 }, { mailbox: 1 }, { sender: 'x@y.example' }, { bcc: ['evil@evil.example'] }, { message_id: '<x@y>' }, { headers: {} }]) {
		const answer = await agent.post(`/api/tickets/${ticket.id}/reply`, { text: 'Hi', seen: messages.at(-1).id, ...more })
		assert.equal(answer.status, 400, JSON.stringify(more))
	}
})

test('AC-096: searches that are built to be slow are not', async () => {
	const began = Date.now()
	for (const q of ['* '.repeat(99), '('.repeat(200), 'a* '.repeat(60), '"'.repeat(199), 'NEAR(a b, 99999999)', 'a OR '.repeat(39), '^a -b +c', '\u202e', 'e\u0301'.repeat(60), 'aaa*bbb*ccc*'.repeat(16)]) {
		const { status } = await agent.get(`/api/search?q=${encodeURIComponent(q)}`)
		assert.ok([200, 400].includes(status), `${q}: ${status}`)
	}
	assert.ok(Date.now() - began < 5000)
})

test('AC-117: nothing personal may be kept by a cache between', async () => {
	for (const target of ['/api/tickets', '/api/session', '/api/members', `/api/tickets/${ticket.id}`, `/api/messages/${ticket.id}/raw`, '/api/health', '/api/openapi.json', '/api/nothing'])
		assert.equal((await agent.get(target)).headers.get('cache-control'), 'no-store', target)
})

test('AC-026: a sign-in that waits says the same for known and unknown', async () => {
	const tries = async (address) => {
		const answers = []
		for (let i = 0; i < 7; i++) answers.push(await desk.visitor().post('/api/session', { address, password: 'wrong horse battery' }))
		return answers.map((a) => [a.status, a.text.replace(/\d+ seconds/, 'n seconds')])
	}
	assert.deepEqual(await tries('jonas@studio.example'), await tries('nobody-at-all@studio.example'))
})

test('AC-038, AC-089: nothing from outside stands in what the program says', async () => {
	await file(desk, rawMail(head({ subject: 'Log\r\n holdfast: CANARY-LOG', from: '"\u001b[31mCANARY-LOG" <c@log.example>' })))
	await rawRequest(desk.port, `GET /CANARY-LOG%0aholdfast HTTP/1.1\r\n${host()}\r\nX-Forwarded-For: CANARY-LOG\r\n\r\n`)
	await desk.visitor().post('/api/session', { address: 'CANARY-LOG@x.example', password: 'CANARY-LOG' })
	assert.doesNotMatch(desk.said, /CANARY|\u001b/)
	for (const secret of [partner.password, desk.partner.cookie.slice(9)]) assert.ok(!desk.said.includes(secret))
})

test('AC-084..088, AC-098: bombs are filed as far as they are read, in bounded time and memory', async () => {
	const multi = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b']
	const html = ['MIME-Version: 1.0', 'Content-Type: text/html']
	const bombs = {
		nested: [['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b0'], Array.from({ length: 10_000 }, (_, i) => `--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n\r\n`).join('')],
		parts: [multi, '--b\r\n\r\nx\r\n'.repeat(100_000) + '--b--'], attachments: [multi, '--b\r\nContent-Disposition: attachment; filename=x\r\n\r\nx\r\n'.repeat(1000) + '--b--'],
		'no end': [multi, '--b\r\n\r\nx'], boundary: [['MIME-Version: 1.0', `Content-Type: multipart/mixed; boundary="${'b'.repeat(65536)}"`], `--${'b'.repeat(65536)}\r\n\r\nx`],
		copies: [Array(50_000).fill('Cc: x@y.example'), 'x'], 'one header': [[`X-Y: ${'a'.repeat(900)}${`\r\n ${'a'.repeat(900)}`.repeat(2000)}`], 'x'],
		parameters: [['MIME-Version: 1.0', `Content-Type: text/plain${Array.from({ length: 20_000 }, (_, i) => `;\r\n name*${i % 7 ? i : i * 3}*=a`).join('')}`], 'x'],
		words: [[`X-Subject: ${'=?utf-8?Q?a?=\r\n '.repeat(20_000)}x`], 'x'], utf32: [['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-32', 'Content-Transfer-Encoding: base64'], `${'A'.repeat(76)}\r\n`.repeat(5000)],
		utf7: [['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-7'], '+'.repeat(200_000)], charset: [['MIME-Version: 1.0', `Content-Type: text/plain; charset=${'x'.repeat(10_000)}`], 'x'],
		shifts: [['MIME-Version: 1.0', 'Content-Type: text/plain; charset=iso-2022-jp'], '\u001b$B'.repeat(100_000)], links: [[], 'http://'.repeat(40_000)], quotes: [[], '> '.repeat(150_000)], brackets: [html, '<'.repeat(200_000)],
		tables: [html, '<table><tr><td>'.repeat(20_000)], attributes: [html, `<p ${Array.from({ length: 20_000 }, (_, i) => `a${i}=1`).join(' ')}>x`], word: [html, '<!--[if '.repeat(30_000)], marks: [[], 'e\u0301'.repeat(100_000)],
	}
	const before = resident(desk)
	for (const [name, [more, body]] of Object.entries(bombs)) {
		const began = Date.now()
		await file(desk, rawMail(head({ subject: `Bomb ${name}`, from: `${name.replace(' ', '')}@bomb.example`, more }), body))
		assert.ok(Date.now() - began < 10_000, name)
		assert.ok(await opened(desk, `Bomb ${name}`), name)
	}
	assert.deepEqual((await desk.partner.get('/api/quarantine')).body.items, [])
	assert.ok(resident(desk) - before < (160 << 20) * slack, `grew by ${(resident(desk) - before) >> 20} MB`)
	await assert.rejects(deliver(desk.lmtp, { bytes: rawMail(head({ subject: 'Too big' }), 'x'.repeat(998).concat('\r\n').repeat(53_000)) }), /552/)
})

test('AC-101: a subject is cut, and turns nothing around', async () => {
	await file(desk, Buffer.from(rawMail(head({ subject: `\u202e\u2066turned\u2069 ${'e\u0301'.repeat(100_000)}`, from: '"\u202eLena" <turn@bidi.example>' }))).toString())
	const row = (await allTickets(desk.partner)).find((t) => t.contact?.address === 'turn@bidi.example')
	assert.match(row.subject, /^turned /)
	assert.ok(Buffer.byteLength(row.subject) <= 998)
	assert.equal(row.contact.name, 'Lena')
})

test('AC-120, AC-124: what happened once is over, also after a restart', async () => {
	await desk.end()
	await desk.run()
	assert.equal((await desk.visitor().get('/api/setup')).status, 404)
	assert.equal((await desk.visitor().get('/api/session')).body.setup, undefined)
	assert.equal((await desk.partner.get('/api/session')).status, 200)
})

test('AC-122, AC-125: the program runs no other, and its files are its own', () => {
	const program = path.resolve(process.env.HOLDFAST_BIN ?? 'build/san/holdfast')
	const names = execFileSync('nm', ['-D', '--undefined-only', program]).toString().split('\n').map((line) => line.trim().split(/\s+/).at(-1)?.split('@')[0])
	const sanitized = names.some((name) => name?.startsWith('__asan_'))
	if (!sanitized) assert.deepEqual(names.filter((name) => /^(system|popen|posix_spawnp?|exec[lv]\w*|gets|strcpy|strcat|sprintf|strtok|dlopen|mktemp|tmpnam)$/.test(name ?? '')), [])
	for (const name of fs.readdirSync(path.join(desk.folder, 'data'))) assert.equal(fs.statSync(path.join(desk.folder, 'data', name)).mode & 0o077, 0, name)
	assert.equal(fs.statSync(path.join(desk.folder, 'data')).mode & 0o077, 0)
	assert.equal(fs.statSync(path.join(desk.folder, 'sink')).mode & 0o077, 0)
})

test('AC-055, AC-122: what the command line hands on is one mail to one address', () => {
	const program = path.resolve(process.env.HOLDFAST_BIN ?? 'build/san/holdfast')
	const give = (args) => {
		try {
			execFileSync(program, ['deliver', '--lmtp', `127.0.0.1:${desk.lmtp}`, ...args], { input: compose({ subject: 'By pipe' }), stdio: ['pipe', 'pipe', 'pipe'] })
			return 0
		} catch (error) { return error.status }
	}
	assert.equal(give(['-f', 'a@b.example', 'desk@studio.example']), 0)
	for (const args of [['-f', 'a@b.example>\r\nRCPT TO:<desk@studio.example', 'nobody@studio.example'], ['desk@studio.example>\r\nDATA\r\n'], ['-f', 'a\nb', 'desk@studio.example'], ['-oQ/tmp/x'], ['|id'], ['$(id)@studio.example'], ['']])
		assert.notEqual(give(args), 0, JSON.stringify(args))
})
