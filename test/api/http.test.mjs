// What strangers send: framing, paths, headers, bodies, ids. Every refusal is a
// problem document with all security headers, and the server lives on.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { commandId, Desk, rawRequest } from './lib.mjs'

let desk, ticket
before(async () => {
	desk = await Desk.start()
	ticket = await desk.receive({})
})
after(() => desk.stop())
afterEach(async () => assert.equal((await desk.partner.get('/api/session')).status, 200, 'the server lives on'))

const host = () => `Host: 127.0.0.1:${desk.port}`
const cookie = () => `Cookie: ${desk.partner.cookie}`

function assertProblem(answer, status, name) {
	assert.equal(answer.status, status, `${name}: ${answer.text}`)
	assert.match(answer.headers.get('content-type'), /^application\/problem\+json/)
	assert.deepEqual([answer.body.type, answer.body.status], ['about:blank', status])
	assert.ok(answer.body.title && answer.body.detail.length > 5)
	assertHeaders(answer, name)
}

function assertHeaders(answer, name) {
	const expected = {
		'x-content-type-options': /^nosniff$/, 'referrer-policy': /^no-referrer$/, 'cross-origin-opener-policy': /^same-origin$/,
		'cross-origin-resource-policy': /^same-origin$/, 'cache-control': /^no-store$/, 'content-security-policy': /default-src 'self'.*frame-ancestors 'none'.*base-uri 'none'/,
	}
	for (const [key, pattern] of Object.entries(expected)) assert.match(answer.headers.get(key) ?? '', pattern, `${name}: ${key}`)
	for (const key of ['access-control-allow-origin', 'server', 'x-powered-by']) assert.equal(answer.headers.get(key), null, key)
}

test('every kind of answer carries the headers', async () => {
	const one = `/api/tickets/${ticket.id}`
	for (const target of ['/api/session', '/api/tickets', one, '/api/counts', '/api/members', '/api/health', '/api/nothing', '/api', '/nothing.js'])
		for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'TRACE']) {
			if (method === 'TRACE') continue
			assertHeaders(await desk.partner.ask(method, target), `${method} ${target}`)
		}
})

test('HEAD is GET without the body', async () => {
	const [head, get] = [await desk.partner.ask('HEAD', '/api/members'), await desk.partner.get('/api/members')]
	assert.equal(head.status, 200)
	assert.equal(head.bytes.length, 0)
	assert.equal(head.headers.get('content-length'), get.headers.get('content-length'))
})

test('other methods are refused and the right ones are named', async () => {
	const answer = await desk.partner.ask('PUT', '/api/tickets', { body: {} })
	assertProblem(answer, 405, 'PUT')
	assert.equal(answer.headers.get('allow'), 'GET, HEAD, POST')
	for (const method of ['OPTIONS', 'PROPFIND', 'DELETE']) assert.equal((await desk.partner.ask(method, '/api/counts')).status, 405, method)
	assertProblem(await desk.partner.ask('POST', '/api/counts', { body: {}, headers: { 'X-HTTP-Method-Override': 'GET' } }), 400, 'override')
})

test('paths have one reading', async () => {
	const hostile = ['//api/tickets', '/api//tickets', '/api/./tickets', '/api/x/../tickets', '/api/tickets/..', '/api/%74ickets', '/api/tickets%2f1', '/api/tickets/%2e%2e/counts',
		'/api/tickets/%252e', '/api/tickets;x=1', '/api\\tickets', '/api/tickets/1%00', '/api/tickets/\xc0\xaf', `/api/${'a'.repeat(300)}`]
	for (const path of hostile) {
		const { status } = await rawRequest(desk.port, Buffer.from(`GET ${path} HTTP/1.1\r\n${host()}\r\n${cookie()}\r\n\r\n`, 'latin1'))
		assert.ok([400, 404].includes(status), `${path}: ${status}`)
	}
	for (const path of ['/api/tickets/', '/api/Tickets', '/api/tickets.', '/api/tickets.json', '/api'])
		assert.equal((await desk.partner.get(path)).status, 404, path)
	assert.doesNotMatch((await desk.partner.get('/API/tickets')).headers.get('content-type'), /^application\/json/, 'a page at most')
	for (const target of ['http://127.0.0.1/api/session', 'http://evil.example/', '*', 'api/session']) {
		const { status } = await rawRequest(desk.port, `GET ${target} HTTP/1.1\r\n${host()}\r\n\r\n`)
		assert.equal(status, 400, target)
	}
})

test('ids are positive integers and nothing else', async () => {
	const hostile = ['0', '-1', '+1', '01', '1e3', '0x10', '1.0', 'null', 'NaN', '%31', '9223372036854775808', '18446744073709551617', '99999999999999999999999', '1,2', "1'--"]
	for (const id of hostile) assert.ok([400, 404].includes((await desk.partner.get(`/api/tickets/${id}`)).status), id)
	for (const id of [2147483648, '9223372036854775807', ticket.id + 1000]) {
		const missing = await desk.partner.get(`/api/tickets/${id}`)
		assertProblem(missing, 404, String(id))
		assert.equal(missing.text, (await desk.partner.get('/api/tickets/999999999')).text, 'one 404 is like another')
	}
	const body = (await desk.partner.get(`/api/messages/${ticket.id + 1}/attachments/99`))
	assert.equal(body.status, 404)
})

