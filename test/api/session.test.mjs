// Who is signed in, how that begins and how it ends.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, partner, rawRequest, until } from './lib.mjs'

let desk
before(async () => { desk = await Desk.start({ setup: false }) })
after(() => desk.stop())

test('the first run is asked for, works once, and is gone', async () => {
	const visitor = desk.visitor()
	const nobody = await visitor.get('/api/session')
	assert.equal(nobody.status, 401)
	assert.equal(nobody.body.setup, true)
	const state = await visitor.get('/api/setup')
	assert.equal(state.body.needed, true)
	assert.ok(state.body.zones.includes('Europe/Berlin'))

	const both = await Promise.allSettled([desk.firstRun(), desk.firstRun({ agency: 'Studio Sud' })])
	assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1, 'one of two first runs wins')
	desk.partner = both.find((one) => one.status === 'fulfilled').value
	assert.equal((await desk.partner.get('/api/session')).body.member.role, 'partner')

	assert.equal((await visitor.get('/api/setup')).status, 404)
	assert.equal((await visitor.post('/api/setup', {
		agency: 'Evil', ...partner, desk_address: 'x@studio.example', zone: 'UTC', week: {},
	})).status, 404)
	assert.equal((await visitor.get('/api/session')).body.setup, undefined)
})

test('a bad first run names the field', async () => {
	const fresh = await Desk.start({ setup: false })
	const good = { agency: 'A', ...partner, desk_address: 'desk@studio.example', zone: 'Europe/Berlin', week: { mon: [['09:00', '17:00']] } }
	for (const [field, change] of [['password', { password: 'short' }], ['zone', { zone: 'Europe/Atlantis' }], ['week.mon[0]', { week: { mon: [['17:00', '09:00']] } }],
		['address', { address: 'nonsense' }], ['agency', { agency: ' ' }], ['week', { week: undefined }], ['admin', { admin: true }]]) {
		const answer = await fresh.visitor().post('/api/setup', { ...good, ...change })
		assert.equal(answer.status, 400, `${field}: ${answer.text}`)
		assert.ok(answer.body.field.startsWith(field.split('.')[0]), `${answer.body.field} for ${field}`)
	}
	await fresh.stop()
})

