// A draft is the thread's: it outlives the page and the machine, one writes it
// at a time, another may take it over, and it goes with the answer.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './lib.mjs'
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

const at = (ticket) => `/api/tickets/${ticket}/draft`
const rowOf = async (id) => (await desk.partner.get(`/api/tickets/${id}`)).body.ticket

test('a draft is kept over a restart, with its place in the row', async () => {
	const row = await desk.receive({ subject: 'Keep' })
	assert.equal((await jonas.get(at(row.id))).body.draft, null)
	const stream = await desk.partner.stream().open()
	const put = await jonas.put(at(row.id), { text: 'Dear\nAna', to: ['ana@greenleaf.example'], kind: 'reply', version: 0 })
	assert.equal(put.status, 200, put.text)
	conforms(answers('PUT', '/api/tickets/{id}/draft'), put.body)
	assert.deepEqual([put.body.draft.version, put.body.draft.member, put.body.draft.ready], [1, jo.id, false])
	const told = await stream.find('the draft', (e) => e.event === 'draft')
	assert.equal(told.data.ticket, row.id)
	assert.deepEqual(Object.keys(told.data.draft).sort(), ['at', 'member', 'ready'])
	await stream.close()
	await desk.end()
	await desk.run()
	const draft = (await desk.partner.get(at(row.id))).body.draft
	assert.equal(draft.text, 'Dear\nAna')
	assert.deepEqual(draft.to, ['ana@greenleaf.example'])
	assert.equal((await rowOf(row.id)).draft.member, jo.id)
})

test('one writes at a time; another takes over; a stale window is told', async () => {
	const row = await desk.receive({ subject: 'Two' })
	await jonas.put(at(row.id), { text: 'One', version: 0 })
	const held = await desk.partner.put(at(row.id), { text: 'Two', version: 1 })
	assert.equal(held.status, 409)
	assert.equal(held.body.type, 'held')
	const stale = await desk.partner.put(at(row.id), { text: 'Two', version: 0, take: true })
	assert.equal(stale.status, 409)
	assert.equal(stale.body.type, 'moved_on')
	const taken = await desk.partner.put(at(row.id), { text: 'One, and two', version: 1, take: true, ready: true })
	assert.equal(taken.status, 200, taken.text)
	assert.deepEqual([taken.body.draft.member, taken.body.draft.version, taken.body.draft.ready], [me.id, 2, true])
	assert.equal((await jonas.put(at(row.id), { text: 'Mine!', version: 1 })).body.type, 'held')
	// The same change again, after a lost answer, is the same change.
	const again = await desk.partner.put(at(row.id), { text: 'One, and two', version: 1, ready: true })
	assert.equal(again.status, 200, again.text)
	assert.equal(again.body.draft.version, 2)
	assert.equal((await rowOf(row.id)).draft.ready, true)
})

test('it goes with the answer of its writer, and not with another\'s', async () => {
	const row = await desk.receive({ subject: 'Sent' })
	const seen = (await desk.partner.get(`/api/tickets/${row.id}`)).body.messages[0].id
	await jonas.put(at(row.id), { text: 'Draft', version: 0 })
	const mine = await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'Mine', seen })
	assert.equal(mine.status, 200, mine.text)
	assert.equal((await jonas.get(at(row.id))).body.draft.text, 'Draft')
	const sent = await jonas.post(`/api/tickets/${row.id}/reply`, { text: 'Draft', seen: mine.body.message.id })
	assert.equal(sent.status, 200, sent.text)
	assert.equal(sent.body.ticket.draft, null)
	assert.equal((await jonas.get(at(row.id))).body.draft, null)
	const late = await jonas.put(at(row.id), { text: 'Draft', version: 1 })
	assert.equal(late.status, 409, 'a late save does not bring it back')
	assert.equal(late.body.type, 'moved_on')
})

test('thrown away, merged, bounded', async () => {
	const row = await desk.receive({ subject: 'Throw' })
	const other = await desk.receive({ subject: 'Into' })
	await jonas.put(at(row.id), { text: 'x', version: 0 })
	const held = await desk.partner.delete(at(row.id))
	assert.equal(held.status, 409, 'another\'s words are not thrown away')
	assert.equal(held.body.type, 'held')
	assert.equal((await desk.partner.put(at(row.id), { text: 'x', version: 1, take: true })).status, 200)
	assert.equal((await desk.partner.delete(at(row.id))).status, 200)
	assert.equal((await jonas.get(at(row.id))).body.draft, null)
	await jonas.put(at(row.id), { text: 'carried', version: 0 })
	assert.equal((await desk.partner.post(`/api/tickets/${row.id}/merge`, { into: other.id })).status, 200)
	assert.equal((await jonas.get(at(other.id))).body.draft.text, 'carried')
	assert.equal((await jonas.put(at(999_999), { text: 'x', version: 0 })).status, 404)
	assert.equal((await jonas.get(at(999_999))).status, 404)
	assert.equal((await jonas.put(at(other.id), { text: 'x'.repeat(300_000), version: 1 })).status, 400)
	assert.equal((await desk.visitor().put(at(other.id), { text: 'x', version: 0 })).status, 401)
})

test('a file in a draft can be sent by who takes it over', async () => {
	const row = await desk.receive({ subject: 'File' })
	const seen = (await desk.partner.get(`/api/tickets/${row.id}`)).body.messages[0].id
	const file = (await jonas.ask('POST', '/api/uploads', { raw: Buffer.from('proof'), headers: { 'Content-Type': 'text/plain', 'Holdfast-Name': 'proof.txt' } })).body
	await jonas.put(at(row.id), { text: 'See', attachments: [file.id], version: 0 })
	assert.notEqual((await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'See', seen, attachments: [file.id] })).status, 200)
	await desk.partner.put(at(row.id), { text: 'See', attachments: [file.id], version: 1, take: true })
	const sent = await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'See', seen, attachments: [file.id] })
	assert.equal(sent.status, 200, sent.text)
	assert.equal(sent.body.message.attachments[0].name, 'proof.txt')
})
