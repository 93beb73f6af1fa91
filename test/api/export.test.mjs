// Taking everything along: what one may see, as JSON and as CSV that a
// spreadsheet does not run, in pieces. And the document of the API.

import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { file, head, rawMail, resident } from './abuse_lib.mjs'
import { commandId, deliver, Desk, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, agent
before(async () => {
	desk = await Desk.start()
	agent = await desk.agent()
	await desk.receive({ subject: '=HYPERLINK("http://evil.example","x")', from: '"+cmd|calc" <ana@greenleaf.example>', text: '-2+3 "quoted", and\r\nmore' })
	await desk.receive({ subject: 'Plain, with a comma', from: 'Bo <bo@greenleaf.example>' })
})
after(() => desk.stop())

const nouns = ['tickets', 'messages', 'clients', 'contacts', 'promises', 'events']
const take = (visitor, noun, query = '') => visitor.get(`/api/export/${noun}${query}`)

// RFC 4180, read as strictly as can be.
function parse(text) {
	const rows = [[]]
	let at = 0
	while (at < text.length) {
		let cell = ''
		if (text[at] === '"') {
			for (at++; ; at++) {
				if (text[at] !== '"') cell += text[at]
				else if (text[at + 1] === '"') cell += text[at++]
				else break
			}
			at++
		} else {
			while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++]
		}
		rows.at(-1).push(cell)
		if (text[at] === ',') at++
		else {
			assert.equal(text.slice(at, at + 2), '\r\n')
			at += 2
			if (at < text.length) rows.push([])
		}
	}
	const [names, ...rest] = rows
	return rest.map((row) => {
		assert.equal(row.length, names.length)
		return Object.fromEntries(names.map((name, i) => [name, row[i]]))
	})
}

test('JSON has each record as the API shows it', async () => {
	const list = (await desk.partner.get('/api/tickets?view=all')).body.tickets
	const { status, headers, body } = await take(desk.partner, 'tickets')
	assert.equal(status, 200)
	assert.equal(headers.get('content-disposition'), 'attachment; filename="tickets.json"')
	assert.equal(headers.get('cache-control'), 'no-store')
	assert.deepEqual(body.map((t) => t.id).sort(), list.map((t) => t.id).sort())
	const route = routesOf((await desk.partner.get('/api/openapi.json')).body).find((r) => r.path === '/api/tickets' && r.method === 'GET')
	for (const row of body) conforms(route.answer.properties.tickets.items, row, 'ticket')
	const messages = (await take(desk.partner, 'messages')).body
	assert.ok(messages.some((m) => m.ticket === list[0].id && m.message.from.address.endsWith('@greenleaf.example')))
	for (const noun of nouns) assert.ok((await take(desk.partner, noun)).body.length > 0, noun)
})

test('AC-053: a spreadsheet runs nothing of it, and the value can be had back', async () => {
	for (const noun of nouns) {
		const { status, text, headers } = await take(desk.partner, noun, '?format=csv')
		assert.equal(status, 200)
		assert.match(headers.get('content-type'), /^text\/csv/)
		const rows = parse(text)
		assert.ok(rows.length > 0, noun)
		for (const row of rows)
			for (const [name, cell] of Object.entries(row)) assert.ok(!/^[=+@\t\r\uff1d\uff0b\uff20]/.test(cell) && !/^-\D/.test(cell), `${noun}.${name}: ${cell}`)
	}
	const tickets = parse((await take(desk.partner, 'tickets', '?format=csv')).text)
	assert.ok(tickets.some((t) => t.subject === '\'=HYPERLINK("http://evil.example","x")' && t['contact.name'].startsWith('\'+cmd')))
	assert.ok(tickets.some((t) => t.subject === 'Plain, with a comma'))
	assert.ok(tickets.every((t) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(t.opened_at)))
	const messages = parse((await take(desk.partner, 'messages', '?format=csv')).text)
	assert.ok(messages.some((m) => m['message.text'].startsWith('\'-2+3 "quoted"')))
})

test('only what one may see, and only while one may', async () => {
	assert.equal((await take(agent, 'events')).status, 403)
	assert.equal((await take(desk.visitor(), 'tickets')).status, 401)
	const { body: { token } } = await agent.post('/api/tokens', { name: 't', rights: ['client_read'], expires_at: null })
	const as = { headers: { Authorization: `Bearer ${token}` } }
	assert.equal((await desk.visitor().get('/api/export/tickets', as)).status, 403)
	assert.equal((await desk.visitor().get('/api/export/clients', as)).status, 200)
	for (const query of ['?format=xlsx', '?limit=5', '?format=csv&format=json']) assert.equal((await take(agent, 'tickets', query)).status, 400, query)
	assert.equal((await take(agent, 'clients', '?q=x')).status, 400)
	assert.equal((await take(agent, 'nonsense')).status, 404)
})

