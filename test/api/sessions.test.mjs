// Where one is signed in: the list, ending one of them, and that whoever loses
// the right is out everywhere.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, until } from './lib.mjs'

let desk
before(async () => { desk = await Desk.start() })
after(() => desk.stop())

const list = async (visitor) => (await visitor.get('/api/session/sessions')).body.sessions

test('the list shows each session of mine, and which one this is', async () => {
	const one = await desk.agent('Nils Roth', 'nils@studio.example')
	const two = desk.visitor()
	await two.post('/api/session', { address: 'nils@studio.example', password: 'battery staple horse' }, { headers: { 'User-Agent': 'Lynx/2.8 \u00e9' } })
	const sessions = await list(two)
	assert.equal(sessions.length, 2)
	assert.deepEqual(sessions.map((s) => s.current).sort(), [false, true])
	const mine = sessions.find((s) => s.current)
	assert.match(mine.agent, /^Lynx/)
	assert.equal(mine.address, '127.0.0.1')
	assert.ok(mine.created_at <= mine.seen_at)
	for (const { id } of sessions) assert.ok(Number.isSafeInteger(id) && id > 0)
	assert.ok(!JSON.stringify(sessions).includes(two.cookie.split('=')[1]), 'the id is not the secret')
	assert.equal((await list(one)).length, 2)
	assert.equal((await desk.partner.get('/api/session/sessions')).body.sessions.every((s) => !sessions.some((o) => o.id === s.id)), true, 'others have their own')
})

test('one of them is ended from another, with its stream', async () => {
	const here = await desk.agent('Ida Lund', 'ida@studio.example')
	const there = await desk.signIn('ida@studio.example', 'battery staple horse')
	const stream = await there.stream().open()
	const { id } = (await list(here)).find((s) => !s.current)
	assert.equal((await desk.partner.delete(`/api/session/sessions/${id}`)).status, 404, 'not for anybody else')
	assert.equal((await here.delete(`/api/session/sessions/${id}`)).status, 200)
	await stream.find('a farewell', (e) => e.event === 'bye')
	await until('the stream to end', () => stream.ended)
	assert.equal((await there.get('/api/tickets')).status, 401)
	assert.equal((await here.delete(`/api/session/sessions/${id}`)).status, 404)
	assert.equal((await list(here)).length, 1)
})

test('who is switched off is out everywhere: sessions, streams, tokens, links, files', async () => {
	const agent = await desk.agent('Mia Kern', 'mia@studio.example')
	const { body: { member } } = await agent.get('/api/session')
	const made = await agent.post('/api/tokens', { name: 'tracker', rights: ['ticket_read', 'ticket_write'], expires_at: null })
	const bearer = { Authorization: `Bearer ${made.body.token}` }
	const program = desk.visitor()
	const streams = [await agent.stream().open(), await program.stream('/api/stream', bearer).open()]
	assert.deepEqual(streams.map((s) => s.status), [200, 200])
	assert.equal((await agent.ask('POST', '/api/uploads', { raw: 'x', headers: { 'Content-Type': 'text/plain', 'Holdfast-Name': 'a.txt' } })).status, 200)
	const began = Date.now()
	assert.equal((await desk.partner.patch(`/api/members/${member.id}`, { active: false })).status, 200)
	assert.equal((await agent.get('/api/tickets')).status, 401)
	assert.equal((await program.get('/api/tickets', { headers: bearer })).status, 401)
	for (const stream of streams) {
		await stream.find('a farewell', (e) => e.event === 'bye')
		await until('the stream to end', () => stream.ended)
	}
	assert.ok(Date.now() - began < 5000)
	assert.equal((await desk.visitor().post('/api/session', { address: 'mia@studio.example', password: 'battery staple horse' })).status, 403)
	await desk.partner.patch(`/api/members/${member.id}`, { active: true })
	assert.equal((await program.get('/api/tickets', { headers: bearer })).status, 401, 'what ended stays ended')
})

test('a new role and a new password end sessions and tokens alike', async () => {
	for (const change of [{ role: 'partner' }, { password: 'another long password' }]) {
		const address = `change-${Object.keys(change)[0]}@studio.example`
		const agent = await desk.agent('Ole Vik', address)
		const { body: { member } } = await agent.get('/api/session')
		const { body: { token } } = await agent.post('/api/tokens', { name: 't', rights: ['ticket_read'], expires_at: null })
		const program = desk.visitor()
		const bearer = { Authorization: `Bearer ${token}` }
		const stream = await program.stream('/api/stream', bearer).open()
		assert.equal(stream.status, 200)
		assert.equal((await desk.partner.patch(`/api/members/${member.id}`, change)).status, 200)
		assert.equal((await agent.get('/api/tickets')).status, 401)
		assert.equal((await program.get('/api/tickets', { headers: bearer })).status, 401)
		await until('the stream to end', () => stream.ended)
	}
})