test('queries are strict', async () => {
	for (const query of ['x=1', 'view=evil', 'view=open&view=open', 'limit=0', 'limit=201', 'limit=1e9', 'after=nonsense', 'after=1:2', 'after=1:2:-3', 'assignee=-1', 'client=0',
		'type=%27%20OR%201=1', 'view=%ff', 'limit=%31%', "after=1:2:3'--"]) {
		const answer = await desk.partner.get(`/api/tickets?${query}`)
		assertProblem(answer, 400, query)
	}
	for (const query of ['view=all&limit=200', 'type=pricing', 'client=1', 'assignee=1', 'view=closed', 'type=no_request', ''])
		assert.equal((await desk.partner.get(`/api/tickets?${query}`)).status, 200, query)
	for (const q of ['"', "' OR 1=1 --", '*', '* *', 'NEAR(a b)', 'a AND', '(((((', 'col:x', '%00', '%25_%25', '-', 'ünïcödé', '日本', 'a'.repeat(200)]) {
		const { status } = await desk.partner.get(`/api/search?q=${q.startsWith('%') ? q : encodeURIComponent(q)}`)
		assert.ok([200, 400].includes(status), `${q}: ${status}`)
	}
	assert.equal((await desk.partner.get(`/api/search?q=${'*'.repeat(3000)}`)).status, 400)
	assert.equal((await desk.partner.get('/api/search')).status, 400)
})

test('bodies are strict, and the field is named', async () => {
	const note = `/api/tickets/${ticket.id}/notes`
	const cases = [['{"text":"a","text":"b"}', 'text'], ['{"text":"a","role":"partner"}', 'role'], ['{"text":"a","id":7}', 'id'], ['{}', 'text'], ['{"text":null}', 'text'], ['{"text":5}', 'text'],
		['{"text":["a"]}', 'text'], ['{"text":"a\\u0000b"}', undefined], ['{"text":"\\ud800"}', undefined], ['{"text":"  "}', 'text'], ['[]', undefined], ['"x"', undefined], ['', undefined],
		['{"text":"a"', undefined], ['{"text":"a"} {}', undefined], ['\ufeff{"text":"a"}', undefined], ['{"text":1e400}', undefined], ['{text:"a"}', undefined], ["{'text':'a'}", undefined]]
	for (const [raw, field] of cases) {
		const answer = await desk.partner.ask('POST', note, { raw })
		assertProblem(answer, 400, raw)
		assert.equal(answer.body.field, field, raw)
	}
	assertProblem(await desk.partner.ask('POST', note, { raw: Buffer.from([0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]) }), 400, 'bad UTF-8')
	assertProblem(await desk.partner.ask('POST', note, { raw: '['.repeat(500_000) }), 400, 'depth')
	assertProblem(await desk.partner.ask('POST', note, { raw: `{"text":[${'0,'.repeat(400_000)}0]}` }), 400, 'values')
	assertProblem(await desk.partner.ask('POST', note, { raw: `{"text":"${'a'.repeat(2 << 20)}"}` }), 413, 'size')
	for (const [route, body, field] of [['assign', { member: 1.5 }, 'member'], ['assign', { member: '1' }, 'member'], ['assign', { member: -1 }, 'member'], ['assign', {}, 'member'],
		['state', { state: 'exploded' }, 'state'], ['type', { type: 'DROP TABLE' }, 'type'], ['merge', { into: 2 ** 60 }, 'into'], ['reply', { text: 'a', cc: ['a', 5] }, 'cc[1]'],
		['reply', { text: 'a', attachments: Array(51).fill(-1) }, 'attachments'], ['reply', { text: 'a', from: 'ceo@studio.example' }, 'from'], ['calls', { direction: 'up', spoke: true, text: 'a' }, 'direction']]) {
		const answer = await desk.partner.post(`/api/tickets/${ticket.id}/${route}`, body)
		assertProblem(answer, 400, `${route} ${JSON.stringify(body)}`)
		assert.equal(answer.body.field, field)
	}
	const { messages } = (await desk.partner.get(`/api/tickets/${ticket.id}`)).body
	assert.equal(messages.length, 1, 'nothing of it was written')
})

