// Threads put aside and replies that wait, through the API; moments; what may
// be the same thread.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deliver, Desk, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, answers
const show = async (id) => (await desk.partner.get(`/api/tickets/${id}`)).body
const listed = async (view, id) => (await desk.partner.get(`/api/tickets?view=${view}`)).body.tickets.some((t) => t.id === id)

async function act(ticket, verb, body, status = 200) {
	const answer = await desk.partner.post(`/api/tickets/${ticket}/${verb}`, body)
	assert.equal(answer.status, status, answer.text)
	if (status === 200) conforms(answers('POST', `/api/tickets/{id}/${verb}`), answer.body)
	return answer.body
}

before(async () => {
	desk = await Desk.start()
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, path) => routes.find((r) => r.method === method && r.path === path).answer
})
after(() => desk.stop())

test('put aside: out of the open list, in mine, and its clocks are told', async () => {
	const me = (await desk.partner.get('/api/session')).body.member
	const row = await desk.receive({ subject: 'Aside', id: '<aside@greenleaf.example>' })
	await act(row.id, 'assign', { member: me.id })
	const counts = (await desk.partner.get('/api/counts')).body
	const until_at = Date.now() + 86_400_000
	const answer = await act(row.id, 'snooze', { until_at, note: 'after the fair' })
	assert.deepEqual(answer.ticket.snoozed, { until_at, by: me.id, note: 'after the fair' })
	assert.ok(answer.running.some((p) => p.kind === 'first_response' && p.running))
	for (const [view, there] of [['open', false], ['mine', true], ['snoozed', true], ['all', true], ['unassigned', false], ['waiting', false]]) assert.equal(await listed(view, row.id), there, view)
	const now = (await desk.partner.get('/api/counts')).body
	assert.deepEqual([now.open, now.mine, now.snoozed], [counts.open - 1, counts.mine, counts.snoozed + 1])
	for (const view of ['open', 'mine', 'snoozed', 'unassigned', 'flagged', 'waiting', 'closed']) assert.equal((await desk.partner.get(`/api/tickets?view=${view}&limit=200`)).body.tickets.length, now[view], view)
	assert.match((await show(row.id)).log.find((l) => l.kind === 'ticket_snoozed').text, /Put aside until .*: after the fair/)
	await deliver(desk.lmtp, { subject: 'Re: Aside', answers: '<aside@greenleaf.example>', text: 'Hello?' })
	await until('it is back', async () => listed('open', row.id))
	assert.equal((await show(row.id)).ticket.snoozed, null)
	assert.match((await show(row.id)).log.find((l) => l.kind === 'ticket_woken').text, /they wrote/)
})

test('its moment comes; it is woken by hand; nonsense is refused', async () => {
	const row = await desk.receive({ subject: 'Soon' })
	await act(row.id, 'snooze', { until_at: Date.now() + 2_000 })
	await until('its moment', async () => (await show(row.id)).ticket.snoozed === null)
	assert.match((await show(row.id)).log.find((l) => l.kind === 'ticket_woken').text, /its time came/)
	await act(row.id, 'snooze', { until_at: Date.now() + 86_400_000 })
	assert.equal((await act(row.id, 'snooze', { until_at: null })).ticket.snoozed, null)
	await act(row.id, 'snooze', { until_at: Date.now() - 1000 }, 400)
	await act(row.id, 'snooze', { until_at: Date.now() + 86_400_000 * 800 }, 400)
	await act(row.id, 'snooze', {}, 400)
	await act(row.id, 'state', { state: 'closed' })
	await act(row.id, 'snooze', { until_at: Date.now() + 86_400_000 }, 409)
})

test('a reply waits for its hour, leaves, or stays when they write first', async () => {
	const row = await desk.receive({ subject: 'Later', id: '<later@greenleaf.example>' })
	const seen = (await show(row.id)).messages.at(-1).id
	const send_at = Date.now() + 3_600_000
	const { message } = await act(row.id, 'reply', { text: 'On Thursday.', seen, send_at })
	assert.deepEqual([message.delivery.state, message.delivery.until_at, message.delivery.cancel_on_reply], ['scheduled', send_at, true])
	assert.equal((await show(row.id)).promises.find((p) => p.kind === 'first_response').state, 'open')
	await deliver(desk.lmtp, { subject: 'Re: Later', answers: '<later@greenleaf.example>', text: 'Found it, thanks. And batch 4?' })
	const cancelled = await until('it stays', async () => (await show(row.id)).messages.find((m) => m.id === message.id && m.delivery.state === 'cancelled'))
	assert.equal(cancelled.text, 'On Thursday.')
	assert.match((await show(row.id)).log.find((l) => l.kind === 'reply_cancelled').text, /wrote first/)
	const undone = await desk.partner.post(`/api/messages/${message.id}/undo`)
	assert.equal(undone.body.text, 'On Thursday.')

	const newest = (await show(row.id)).messages.at(-1).id
	const again = await act(row.id, 'reply', { text: 'On Friday.', seen: newest, send_at, cancel_on_reply: false })
	assert.equal(again.message.delivery.cancel_on_reply, false)
	const hurried = await desk.partner.post(`/api/messages/${again.message.id}/send-now`)
	assert.equal(hurried.status, 200, hurried.text)
	await until('it leaves', async () => (await show(row.id)).messages.find((m) => m.id === again.message.id && m.delivery.state === 'sent'))
	assert.equal((await desk.partner.post(`/api/messages/${again.message.id}/send-now`)).status, 409)
	assert.equal((await show(row.id)).promises.find((p) => p.kind === 'first_response').state, 'kept')
	await act(row.id, 'reply', { text: 'No.', seen: again.message.id, send_at: 5 }, 400)

	const third = await act(row.id, 'reply', { text: 'By itself.', seen: again.message.id, send_at: Date.now() + 2_000 })
	await until('its hour', async () => (await show(row.id)).messages.find((m) => m.id === third.message.id && m.delivery.state === 'sent'))
})

