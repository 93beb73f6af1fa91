// What an agent does all day, through the API: list, read, answer, undo, note,
// call, sort, merge, split, search; and that each command happens once.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commandId, deliver, Desk, partner, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, me, answers
before(async () => {
	desk = await Desk.start()
	me = (await desk.partner.get('/api/session')).body.member
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, path) => routes.find((r) => r.method === method && r.path === path).answer
})
after(() => desk.stop())

async function act(ticket, verb, body, status = 200) {
	const answer = await desk.partner.post(`/api/tickets/${ticket}/${verb}`, body)
	assert.equal(answer.status, status, answer.text)
	if (status === 200) conforms(answers('POST', `/api/tickets/{id}/${verb}`), answer.body)
	return answer.body
}

const show = async (id) => (await desk.partner.get(`/api/tickets/${id}`)).body

test('mail is a ticket with a type, a clock, reasons and a history', async () => {
	const row = await desk.receive({ subject: 'Status', text: 'Hi, where are we with the files?' })
	const ticket = await show(row.id)
	assert.equal(ticket.ticket.type, 'status_inquiry')
	assert.equal(ticket.ticket.clock.kind, 'first_response')
	assert.equal(ticket.ticket.clock.due_at - ticket.ticket.clock.started_at, 30 * 60_000)
	assert.ok(ticket.reasons.some((r) => /where are we/i.test(r.quote)))
	assert.deepEqual(ticket.log.slice(0, 2).map((l) => l.kind), ['ticket_opened', 'message_received'])
	const sum = ticket.promises.find((p) => p.kind === 'first_response').sum
	assert.equal(sum.reduce((ms, line) => ms + line.counted_ms, 0), 30 * 60_000)
	const promise = await desk.partner.get(`/api/promises/${ticket.ticket.clock.promise}`)
	assert.ok(promise.body.promise.stops.length > 0)
})

test('a reply waits in its undo window, can be taken back, and leaves', async () => {
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 60 })
	const row = await desk.receive({ subject: 'Undo me' })
	const { messages } = await show(row.id)
	const sent = await act(row.id, 'reply', { text: 'Soon!', seen: messages[0].id, then: 'wait' })
	assert.equal(sent.message.delivery.state, 'undo')
	assert.deepEqual(sent.message.to.map((p) => p.address), ['ana@greenleaf.example'])
	const undone = await desk.partner.post(`/api/messages/${sent.message.id}/undo`)
	assert.equal(undone.status, 200, undone.text)
	assert.equal(undone.body.text, 'Soon!')
	assert.equal((await desk.partner.post(`/api/messages/${sent.message.id}/undo`)).status, 409)
	assert.equal((await show(row.id)).messages.length, 1)

	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
	const again = await act(row.id, 'reply', { text: 'Really soon.', seen: messages[0].id, then: 'wait' })
	const left = await until('the mail to leave', async () => (await show(row.id)).messages.find((m) => m.id === again.message.id && m.delivery.state === 'sent'))
	assert.equal(left.subject, 'Re: Undo me')
	const after = await show(row.id)
	assert.equal(after.ticket.state, 'waiting_client')
	assert.equal(after.ticket.unanswered, 0)
	assert.equal(after.promises.find((p) => p.kind === 'first_response').state, 'kept')
	assert.equal((await desk.partner.post(`/api/messages/${again.message.id}/undo`)).status, 409)
	const raw = await desk.partner.get(`/api/messages/${again.message.id}/raw`)
	assert.match(raw.text, /^To: .*ana@greenleaf\.example/m)
	assert.match(raw.text, /Really soon\./)
})

test('an answer to a thread that moved on is held', async () => {
	const row = await desk.receive({ subject: 'Moved on', id: '<moved-1@greenleaf.example>' })
	const { messages } = await show(row.id)
	await deliver(desk.lmtp, { subject: 'Re: Moved on', answers: '<moved-1@greenleaf.example>', text: 'One more thing' })
	await until('the second mail', async () => (await show(row.id)).messages.length === 2)
	const answer = await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'Too late', seen: messages[0].id })
	assert.equal(answer.status, 409)
	assert.ok(answer.body.detail.length > 10)
})