test('state changes need JSON, a command id, and our own page', async () => {
	const note = `/api/tickets/${ticket.id}/notes`
	const body = { text: 'never' }
	const refused = [
		[{ 'Content-Type': 'text/plain' }, 415], [{ 'Content-Type': 'application/x-www-form-urlencoded' }, 415], [{ 'Content-Type': 'multipart/form-data; boundary=x' }, 415],
		[{ 'Holdfast-Command': null }, 400], [{ 'Holdfast-Command': '' }, 400], [{ 'Holdfast-Command': 'x'.repeat(32) }, 400], [{ 'Holdfast-Command': commandId().toUpperCase().replace(/\d/g, 'A') }, 400],
		[{ 'Holdfast-Command': commandId().slice(1) }, 400],
		[{ Origin: 'https://evil.example' }, 403], [{ Origin: 'null' }, 403], [{ Origin: `http://127.0.0.1:${desk.port + 1}` }, 403], [{ Origin: `https://127.0.0.1:${desk.port}` }, 403],
		[{ 'Sec-Fetch-Site': 'cross-site' }, 403], [{ 'Sec-Fetch-Site': 'same-site' }, 403], [{ 'Sec-Fetch-Site': 'none' }, 403],
		[{ Origin: desk.origin, 'Sec-Fetch-Site': 'cross-site' }, 403],
	]
	for (const [headers, status] of refused) assertProblem(await desk.partner.post(note, body, { headers }), status, JSON.stringify(headers))
	assert.equal((await desk.partner.get(`/api/tickets/${ticket.id}`)).body.messages.length, 1)
	for (const headers of [{ Origin: desk.origin, 'Sec-Fetch-Site': 'same-origin' }, { 'Content-Type': 'application/json; charset=utf-8' }])
		assert.equal((await desk.partner.post(note, { text: 'fine' }, { headers })).status, 200)
	for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'https://evil.example' }]) {
		assert.equal((await desk.partner.get('/api/tickets', { headers })).status, 403, 'reading across sites')
		const stream = await desk.partner.stream('/api/stream', headers).open()
		assert.equal(stream.status, 403)
		await stream.close()
	}
	const get = await desk.partner.get(`/api/tickets/${ticket.id}/assign`)
	assert.equal(get.status, 405, 'nothing changes by GET')
})

test('only our own host is answered for', async () => {
	for (const [line, status] of [['Host: evil.example', 421], ['Host: 127.0.0.1', 421], [`Host: 127.0.0.1:${1}`, 421], ['X: y', 400], ['Host:', 400],
		[`${host()}\r\nHost: evil.example`, 400], [`${host()}\r\nX-Forwarded-Host: evil.example`, 401]]) {
		const answer = await rawRequest(desk.port, `GET /api/session HTTP/1.1\r\n${line}\r\n\r\n`)
		assert.equal(answer.status, status, line)
	}
})

test('framing that could be read in two ways is refused', async () => {
	const start = `POST /api/session HTTP/1.1\r\n${host()}\r\nContent-Type: application/json\r\n`
	const cases = {
		'length and chunks': `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
		'two lengths': `${start}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`,
		'unknown encoding': `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
		'two encodings': `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
		'negative length': `${start}Content-Length: -1\r\n\r\n`,
		'length with a sign': `${start}Content-Length: +2\r\n\r\n{}`,
		'chunk size overflow': `${start}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n`,
		'a GET with a body': `GET /api/session HTTP/1.1\r\n${host()}\r\nContent-Length: 2\r\n\r\n{}`,
		'HTTP/0.9': 'GET /api/session\r\n\r\n',
		'HTTP/3.7': `GET /api/session HTTP/3.7\r\n${host()}\r\n\r\n`,
		'no request': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
		'empty header name': `GET /api/session HTTP/1.1\r\n${host()}\r\n: x\r\n\r\n`,
		'huge header': `GET /api/session HTTP/1.1\r\n${host()}\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
		'many headers': `GET /api/session HTTP/1.1\r\n${host()}\r\n${'X: y\r\n'.repeat(10_000)}\r\n`,
	}
	for (const [name, bytes] of Object.entries(cases)) {
		const answer = await rawRequest(desk.port, bytes, { waitMs: 3000 })
		assert.ok(answer.status === 0 || (answer.status >= 400 && answer.status < 500) || answer.status === 501 || answer.status === 505, `${name}: ${answer.status}`)
		// The library prints the head of its own refusals twice, and closes.
		assert.ok(answer.answers <= 1 || /Connection: close/.test(answer.text), `${name}: one answer at most`)
	}
})

test('many connections that say nothing keep nobody out', async () => {
	const idle = await Promise.all(Array.from({ length: 200 }, () => rawRequest(desk.port, 'GET /api/ses', { waitMs: 1 }).catch(() => null)))
	assert.equal(idle.length, 200)
	const began = Date.now()
	assert.equal((await desk.partner.get('/api/tickets')).status, 200)
	assert.ok(Date.now() - began < 3000)
})

test('pipelined requests are answered in order', async () => {
	const one = `GET /api/session HTTP/1.1\r\n${host()}\r\n${cookie()}\r\n\r\n`
	const last = `GET /api/nothing HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`
	const answer = await rawRequest(desk.port, one.repeat(20) + last, { waitMs: 5000 })
	assert.ok(answer.answers >= 1)
})
