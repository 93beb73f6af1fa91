// The live stream: what happens is seen, resumed exactly, and nobody who left
// is kept signed in by it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, deliver, until } from './lib.mjs'

let desk
before(async () => { desk = await Desk.start() })
after(() => desk.stop())

const tickets = (stream) => stream.events.filter((e) => e.event === 'ticket')

test('mail appears without asking, once, with its position', async () => {
	const stream = await desk.partner.stream().open()
	const ticket = await desk.receive({ subject: 'A first look' })
	const event = await stream.find('the ticket', (e) => e.event === 'ticket' && e.data.ticket.id === ticket.id)
	assert.equal(event.id, String(event.data.seq))
	assert.equal(event.data.ticket.subject, 'A first look')
	assert.ok(event.data.kinds.includes('ticket_opened') && event.data.kinds.includes('message_received'))
	assert.equal(event.data.actor, null)
	const counts = await stream.find('the counts', (e) => e.event === 'counts' && e.data.seq >= event.data.seq)
	assert.equal(counts.data.open, 1)
	assert.equal(counts.data.mine, undefined, 'the same for everybody')
	await stream.close()
})

test('a member\'s act reaches the others, with who did it', async () => {
	const agent = await desk.agent()
	const ticket = await desk.receive({ subject: 'Who has this?' })
	const stream = await agent.stream().open()
	const { body: { member } } = await desk.partner.get('/api/session')
	await desk.partner.post(`/api/tickets/${ticket.id}/assign`, { member: member.id })
	const event = await stream.find('the assignment', (e) => e.event === 'ticket' && e.data.kinds.includes('ticket_assigned'))
	assert.equal(event.data.actor, member.id)
	assert.equal(event.data.ticket.assignee, member.id)
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord & Co', zone: 'Europe/Berlin', undo_seconds: 5 })
	const setting = await stream.find('the setting', (e) => e.event === 'settings')
	assert.equal(setting.data.what, 'agency')
	await desk.partner.patch(`/api/clients/${ticket.client.id}`, { stage: 'client' })
	const client = await stream.find('the client', (e) => e.event === 'client' && e.data.id === ticket.client.id)
	assert.ok(client.data.seq > 0)
	await stream.close()
})

test('resuming loses nothing and repeats nothing, by header or by query', async () => {
	const ticket = await desk.receive({ subject: 'To be resumed' })
	const whole = await desk.partner.stream().open()
	const begin = (await desk.partner.get('/api/session')).body.seq
	const first = await desk.partner.stream(`/api/stream?after=${begin}`).open()
	for (let i = 0; i < 4; i++) await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: `note ${i}` })
	const seen = await until('four events', () => tickets(first).length >= 4 && tickets(first))
	await first.close()
	for (let i = 4; i < 9; i++) await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: `note ${i}` })
	const last = seen.at(-1).id
	const all = await until('nine events', () => tickets(whole).length >= 9 && tickets(whole))
	for (const again of [desk.partner.stream('/api/stream', { 'Last-Event-ID': last }), desk.partner.stream(`/api/stream?after=${last}`)]) {
		await again.open()
		await until('the rest', () => tickets(again).length >= 9 - seen.length)
		const ids = [...seen, ...tickets(again)].map((e) => e.id)
		assert.deepEqual(ids, all.map((e) => e.id))
		assert.ok(!again.events.some((e) => e.event === 'gap'))
		await again.close()
	}
	await whole.close()
})

test('the same after the program was started again, from the log', async () => {
	const ticket = await desk.receive({ subject: 'Across a restart' })
	const begin = (await desk.partner.get('/api/session')).body.seq
	await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'one' })
	const end = (await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'two' })).body.seq
	await desk.end()
	await desk.run()
	const stream = await desk.partner.stream('/api/stream', { 'Last-Event-ID': String(begin) }).open()
	const event = await stream.find('what was missed', (e) => e.event === 'ticket')
	assert.deepEqual([event.data.ticket.id, event.id], [ticket.id, String(end)])
	assert.ok(!stream.events.some((e) => e.event === 'gap'))
	await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'three' })
	await stream.find('what follows', (e) => e.event === 'ticket' && Number(e.id) > end)
	await stream.close()
})

test('positions that this log does not have are a gap or refused', async () => {
	const future = await desk.partner.stream('/api/stream', { 'Last-Event-ID': '999999999' }).open()
	await future.find('a gap', (e) => e.event === 'gap')
	await future.close()
	for (const id of ['x', '-5', '1e3', '9223372036854775808', '%', '*', '1 or 1=1']) {
		const stream = await desk.partner.stream('/api/stream', { 'Last-Event-ID': id }).open()
		assert.equal(stream.status, 400, id)
		await stream.close()
	}
	for (const query of ['after=-1', 'after=x', 'ticket=1', 'after=1&after=2']) {
		const stream = await desk.partner.stream(`/api/stream?${query}`).open()
		assert.equal(stream.status, 400, query)
		await stream.close()
	}
})

test('a reader that stops reading is dropped, and the others hear all', async () => {
	const ticket = await desk.receive({ subject: 'Busy' })
	const slow = Array.from({ length: 20 }, () => {
		const stream = desk.partner.stream()
		return stream
	})
	const reader = await desk.partner.stream().open()
	for (let i = 0; i < 40; i++) await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: `busy ${i} ${'x'.repeat(200)}` })
	// Rows of one moment come once: what counts is that the last one says it all.
	await until('all events', () => (tickets(reader).at(-1)?.data.ticket.messages ?? 0) >= 41)
	const ids = tickets(reader).map((e) => Number(e.id))
	assert.deepEqual(ids, [...ids].sort((a, b) => a - b))
	await Promise.all([...slow, reader].map((s) => s.close()))
})

test('mail for many tickets at once is all there', async () => {
	const stream = await desk.partner.stream().open()
	await Promise.all(Array.from({ length: 12 }, (_, i) => deliver(desk.lmtp, { subject: `Burst ${i}`, from: `P${i} <p${i}@client${i}.example>` })))
	for (let i = 0; i < 12; i++) await stream.find(`burst ${i}`, (e) => e.event === 'ticket' && e.data.ticket.subject === `Burst ${i}`)
	await stream.close()
})