test('with a search it is what the search finds', async () => {
	const found = (await take(agent, 'tickets', '?q=subject:comma')).body
	assert.deepEqual(found.map((t) => t.subject), ['Plain, with a comma'])
	assert.deepEqual((await take(agent, 'tickets', '?q=nowheretobefound')).body, [])
	assert.equal((await take(agent, 'tickets', '?q=is:nonsense')).status, 400)
})

test('it comes in pieces: all of many, in bounded memory, and a slow reader holds up nobody', async () => {
	const text = 'x'.repeat(900).concat('\r\n').repeat(400)
	for (let i = 0; i < 60; i++) await deliver(desk.lmtp, { bytes: rawMail(head({ subject: `Many ${i}`, from: `m@m${i}.example` }), text) })
	for (let i = 0; i < 200; i++) await deliver(desk.lmtp, { subject: `Small ${i}`, from: `s@s${i}.example` })
	await file(desk, rawMail(head({ subject: 'The last', from: 'l@last.example' })))
	const before = resident(desk)
	const { body } = await take(desk.partner, 'messages')
	assert.equal(body.filter((m) => /^(Many|Small) /.test(m.message.subject)).length, 260)
	assert.equal(new Set(body.map((m) => m.message.id)).size, body.length, 'none twice')
	const sockets = Array.from({ length: 10 }, () => net.connect(desk.port, '127.0.0.1'))
	for (const socket of sockets) {
		socket.on('error', () => {})
		socket.once('data', () => socket.pause())
		socket.write(`GET /api/export/messages HTTP/1.1\r\nHost: 127.0.0.1:${desk.port}\r\nCookie: ${desk.partner.cookie}\r\n\r\n`)
	}
	await until('them to be read from', () => sockets.every((s) => s.isPaused()))
	assert.equal((await desk.partner.get('/api/tickets')).status, 200)
	assert.equal((await agent.post(`/api/tickets/${body[0].ticket}/notes`, { text: 'meanwhile' })).status, 200)
	const slack = process.env.HOLDFAST_PROFILE === 'san' ? 8 : 1
	assert.ok(resident(desk) - before < (64 << 20) * slack, `grew by ${(resident(desk) - before) >> 20} MB`)
	for (const socket of sockets) socket.destroy()
})

test('AC-081: a command id with another body is refused', async () => {
	const [ticket] = (await agent.get('/api/tickets?view=all')).body.tickets
	const headers = { 'Holdfast-Command': commandId() }
	const first = await agent.post(`/api/tickets/${ticket.id}/notes`, { text: 'one thing' }, { headers })
	assert.equal(first.status, 200)
	const other = await agent.post(`/api/tickets/${ticket.id}/notes`, { text: 'another' }, { headers })
	assert.equal(other.status, 422, other.text)
	const again = await agent.post(`/api/tickets/${ticket.id}/notes`, { text: 'one thing' }, { headers })
	assert.equal(again.body.message.id, first.body.message.id)
	const refused = { 'Holdfast-Command': commandId() }
	assert.equal((await agent.post(`/api/tickets/${ticket.id}/notes`, { text: ' ' }, { headers: refused })).status, 400)
	assert.equal((await agent.post(`/api/tickets/${ticket.id}/notes`, { text: 'mended' }, { headers: refused })).status, 200, 'what was refused was not used up')
})

test('the document names every route with its way in, and reads as a page without script', async () => {
	const { body } = await agent.get('/api/openapi.json')
	assert.deepEqual(Object.keys(body.paths), Object.keys(body.paths).slice().sort())
	const ids = new Set()
	for (const [path, methods] of Object.entries(body.paths)) {
		for (const [method, route] of Object.entries(methods)) {
			const name = `${method} ${path}`
			assert.ok(!ids.has(route.operationId), name)
			ids.add(route.operationId)
			assert.equal(route.tags.length, 1, name)
			assert.ok(Array.isArray(route.security), name)
			assert.ok(route.responses.default.content['application/problem+json'].schema.$ref, name)
			assert.deepEqual((path.match(/\{(\w+)\}/g) ?? []).length, route.parameters.filter((p) => p.in === 'path').length, name)
		}
	}
	assert.equal(JSON.stringify(body), JSON.stringify((await desk.partner.get('/api/openapi.json')).body), 'the same for everybody, every time')
	conforms(body.components.schemas.problem, (await agent.get('/api/tickets/999999999')).body)
	const page = await agent.get('/api/docs', { headers: { 'Sec-Fetch-Site': 'none' } })
	assert.equal(page.status, 200)
	assert.match(page.headers.get('content-type'), /^text\/html/)
	assert.match(page.headers.get('content-security-policy'), /default-src 'none'/)
	assert.ok(!/<script|javascript:|https?:\/\//.test(page.text))
	for (const path of Object.keys(body.paths)) assert.ok(page.text.includes(`<code>${path}</code>`), path)
	assert.equal((await desk.visitor().get('/api/docs')).status, 401)
})
