// Saved views: a search with a name, read when it is saved, seen by whom it is
// shared with, counted as its list.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, agent, answers
const views = async (who) => (await who.get('/api/views')).body.views

before(async () => {
	desk = await Desk.start()
	agent = await desk.agent()
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, path) => routes.find((r) => r.method === method && r.path === path).answer
	await desk.receive({ subject: 'One', from: 'ana@greenleaf.example', text: 'Where are we with the files?' })
	await desk.receive({ subject: 'Two', from: 'ben@marlow.example', text: 'How much is it?' })
})
after(() => desk.stop())

test('an agency begins with views that are used every day, and may change them', async () => {
	const answer = await agent.get('/api/views')
	conforms(answers('GET', '/api/views'), answer.body)
	const names = answer.body.views.map((v) => v.name)
	for (const name of ['Needs a reply now', 'Due in 15 minutes', 'Waiting on client', 'Waiting on production', 'Flagged', 'Undelivered', 'Snoozed']) assert.ok(names.includes(name), name)
	for (const view of answer.body.views) assert.equal((await agent.get(`/api/tickets?q=${encodeURIComponent(view.query)}&order=${view.order}`)).status, 200, view.name)
	const due = answer.body.views.find((v) => v.name === 'Due today')
	assert.equal((await agent.patch(`/api/views/${due.id}`, { name: 'Mine now' })).status, 403)
	assert.equal((await desk.partner.patch(`/api/views/${due.id}`, { name: 'Today' })).body.view.name, 'Today')
})

test('what is saved is read first; an error has its place', async () => {
	const bad = await agent.post('/api/views', { name: 'Bad', query: 'invoice is:opne' })
	assert.equal(bad.status, 400)
	assert.deepEqual([bad.body.field, bad.body.start, bad.body.end, bad.body.suggest], ['query', 8, 15, 'is:open'])
	const saved = await agent.post('/api/views', { name: 'Prices', query: 'type:pricing is:open' })
	assert.equal(saved.status, 200, saved.text)
	conforms(answers('POST', '/api/views'), saved.body)
	assert.deepEqual([saved.body.view.order, saved.body.view.shared], ['due', 'mine'])
	assert.equal((await agent.patch(`/api/views/${saved.body.view.id}`, { query: 'frm:x' })).status, 400)
	const changed = await agent.patch(`/api/views/${saved.body.view.id}`, { order: 'newest' })
	assert.deepEqual([changed.body.view.order, changed.body.view.query], ['newest', 'type:pricing is:open'])
})

test('mine, a team, all', async () => {
	const me = (await desk.partner.get('/api/session')).body.member
	const mine = (await views(agent)).find((v) => v.name === 'Prices')
	assert.equal((await views(desk.partner)).some((v) => v.id === mine.id), false)
	assert.equal((await desk.partner.patch(`/api/views/${mine.id}`, { name: 'Theirs' })).status, 404)
	await agent.patch(`/api/views/${mine.id}`, { shared: 'team', members: [me.id] })
	assert.equal((await views(desk.partner)).some((v) => v.id === mine.id), true)
	await agent.patch(`/api/views/${mine.id}`, { members: [] })
	assert.equal((await views(desk.partner)).some((v) => v.id === mine.id), false)
	await agent.patch(`/api/views/${mine.id}`, { shared: 'all', position: 0 })
	assert.equal((await views(desk.partner))[0].id, mine.id)
	assert.equal((await agent.delete(`/api/views/${mine.id}`)).status, 200)
	assert.equal((await views(agent)).some((v) => v.id === mine.id), false)
})

test('counts are those of the lists', async () => {
	const extra = [['Nobody has', 'is:unassigned'], ['Words', 'much'], ['Gone', 'is:closed'], ['All', '']]
	for (const [name, query] of extra) assert.equal((await agent.post('/api/views', { name, query, shared: 'all' })).status, 200)
	const answer = await agent.get('/api/views/counts')
	conforms(answers('GET', '/api/views/counts'), answer.body)
	for (const view of await views(agent)) {
		const rows = (await agent.get(`/api/tickets?q=${encodeURIComponent(view.query)}&limit=200`)).body.tickets
		assert.equal(answer.body.counts[view.id], rows.length, view.name)
	}
	// "mine" is who asks.
	const mine = await agent.post('/api/views', { name: 'On me', query: 'is:mine', shared: 'all' })
	const [row] = (await agent.get('/api/tickets')).body.tickets
	await agent.post(`/api/tickets/${row.id}/assign`, { member: (await agent.get('/api/session')).body.member.id })
	assert.equal((await agent.get('/api/views/counts')).body.counts[mine.body.view.id], 1)
	assert.equal((await desk.partner.get('/api/views/counts')).body.counts[mine.body.view.id], 0)
})
