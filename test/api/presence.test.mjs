// Who is on which thread: in memory, told live, and over when the page, the
// stream or the session is.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, me, jonas, jo, row
before(async () => {
	desk = await Desk.start()
	me = (await desk.partner.get('/api/session')).body.member
	jonas = await desk.agent()
	jo = (await jonas.get('/api/session')).body.member
	row = await desk.receive({ subject: 'Who is here' })
})
after(() => desk.stop())

const say = (visitor, doing, tab = 'tab-1', ticket = row.id) => visitor.post(`/api/tickets/${ticket}/presence`, { doing, tab })
const here = async (ticket = row.id) => (await desk.partner.get('/api/presence')).body.presence.find((p) => p.ticket === ticket)?.members ?? []

test('two on one thread see each other at once', async () => {
	const stream = await desk.partner.stream().open()
	assert.equal((await say(jonas, 'viewing')).status, 204)
	const seen = await stream.find('the presence', (e) => e.event === 'presence' && e.data.members.some((m) => m.member === jo.id))
	assert.equal(seen.data.ticket, row.id)
	assert.equal(seen.data.members[0].doing, 'viewing')
	assert.equal(seen.id, null)
	await say(desk.partner, 'replying')
	await say(jonas, 'replying', 'tab-2')
	const both = await here()
	assert.deepEqual(both.map((m) => [m.member, m.doing]).sort(), [[me.id, 'replying'], [jo.id, 'replying']].sort())
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	conforms(routes.find((r) => r.method === 'GET' && r.path === '/api/presence').answer, (await desk.partner.get('/api/presence')).body)
	await say(jonas, 'gone', 'tab-2')
	assert.equal((await here()).find((m) => m.member === jo.id).doing, 'viewing')
	await say(jonas, 'gone', 'tab-1')
	await stream.find('the end', (e) => e.event === 'presence' && !e.data.members.some((m) => m.member === jo.id) && stream.events.indexOf(e) > stream.events.indexOf(seen))
	await say(desk.partner, 'gone')
	assert.deepEqual(await here(), [])
	await stream.close()
})

test('a tab is on one thread at a time', async () => {
	const other = await desk.receive({ subject: 'Another' })
	await say(jonas, 'viewing')
	await say(jonas, 'viewing', 'tab-1', other.id)
	assert.deepEqual(await here(), [])
	assert.equal((await here(other.id)).length, 1)
	await say(jonas, 'gone', 'tab-1', other.id)
})

test('who closes the stream or signs out is gone', async () => {
	const stream = await jonas.stream().open()
	await say(jonas, 'viewing')
	assert.equal((await here()).length, 1)
	await stream.close()
	// A connection that is gone is found by writing to it.
	await until('the place to end', async () => {
		await say(desk.partner, 'viewing', 'waker')
		await say(desk.partner, 'gone', 'waker')
		return (await here()).length === 0
	})
	const third = await desk.signIn('jonas@studio.example', 'battery staple horse')
	await say(third, 'replying')
	assert.equal((await here()).length, 1)
	await third.delete('/api/session')
	assert.deepEqual(await here(), [])
})

test('it is bounded, checked, and no gesture', async () => {
	for (let i = 0; i < 40; i++) assert.equal((await say(jonas, 'viewing', `many-${i}`)).status, 204)
	assert.equal((await here()).length, 1)
	assert.equal((await say(jonas, 'viewing', 'x', 999_999)).status, 404)
	assert.equal((await say(jonas, 'dancing')).status, 400)
	assert.equal((await say(jonas, 'viewing', 'x'.repeat(65))).status, 400)
	assert.equal((await say(desk.visitor(), 'viewing')).status, 401)
	const seq = (await desk.partner.get('/api/session')).body.seq
	await say(jonas, 'replying')
	assert.equal((await desk.partner.get('/api/session')).body.seq, seq)
})