test('a reply that waited does not leave for a thread that is another by then', async () => {
	const row = await desk.receive({ subject: 'Readers', id: '<readers@greenleaf.example>' })
	const { messages: [asked], participants: [ana] } = await show(row.id)
	const state = async (id) => (await show(row.id)).messages.find((m) => m.id === id).delivery
	const soon = await act(row.id, 'reply', { text: 'The price is low.', seen: asked.id, send_at: Date.now() + 3_000 })
	const late = await act(row.id, 'reply', { text: 'Lower.', seen: soon.message.id, send_at: Date.now() + 3_600_000 })
	const changed = await desk.partner.patch(`/api/tickets/${row.id}/participants/${ana.contact}`, { role: 'vendor' })
	assert.equal(changed.status, 200, changed.text)
	const refused = await desk.partner.post(`/api/messages/${late.message.id}/send-now`)
	assert.equal(refused.status, 409)
	assert.match(refused.body.detail, /Who reads the thread was changed/)
	await until('it is kept back', async () => (await state(soon.message.id)).state === 'cancelled')
	assert.match((await state(soon.message.id)).reason, /Who reads the thread was changed/)
	assert.match((await show(row.id)).log.find((l) => l.kind === 'reply_cancelled').text, /not sent: Who reads/)
})

test('a reply that waited on a thread that was merged away stays when they write', async () => {
	const one = await desk.receive({ subject: 'First of two', id: '<two1@greenleaf.example>' })
	const two = await desk.receive({ subject: 'Second of two', id: '<two2@greenleaf.example>' })
	const seen = (await show(one.id)).messages.at(-1).id
	const { message } = await act(one.id, 'reply', { text: 'We begin.', seen, send_at: Date.now() + 3_600_000 })
	await act(one.id, 'merge', { into: two.id })
	await deliver(desk.lmtp, { subject: 'Re: First of two', answers: '<two1@greenleaf.example>', text: 'Forget it, please cancel.' })
	await until('it stays', async () => (await show(two.id)).messages.find((m) => m.id === message.id && m.delivery.state === 'cancelled'))
})

test('answering takes what nobody has', async () => {
	const me = (await desk.partner.get('/api/session')).body.member
	const row = await desk.receive({ subject: 'Nobody has it' })
	const { ticket } = await act(row.id, 'reply', { text: 'I have it.', seen: (await show(row.id)).messages[0].id })
	assert.equal(ticket.assignee, me.id)
})

test('moments as people type them, the usual ones, and one for a reply', async () => {
	const read = async (query, status = 200) => {
		const answer = await desk.partner.get(`/api/moments${query}`)
		assert.equal(answer.status, status, answer.text)
		if (status === 200) conforms(answers('GET', '/api/moments'), answer.body)
		return answer.body.moments
	}
	const [tomorrow] = await read('?text=tomorrow%209')
	assert.match(tomorrow.label, /09:00$/)
	assert.ok(tomorrow.at > Date.now() && tomorrow.at < Date.now() + 49 * 3_600_000)
	assert.ok((await read('')).length >= 4)
	const row = await desk.receive({ subject: 'For' })
	assert.ok((await read(`?for=${row.id}`)).length >= 4)
	await read('?text=gibberish', 400)
})

test('what may be the same thread, with the reasons', async () => {
	const first = await desk.receive({ subject: 'Banner sizes', from: 'Ida Holm <ida@fjord.example>', id: '<b1@fjord.example>', text: 'Which sizes do you need?' })
	const again = await desk.receive({ subject: 'AW: Banner  sizes', from: 'Ida Holm <ida@fjord.example>', id: '<b2@fjord.example>', text: 'Me again.' })
	const named = await desk.receive({ subject: `About #${first.id}`, from: 'leo@other.example', id: '<b3@other.example>', text: 'As said.' })
	const alone = await desk.receive({ subject: 'Something else', from: 'zoe@far.example', id: '<b4@far.example>', text: 'Hello.' })
	const ask = async (id) => {
		const answer = await desk.partner.get(`/api/tickets/${id}/suggestions`)
		conforms(answers('GET', '/api/tickets/{id}/suggestions'), answer.body)
		return answer.body.suggestions
	}
	const [best] = await ask(again.id)
	assert.equal(best.ticket.id, first.id)
	assert.ok(best.why.includes('The same subject') && best.why.some((w) => /same person/.test(w)), best.why.join())
	assert.deepEqual((await ask(named.id)).map((s) => [s.ticket.id, s.why]), [[first.id, [`A subject here names #${first.id}`]]])
	assert.deepEqual(await ask(alone.id), [])
	await act(again.id, 'merge', { into: first.id })
	assert.deepEqual(await ask(first.id), [])
	assert.equal((await desk.partner.get('/api/tickets/999999/suggestions')).status, 404)
})