test('a command id is carried out once, however often and however parallel', async () => {
	const row = await desk.receive({ subject: 'Once' })
	const id = commandId()
	const all = await Promise.all(Array.from({ length: 50 }, () =>
		desk.partner.post(`/api/tickets/${row.id}/notes`, { text: 'exactly once' }, { headers: { 'Holdfast-Command': id } })))
	assert.ok(all.every((a) => a.status === 200))
	assert.equal(new Set(all.map((a) => a.body.message.id)).size, 1)
	assert.equal((await show(row.id)).messages.filter((m) => m.text === 'exactly once').length, 1)
	const begun = commandId()
	const two = [1, 2].map(() => desk.partner.post('/api/tickets', { to: { name: 'Bo', address: 'bo@acme.example' }, subject: 'Hello', text: 'Hi' }, { headers: { 'Holdfast-Command': begun } }))
	const [a, b] = await Promise.all(two)
	assert.equal(a.status, 200, a.text)
	assert.equal(a.body.ticket.id, b.body.ticket.id)
})

test('notes and calls; a talk counts, a missed call does not', async () => {
	const row = await desk.receive({ subject: 'Call me' })
	const note = await act(row.id, 'notes', { text: 'Internal:\n\tsecond line' })
	assert.equal(note.message.kind, 'note')
	assert.equal(note.message.from.member, me.id)
	const missed = await act(row.id, 'calls', { direction: 'out', spoke: false, text: 'No answer', contact: row.contact.id })
	assert.equal(missed.ticket.unanswered, 1)
	const talked = await act(row.id, 'calls', { direction: 'out', spoke: true, text: 'All clear', contact: row.contact.id })
	assert.equal(talked.ticket.unanswered, 0)
	assert.equal((await show(row.id)).promises.find((p) => p.kind === 'first_response').state, 'kept')
	await act(row.id, 'calls', { direction: 'out', spoke: true, text: 'x', contact: 999_999 }, 404)
})

test('type, owner, state, flags', async () => {
	const row = await desk.receive({ subject: 'Sort me' })
	assert.equal((await act(row.id, 'type', { type: 'pricing' })).ticket.type, 'pricing')
	const ticket = await show(row.id)
	assert.equal(ticket.ticket.type_by, 'member')
	assert.equal(ticket.ticket.clock.target_ms, 2 * 3_600_000)
	assert.equal((await act(row.id, 'assign', { member: me.id })).ticket.assignee, me.id)
	assert.ok((await desk.partner.get('/api/tickets?view=mine')).body.tickets.some((t) => t.id === row.id))
	assert.equal((await act(row.id, 'assign', { member: null })).ticket.assignee, null)
	await act(row.id, 'assign', { member: 999_999 }, 400).catch(() => act(row.id, 'assign', { member: 999_999 }, 404))
	const flagged = await act(row.id, 'flags', { text: 'Ask Kim first' })
	const [flag] = flagged.ticket.flags
	assert.deepEqual([flag.kind, flag.text, flag.by], ['member', 'Ask Kim first', me.id])
	assert.equal((await desk.partner.get('/api/tickets?view=flagged')).body.tickets[0].id, row.id)
	assert.equal((await desk.partner.post(`/api/flags/${flag.id}/clear`, { reason: '' })).status, 400)
	const cleared = await desk.partner.post(`/api/flags/${flag.id}/clear`, { reason: 'Kim knows' })
	assert.equal(cleared.body.ticket.flags.length, 0)
	const ids = async (query) => (await desk.partner.get(`/api/tickets?limit=200&${query}`)).body.tickets.map((t) => t.id)
	assert.ok((await ids('view=unassigned&type=pricing')).includes(row.id))
	assert.ok((await ids(`client=${row.client.id}&type=pricing&view=unassigned`)).includes(row.id))
	assert.ok(!(await ids(`client=${row.client.id}&type=issue`)).includes(row.id))
	assert.ok(!(await ids(`view=mine&type=pricing`)).includes(row.id))
	for (const type of ['no_request', 'newsletter', 'vendor']) {
		await act(row.id, 'type', { type })
		assert.ok((await ids('view=all&type=no_request')).includes(row.id), type)
	}
	assert.equal((await show(row.id)).ticket.type, 'no_request')
	await act(row.id, 'type', { type: 'pricing' })
	assert.equal((await act(row.id, 'state', { state: 'closed' })).ticket.state, 'closed')
	assert.ok((await desk.partner.get('/api/tickets?view=closed')).body.tickets.some((t) => t.id === row.id))
	await act(row.id, 'state', { state: 'open' })
})