test('the cookie is for this host alone and out of reach of scripts', async () => {
	const answer = await desk.visitor().post('/api/session', { address: partner.address, password: partner.password })
	const [cookie] = answer.headers.getSetCookie()
	assert.match(cookie, /^holdfast=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
	assert.ok(!answer.text.includes(cookie.slice(9, 52)), 'the id is in no body')
})

test('wrong password, unknown address and no account look the same', async () => {
	const answers = await Promise.all([
		desk.visitor().post('/api/session', { address: partner.address, password: 'wrong horse battery' }),
		desk.visitor().post('/api/session', { address: 'nobody@studio.example', password: 'wrong horse battery' }),
	])
	assert.deepEqual(answers.map((a) => a.status), [403, 403])
	assert.equal(answers[0].text, answers[1].text)
	assert.equal(answers[0].headers.get('set-cookie'), null)
})

test('guessing is slowed down, with the time to wait', async () => {
	const guesses = []
	for (let i = 0; i < 8; i++) guesses.push(await desk.visitor().post('/api/session', { address: 'guess@studio.example', password: `guess number ${i}` }))
	const refused = guesses.find((a) => a.status === 429)
	assert.ok(refused, 'the sixth guess waits')
	assert.ok(Number(refused.headers.get('retry-after')) >= 1)
})

test('an id that the browser brought is never adopted', async () => {
	const chosen = `holdfast=${'A'.repeat(43)}`
	const visitor = desk.visitor()
	visitor.cookie = chosen
	await visitor.post('/api/session', { address: partner.address, password: partner.password })
	assert.notEqual(visitor.cookie, chosen)
	const old = visitor.cookie
	await visitor.post('/api/session', { address: partner.address, password: partner.password })
	assert.notEqual(visitor.cookie, old)
	for (const cookie of [chosen, old, `${visitor.cookie}; ${visitor.cookie}`, `${visitor.cookie}x`, visitor.cookie.slice(0, -1), 'holdfast=', '']) {
		const answer = await desk.visitor().get('/api/tickets', { headers: { Cookie: cookie } })
		assert.equal(answer.status, 401, cookie)
	}
	for (const place of [`/api/tickets?holdfast=${visitor.cookie.slice(9)}`, '/api/tickets']) {
		const answer = await desk.visitor().get(place, { headers: { 'X-Remote-User': partner.address, Authorization: `Bearer ${visitor.cookie.slice(9)}` } })
		assert.ok([400, 401].includes(answer.status))
	}
})

test('signing out ends the session and its stream', async () => {
	const visitor = await desk.signIn(partner.address, partner.password)
	const stream = await visitor.stream().open()
	const cookie = visitor.cookie
	const answer = await visitor.delete('/api/session')
	assert.equal(answer.status, 204)
	assert.match(answer.headers.get('set-cookie'), /Max-Age=0/)
	await stream.find('a farewell', (e) => e.event === 'bye')
	await until('the stream to end', () => stream.ended)
	assert.equal((await desk.visitor().get('/api/session', { headers: { Cookie: cookie } })).status, 401)
})

test('a member who is switched off, or whose role changes, is out everywhere within five seconds', async () => {
	for (const change of [{ active: false }, { role: 'partner' }, { password: 'another long password' }]) {
		const address = `agent-${Object.keys(change)[0]}@studio.example`
		const agent = await desk.agent('Mia Kern', address)
		const { body: { member } } = await agent.get('/api/session')
		const stream = await agent.stream().open()
		const began = Date.now()
		assert.equal((await desk.partner.patch(`/api/members/${member.id}`, change)).status, 200)
		assert.equal((await agent.get('/api/tickets')).status, 401)
		await stream.find('a farewell', (e) => e.event === 'bye')
		assert.ok(Date.now() - began < 5000)
		await until('the stream to end', () => stream.ended)
	}
})

test('the last partner cannot lock the agency out', async () => {
	const { body: { member } } = await desk.partner.get('/api/session')
	const members = (await desk.partner.get('/api/members')).body
	for (const other of members.filter((m) => m.role === 'partner' && m.id !== member.id))
		await desk.partner.patch(`/api/members/${other.id}`, { role: 'agent' })
	assert.equal((await desk.partner.patch(`/api/members/${member.id}`, { active: false })).status, 409)
	assert.equal((await desk.partner.patch(`/api/members/${member.id}`, { role: 'agent' })).status, 409)
	assert.equal((await desk.partner.get('/api/session')).status, 200)
})

test('changing one\'s own password asks for the old one and ends the other sessions', async () => {
	const one = await desk.agent('Ola Nyman', 'ola@studio.example')
	const two = await desk.signIn('ola@studio.example', 'battery staple horse')
	assert.equal((await one.post('/api/session/password', { old: 'not it at all', password: 'a new long password' })).status, 403)
	assert.equal((await one.post('/api/session/password', { old: 'battery staple horse', password: 'short' })).status, 400)
	assert.equal((await one.post('/api/session/password', { old: 'battery staple horse', password: 'a new long password' })).status, 200)
	assert.equal((await one.get('/api/session')).status, 200)
	assert.equal((await two.get('/api/session')).status, 401)
	await desk.signIn('ola@studio.example', 'a new long password')
})

test('tokens of the wrong form or unknown are refused alike', async () => {
	for (const token of ['', '%', '_', '*', 'null', '0', 'A'.repeat(43), 'A'.repeat(42)]) {
		const answer = await desk.visitor().post('/api/session', { token })
		assert.equal(answer.status, 403, token)
	}
	assert.equal((await desk.visitor().post('/api/session', { token: ['x'] })).status, 400)
	assert.equal((await desk.visitor().post('/api/session', { token: 'A'.repeat(1 << 20) })).status, 413)
})

test('huge passwords are refused before anything is hashed', async () => {
	const answer = await rawRequest(desk.port, `POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:${desk.port}\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n`)
	assert.equal(answer.status, 413, 'refused before a byte of it was read')
	assert.equal((await desk.visitor().post('/api/session', { address: partner.address, password: 'x'.repeat(1000) })).status, 400)
})
