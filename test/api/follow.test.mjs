// Following a thread, being named in a note, and the notices that come of it:
// each member's own, told at once to their streams and to nobody else's.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deliver, Desk, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, me, jonas, jo, answers
before(async () => {
	desk = await Desk.start()
	me = (await desk.partner.get('/api/session')).body.member
	jonas = await desk.agent()
	jo = (await jonas.get('/api/session')).body.member
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, path) => routes.find((r) => r.method === method && r.path === path).answer
})
after(() => desk.stop())

const notices = async (visitor, kind) => (await visitor.get('/api/notices')).body.notices.filter((n) => !kind || n.kind === kind)

test('a note that names somebody makes them follow, and tells them alone', async () => {
	const row = await desk.receive({ subject: 'Named' })
	const theirs = await jonas.stream().open()
	const mine = await desk.partner.stream().open()
	const note = await desk.partner.post(`/api/tickets/${row.id}/notes`, { text: 'Please look, Jonas', mentions: [jo.id, jo.id] })
	assert.equal(note.status, 200, note.text)
	conforms(answers('POST', '/api/tickets/{id}/notes'), note.body)
	assert.deepEqual(note.body.ticket.followers, [jo.id])
	const [told] = await notices(jonas, 'mentioned')
	assert.equal(told.ticket.id, row.id)
	assert.equal(told.seen_at, null)
	assert.equal((await notices(desk.partner, 'mentioned')).length, 0)
	const event = await theirs.find('the notice', (e) => e.event === 'notice' && e.data.notice.kind === 'mentioned')
	assert.ok(event.data.unread >= 1)
	await mine.find('the ticket', (e) => e.event === 'ticket' && e.data.kinds.includes('member_mentioned'))
	assert.equal(mine.events.some((e) => e.event === 'notice'), false)
	await theirs.close()
	await mine.close()
})

test('who is not there cannot be named', async () => {
	const row = await desk.receive({ subject: 'Gone' })
	const gone = (await desk.partner.post('/api/members', { name: 'Gone', address: 'gone@studio.example', role: 'agent', password: 'battery staple horse' })).body.member
	await desk.partner.patch(`/api/members/${gone.id}`, { active: false })
	for (const mentions of [[gone.id], [999_999]]) {
		const answer = await desk.partner.post(`/api/tickets/${row.id}/notes`, { text: 'Hello', mentions })
		assert.equal(answer.status, 400, answer.text)
		assert.equal(answer.body.field, 'mentions')
	}
	assert.equal((await desk.partner.get(`/api/tickets/${row.id}`)).body.messages.length, 1)
})

test('who follows hears what the client writes, until they do not', async () => {
	const row = await desk.receive({ subject: 'Followed', id: '<followed@greenleaf.example>' })
	const on = await jonas.post(`/api/tickets/${row.id}/follow`, { following: true })
	assert.equal(on.status, 200, on.text)
	conforms(answers('POST', '/api/tickets/{id}/follow'), on.body)
	assert.deepEqual(on.body.ticket.followers, [jo.id])
	await jonas.post(`/api/tickets/${row.id}/follow`, { following: true })
	await deliver(desk.lmtp, { subject: 'Re: Followed', answers: '<followed@greenleaf.example>', text: 'Any news?' })
	await until('the notice', async () => (await notices(jonas, 'reply')).some((n) => n.ticket.id === row.id))
	assert.equal((await notices(desk.partner, 'reply')).length, 0)
	const off = await jonas.post(`/api/tickets/${row.id}/follow`, { following: false })
	assert.deepEqual(off.body.ticket.followers, [])
	const before = (await notices(jonas)).length
	await deliver(desk.lmtp, { subject: 'Re: Followed', answers: '<followed@greenleaf.example>', text: 'Once more' })
	await until('the third message', async () => (await desk.partner.get(`/api/tickets/${row.id}`)).body.messages.length === 3)
	assert.equal((await notices(jonas, 'reply')).length, 1)
	assert.ok((await notices(jonas)).length >= before)
})

test('what is given to me is told me; what I take is not', async () => {
	const row = await desk.receive({ subject: 'Given' })
	await desk.partner.post(`/api/tickets/${row.id}/assign`, { member: jo.id })
	assert.ok((await notices(jonas, 'assigned')).some((n) => n.ticket.id === row.id))
	await desk.partner.post(`/api/tickets/${row.id}/assign`, { member: me.id })
	assert.equal((await notices(desk.partner, 'assigned')).length, 0)
})

test('seen and acknowledged are one\'s own, and happen once', async () => {
	const row = await desk.receive({ subject: 'Read' })
	await desk.partner.post(`/api/tickets/${row.id}/assign`, { member: jo.id })
	const list = (await jonas.get('/api/notices')).body
	conforms(answers('GET', '/api/notices'), list)
	const newest = list.notices[0]
	assert.equal((await desk.partner.post(`/api/notices/${newest.id}/acknowledge`)).status, 404)
	const taken = await jonas.post(`/api/notices/${newest.id}/acknowledge`)
	assert.equal(taken.status, 200, taken.text)
	assert.equal((await jonas.post(`/api/notices/${newest.id}/acknowledge`)).status, 200)
	const now = (await jonas.get('/api/notices')).body
	assert.ok(now.notices[0].acknowledged_at > 0 && now.notices[0].seen_at > 0)
	assert.equal(now.unread, list.unread - 1)
	assert.equal((await jonas.post('/api/notices/seen', { up_to: newest.id })).status, 200)
	assert.equal((await jonas.get('/api/notices')).body.unread, 0)
	assert.equal((await desk.partner.get('/api/notices')).status, 200)
})