test('merge and take apart, split, move', async () => {
	const one = await desk.receive({ subject: 'Merge one' })
	const two = await desk.receive({ subject: 'Merge two', text: 'the second one' })
	const merged = await act(one.id, 'merge', { into: two.id })
	assert.equal(merged.ticket.id, two.id)
	assert.equal((await show(one.id)).ticket.merged_into, two.id)
	assert.ok((await show(two.id)).messages.length >= 2, 'both threads in one')
	assert.ok(!(await desk.partner.get('/api/tickets?view=all&limit=200')).body.tickets.some((t) => t.id === one.id))
	await act(one.id, 'merge', { into: two.id }, 409)
	await act(two.id, 'merge', { into: two.id }, 400)
	await act(one.id, 'unmerge', {})
	assert.equal((await show(one.id)).ticket.merged_into, null)

	const row = await desk.receive({ subject: 'Split here', id: '<split-1@greenleaf.example>' })
	await deliver(desk.lmtp, { subject: 'Re: Split here', id: '<split-2@greenleaf.example>', answers: '<split-1@greenleaf.example>', text: 'Another topic entirely' })
	const whole = await until('both mails', async () => {
		const { messages } = await show(row.id)
		return messages.length === 2 && messages
	})
	const split = await act(row.id, 'split', { message: whole[1].id })
	assert.notEqual(split.ticket.id, row.id)
	assert.equal((await show(row.id)).messages.length, 1)

	const other = await desk.partner.post('/api/clients', { name: 'Other Ltd', domain: 'other.example' })
	assert.equal(other.status, 200, other.text)
	assert.equal((await act(row.id, 'move', { client: other.body.client.id })).ticket.client.name, 'Other Ltd')
	await act(row.id, 'move', { client: 999_999 }, 404)
})

test('clients and contacts', async () => {
	const { body: { client } } = await desk.partner.post('/api/clients', { name: 'Fern & Co', domain: 'fern.example' })
	const contact = await desk.partner.post(`/api/clients/${client.id}/contacts`, { name: 'Fay', address: 'fay@fern.example' })
	assert.equal(contact.status, 200, contact.text)
	const renamed = await desk.partner.patch(`/api/contacts/${contact.body.contact.id}`, { name: 'Fay Fern' })
	assert.equal(renamed.body.contact.name, 'Fay Fern')
	assert.equal(renamed.body.contact.address, 'fay@fern.example')
	const changed = await desk.partner.patch(`/api/clients/${client.id}`, { stage: 'client', name: 'Fern' })
	assert.deepEqual([changed.body.client.stage, changed.body.client.name, changed.body.client.domain], ['client', 'Fern', 'fern.example'])
	const found = (await desk.partner.get('/api/clients?q=FERN')).body.clients
	assert.ok(found.some((c) => c.id === client.id && c.contacts === 1))
	const { body: { client: twin } } = await desk.partner.post('/api/clients', { name: 'Fern GmbH', domain: null })
	await desk.partner.post(`/api/clients/${twin.id}/contacts`, { name: 'Gus', address: 'gus@fern-gmbh.example' })
	assert.equal((await desk.partner.post(`/api/clients/${twin.id}/merge`, { into: client.id })).body.client.id, client.id)
	assert.equal((await desk.partner.get(`/api/clients/${twin.id}`)).body.client.merged_into, client.id)
	const both = (await desk.partner.get(`/api/clients/${client.id}`)).body
	assert.deepEqual(both.contacts.map((c) => c.name).sort(), ['Fay Fern', 'Gus'], 'who was merged is among its people')
	assert.equal((await desk.partner.post(`/api/clients/${twin.id}/unmerge`)).body.client.merged_into, null)
	const record = (await desk.partner.get(`/api/clients/${client.id}`)).body
	assert.deepEqual(record.contacts.map((c) => c.name), ['Fay Fern'])
})

