// Tokens for programs: what they open, what they never open, and their end.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commandId, Desk } from './lib.mjs'

let desk, agent, ticket
before(async () => {
	desk = await Desk.start()
	agent = await desk.agent()
	ticket = await desk.receive()
})
after(() => desk.stop())

const make = async (visitor, rights, more = {}) => {
	const answer = await visitor.post('/api/tokens', { name: 'tracker', rights, expires_at: null, ...more })
	assert.equal(answer.status, 200, answer.text)
	return answer.body
}
const as = (token) => ({ headers: { Authorization: `Bearer ${token}`, 'Holdfast-Command': null } })
const program = () => desk.visitor()

test('a token has a form of its own, is shown once and kept as a hash', async () => {
	const { token, created } = await make(agent, ['ticket_read'])
	assert.match(token, /^hft_[A-Za-z0-9_-]{43}$/)
	assert.deepEqual([created.name, created.rights, created.last_used_at, created.expires_at], ['tracker', ['ticket_read'], null, null])
	const list = await agent.get('/api/tokens')
	assert.ok(list.body.tokens.some((t) => t.id === created.id))
	assert.ok(!list.text.includes(token))
	const headers = { 'Holdfast-Command': commandId() }
	const body = { name: 'twice', rights: ['ticket_read'], expires_at: null }
	assert.equal((await agent.post('/api/tokens', body, { headers })).status, 200)
	assert.equal((await agent.post('/api/tokens', body, { headers })).status, 409, 'the same command cannot show it again')
})

test('it reads and writes as its member, without a cookie and without a command id', async () => {
	const { token, created } = await make(agent, ['ticket_read', 'ticket_write'])
	assert.equal((await program().get('/api/tickets', as(token))).status, 200)
	const note = await program().post(`/api/tickets/${ticket.id}/notes`, { text: 'by a program' }, as(token))
	assert.equal(note.status, 200, note.text)
	const twice = await program().post(`/api/tickets/${ticket.id}/notes`, { text: 'by a program' }, as(token))
	assert.notEqual(twice.body.message.id, note.body.message.id, 'without an id each is its own command')
	assert.equal(note.body.message.from.member, (await agent.get('/api/session')).body.member.id)
	const { tokens } = (await agent.get('/api/tokens')).body
	assert.ok(tokens.find((t) => t.id === created.id).last_used_at > 0)
	assert.equal(note.headers.get('set-cookie'), null)
})

test('it can do no more than it was given, nor than its member may', async () => {
	const { token } = await make(agent, ['ticket_read'])
	assert.equal((await program().post(`/api/tickets/${ticket.id}/notes`, { text: 'x' }, as(token))).status, 403)
	assert.equal((await program().get('/api/clients', as(token))).status, 403)
	assert.equal((await program().get('/api/members', as(token))).status, 200, 'what any member may see')
	for (const rights of [['settings_write'], ['nonsense'], ['public'], ['session']])
		assert.equal((await agent.post('/api/tokens', { name: 'x', rights, expires_at: null })).status, 400, rights[0])
	const { token: none } = await make(agent, [])
	assert.equal((await program().get('/api/tickets', as(none))).status, 403)
	const live = await program().stream('/api/stream', { Authorization: `Bearer ${none}` }).open()
	assert.equal(live.status, 403)
	await live.close()
})

test('it manages neither sessions nor tokens', async () => {
	const { token, created } = await make(desk.partner, ['ticket_read', 'member_write', 'settings_write', 'audit_read'])
	for (const [method, path, body] of [['GET', '/api/session/sessions'], ['DELETE', `/api/session/sessions/${created.id}`], ['GET', '/api/tokens'], ['POST', '/api/tokens', { name: 'x', rights: [], expires_at: null }],
		['DELETE', `/api/tokens/${created.id}`], ['POST', '/api/session/password', { old: '', password: 'a new long password' }], ['DELETE', '/api/session'], ['POST', '/api/session', { address: 'a@b.example', password: 'x' }]]) {
		const answer = await program().ask(method, path, { body: body ?? (method === 'GET' ? undefined : {}), ...as(token) })
		assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`)
	}
	assert.equal((await program().get('/api/audit', as(token))).status, 200)
})

test('no other form opens anything, and a cookie beside it does not help', async () => {
	const { token } = await make(agent, ['ticket_read'])
	const wrong = [token.slice(0, -1), `${token}A`, token.slice(4), `hft_${'A'.repeat(43)}`, '', `hft_${token}`, token.toUpperCase()]
	for (const value of wrong.map((w) => `Bearer ${w}`).concat([`bearer ${token}`, `Basic ${token}`, token, `Bearer  ${token}`, agent.cookie.split('=')[1]])) {
		assert.equal((await program().get('/api/tickets', { headers: { Authorization: value } })).status, 401, value)
		assert.equal((await agent.get('/api/tickets', { headers: { Authorization: value } })).status, 401, `${value} with a cookie`)
	}
	assert.equal((await desk.visitor().get('/api/tickets', { headers: { Cookie: `holdfast=${token}` } })).status, 401)
	assert.equal((await desk.visitor().get(`/api/tickets?token=${token}`)).status, 401)
})

test('a browser of another site cannot use one', async () => {
	const { token } = await make(agent, ['ticket_read'])
	for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'https://evil.example' }])
		assert.equal((await program().get('/api/tickets', { headers: { Authorization: `Bearer ${token}`, ...headers } })).status, 403)
})

test('it ends when it is taken back, by its member or a partner, and when its time is over', async () => {
	const mine = await make(agent, ['ticket_read'])
	const other = await make(agent, ['ticket_read'])
	const theirs = await make(desk.partner, ['ticket_read'])
	assert.equal((await agent.delete(`/api/tokens/${theirs.created.id}`)).status, 404)
	assert.ok(!(await agent.get('/api/tokens')).body.tokens.some((t) => t.id === theirs.created.id))
	assert.ok((await desk.partner.get('/api/tokens')).body.tokens.some((t) => t.id === mine.created.id))
	assert.equal((await agent.delete(`/api/tokens/${mine.created.id}`)).status, 200)
	assert.equal((await desk.partner.delete(`/api/tokens/${other.created.id}`)).status, 200)
	for (const { token } of [mine, other]) assert.equal((await program().get('/api/tickets', as(token))).status, 401)
	const soon = await make(agent, ['ticket_read'], { expires_at: Date.now() + 700 })
	assert.equal((await program().get('/api/tickets', as(soon.token))).status, 200)
	await new Promise((resolve) => setTimeout(resolve, 900))
	assert.equal((await program().get('/api/tickets', as(soon.token))).status, 401)
	assert.equal((await agent.post('/api/tokens', { name: 'x', rights: [], expires_at: 1000 })).status, 400)
})
