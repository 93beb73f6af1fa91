// The audit: who did what, in sentences, for partners alone.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, agent, ticket, me
before(async () => {
	desk = await Desk.start()
	agent = await desk.agent()
	me = (await agent.get('/api/session')).body.member.id
	ticket = await desk.receive()
	await agent.post(`/api/tickets/${ticket.id}/notes`, { text: 'CANARY' })
	await agent.post(`/api/tickets/${ticket.id}/assign`, { member: me })
})
after(() => desk.stop())

const read = async (query = '') => (await desk.partner.get(`/api/audit${query}`)).body

test('newest first, every event once, page by page to the first', async () => {
	const { seq } = (await desk.partner.get('/api/session')).body
	const seen = []
	for (let after = ''; ;) {
		const page = await read(after)
		seen.push(...page.events.map((e) => e.seq))
		if (!page.next) break
		after = `?after=${page.next}`
	}
	assert.deepEqual(seen.slice(-seq), Array.from({ length: seq }, (_, i) => seq - i))
})

test('each has a sentence, its actor, and the thread it is about', async () => {
	const { events } = await read()
	assert.ok(events.every((e) => e.text.length > 2))
	const assigned = events.find((e) => e.kind === 'ticket_assigned' && e.actor === me)
	assert.deepEqual([assigned.ticket, assigned.subject, assigned.class], [ticket.id, ticket.subject, 'fact'])
	assert.equal(assigned.text, 'Given to Jonas Weber')
	assert.ok(events.some((e) => e.kind === 'member_added' && e.text === 'Member added: Jonas Weber'))
})

test('it is filtered by member, kind and time', async () => {
	assert.ok((await read(`?member=${me}`)).events.every((e) => e.actor === me))
	assert.ok((await read(`?member=${me}`)).events.length >= 2)
	const notes = await read('?kind=note_added')
	assert.deepEqual(notes.events.map((e) => e.kind), ['note_added'])
	assert.equal((await read(`?from=${Date.now() + 60_000}`)).events.length, 0)
	assert.equal((await read('?to=1000')).events.length, 0)
	const [{ at }] = notes.events
	const around = await read(`?from=${at}&to=${at + 1}`)
	assert.ok(around.events.some((e) => e.kind === 'note_added'))
	assert.equal((await desk.partner.get('/api/audit?kind=nonsense')).status, 400)
})

test('how members get in is in it', async () => {
	const { body: { created } } = await agent.post('/api/tokens', { name: 'Tracker of jobs', rights: ['ticket_read'], expires_at: null })
	await agent.delete(`/api/tokens/${created.id}`)
	const { events } = await read('?kind=access_changed')
	assert.deepEqual(events.slice(0, 2).map((e) => [e.actor, e.text]), [[me, 'Token for a program taken back: Tracker of jobs'], [me, 'Token for a program made: Tracker of jobs']])
})

test('it is for who has the right, and as its schema says', async () => {
	assert.equal((await agent.get('/api/audit')).status, 403)
	const route = routesOf((await desk.partner.get('/api/openapi.json')).body).find((r) => r.path === '/api/audit')
	conforms(route.answer, await read(), 'audit')
})