test('lists go on where a page ended', async () => {
	for (let i = 0; i < 5; i++) await desk.receive({ subject: `Page ${i}`, from: `P <p@page${i}.example>` })
	const whole = (await desk.partner.get('/api/tickets?limit=200')).body.tickets.map((t) => t.id)
	const pages = []
	let after = ''
	do {
		const { body } = await desk.partner.get(`/api/tickets?limit=3${after && `&after=${encodeURIComponent(after)}`}`)
		pages.push(...body.tickets.map((t) => t.id))
		after = body.next
	} while (after)
	assert.deepEqual(pages, whole)
	const names = []
	do {
		const { body } = await desk.partner.get(`/api/clients?limit=2${after ? `&after=${after}` : ''}`)
		names.push(...body.clients.map((c) => c.id))
		after = body.next
	} while (after)
	assert.equal(new Set(names).size, names.length)
	assert.deepEqual(names, (await desk.partner.get('/api/clients?limit=200')).body.clients.map((c) => c.id))
})

test('search finds words, also as they are typed, and marks them', async () => {
	const row = await desk.receive({ subject: 'Zebra crossing', text: 'The photographs of the aardvark are overexposed.' })
	for (const q of ['aardvark', 'aardv', 'overexposed photographs', 'zebra']) {
		const { tickets } = (await desk.partner.get(`/api/search?q=${encodeURIComponent(q)}`)).body
		assert.deepEqual(tickets.map((t) => t.id), [row.id], q)
		assert.ok(tickets[0].hit.parts.some((p) => p.hit), q)
	}
	assert.deepEqual((await desk.partner.get('/api/search?q=aardvark%20nonsense')).body.tickets, [])
})

test('settings: calendar, playbook, addresses', async () => {
	const calendar = (await desk.partner.get('/api/settings/calendar')).body
	const week = { ...calendar.week, sun: [] }
	assert.equal((await desk.partner.put('/api/settings/calendar', { zone: 'Europe/Berlin', week, holidays: ['2026-12-25'] })).status, 200)
	assert.deepEqual((await desk.partner.get('/api/settings/calendar')).body.holidays, ['2026-12-25'])
	const bad = await desk.partner.put('/api/settings/calendar', { zone: 'Europe/Berlin', week: { mon: [['9', '10:00']] } })
	assert.equal(bad.status, 400)
	assert.match(bad.body.field, /^week\.mon/)

	const playbook = (await desk.partner.get('/api/settings/playbook')).body
	const broken = await desk.partner.put('/api/settings/playbook', { text: `${playbook.text}\nnonsense: [`, version: playbook.version })
	assert.equal(broken.status, 400)
	assert.ok(broken.body.line > 1 && broken.body.column >= 1, broken.text)
	const saved = await desk.partner.put('/api/settings/playbook', { text: `${playbook.text}\n# a remark\n`, version: playbook.version })
	assert.equal(saved.status, 200, saved.text)
	assert.ok(saved.body.version > playbook.version)
	assert.equal((await desk.partner.put('/api/settings/playbook', { text: playbook.text, version: playbook.version })).status, 409)

	const made = await desk.partner.post('/api/settings/addresses', { address: 'hello@studio.example', name: 'Studio', signature: '--\nStudio' })
	assert.equal(made.status, 200, made.text)
	const off = await desk.partner.patch(`/api/settings/addresses/${made.body.address.id}`, { active: false })
	assert.equal(off.body.address.active, false)
	assert.equal(off.body.address.signature, '--\nStudio')
	assert.equal((await desk.partner.patch('/api/settings/addresses/999999', { active: false })).status, 404)
	assert.equal((await desk.partner.post('/api/members', { name: 'Twin', address: partner.address, role: 'agent' })).status, 409)
})
