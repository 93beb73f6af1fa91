// One act on many threads: by list and by search, with what is refused named,
// taken back as a whole but for what has changed since, told on the stream,
// and done once although the program dies in the middle.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { commandId, deliver, Desk, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, answers, me
const show = async (id) => (await desk.partner.get(`/api/tickets/${id}`)).body
const row = async (id) => (await show(id)).ticket
const count = async (q) => (await desk.partner.get(`/api/tickets/count?q=${encodeURIComponent(q)}`)).body.count

async function bulk(body, status = 200, more = {}) {
	const answer = await desk.partner.post('/api/bulk', body, more)
	assert.equal(answer.status, status, answer.text)
	if (status === 200) conforms(answers('POST', '/api/bulk'), answer.body)
	return answer.body.job ?? answer.body
}
const job = async (id) => {
	const answer = await desk.partner.get(`/api/bulk/${id}`)
	conforms(answers('GET', '/api/bulk/{id}'), answer.body)
	return answer.body.job
}
const ended = (id, state) => until(`job ${id} to be ${state}`, async () => {
	const now = await job(id)
	return now.state === state && now
})
async function undo(id) {
	const answer = await desk.partner.post(`/api/bulk/${id}/undo`)
	assert.equal(answer.status, 200, answer.text)
	return ended(id, 'undone')
}
async function many(number, name) {
	for (let i = 0; i < number; i++) await deliver(desk.lmtp, { subject: `${name} ${i}`, from: `p${i}@${name.toLowerCase()}.example`, text: `Where are we with ${name.toLowerCase()} ${i}?` })
	await until('all to be filed', async () => (await count(`subject:${name}`)) === number)
	return (await desk.partner.get(`/api/tickets?q=subject:${name}&limit=200`)).body.tickets.map((t) => t.id)
}

before(async () => {
	desk = await Desk.start()
	me = (await desk.partner.get('/api/session')).body.member
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, path) => routes.find((r) => r.method === method && r.path === path).answer
})
after(() => desk.stop())

test('by list: done, named when refused, taken back', async () => {
	const ids = await many(6, 'Alpha')
	const two = await desk.receive({ subject: 'Alpha twin', from: 'p2@alpha.example', text: 'The same again' })
	const into = (await desk.partner.get('/api/tickets?q=subject:"Alpha 2"')).body.tickets[0].id
	assert.equal((await desk.partner.post(`/api/tickets/${two.id}/merge`, { into })).status, 200)
	const begun = await bulk({ tickets: [...ids, two.id, 999_999, ids[0]], act: { kind: 'assign', member: me.id } })
	assert.equal(begun.total, 8)
	const done = await ended(begun.id, 'done')
	assert.equal(done.done, 8)
	assert.deepEqual(done.refused.map((r) => r.ticket).sort(), [two.id, 999_999].sort())
	assert.match(done.refused.find((r) => r.ticket === two.id).reason, /merged/)
	assert.equal(done.refused.find((r) => r.ticket === two.id).subject, 'Alpha twin')
	for (const id of ids) assert.equal((await row(id)).assignee, me.id)
	// Somebody took one meanwhile: that stays, and is named.
	await desk.partner.post(`/api/tickets/${ids[3]}/assign`, { member: null })
	await desk.partner.post(`/api/tickets/${ids[3]}/assign`, { member: me.id })
	const undone = await undo(begun.id)
	assert.deepEqual(undone.refused.filter((r) => /since/.test(r.reason)).map((r) => r.ticket), [ids[3]])
	for (const id of ids) assert.equal((await row(id)).assignee, id === ids[3] ? me.id : null)
	assert.equal((await desk.partner.post(`/api/bulk/${begun.id}/undo`)).status, 200)
})

test('by search: the whole of it; closing re-arms when taken back', async () => {
	const ids = await many(40, 'Beta')
	const clocks = await Promise.all(ids.map(async (id) => (await row(id)).clock.due_at))
	const begun = await bulk({ query: 'subject:Beta is:open', act: { kind: 'state', state: 'closed', reason: 'all answered by phone' } })
	assert.equal(begun.total, 40)
	assert.equal((await ended(begun.id, 'done')).refused.length, 0)
	assert.equal(await count('subject:Beta is:closed'), 40)
	assert.ok((await show(ids[0])).log.some((l) => /by phone/.test(l.text)))
	await deliver(desk.lmtp, { subject: 'Beta 7', from: 'p7@beta.example', text: 'A new thing' })
	await undo(begun.id)
	assert.equal(await count('subject:Beta is:closed'), 0)
	for (const [i, id] of ids.entries()) assert.equal((await row(id)).clock.due_at, clocks[i])
})

test('types, snooze, follow and flags, each with its way back', async () => {
	const ids = await many(3, 'Gamma')
	const type = await ended((await bulk({ tickets: ids, act: { kind: 'type', type: 'no_request' } })).id, 'done')
	assert.equal(await count('subject:Gamma type:no_request'), 3)
	assert.equal((await row(ids[0])).clock, null)
	await undo(type.id)
	// It is a request after all: what was owed is owed again.
	assert.equal(await count('subject:Gamma type:status_inquiry'), 3)
	assert.equal((await row(ids[0])).clock.kind, 'first_response')
	const snooze = await ended((await bulk({ tickets: ids, act: { kind: 'snooze', until_at: Date.now() + 86_400_000 * 20, reason: 'fair' } })).id, 'done')
	assert.equal(await count('subject:Gamma is:snoozed'), 3)
	assert.equal((await row(ids[0])).snoozed.note, 'fair')
	await undo(snooze.id)
	assert.equal(await count('subject:Gamma is:snoozed'), 0)
	const follow = await ended((await bulk({ tickets: ids, act: { kind: 'follow' } })).id, 'done')
	assert.equal(await count('subject:Gamma is:following'), 3)
	await undo(follow.id)
	assert.equal(await count('subject:Gamma is:following'), 0)
	for (const id of ids) await desk.partner.post(`/api/tickets/${id}/flags`, { text: 'look' })
	const flags = await ended((await bulk({ tickets: ids, act: { kind: 'flag_clear', reason: 'called them' } })).id, 'done')
	assert.equal(await count('subject:Gamma is:flagged'), 0)
	await undo(flags.id)
	assert.equal(await count('subject:Gamma is:flagged'), 3)
})

test('the stream tells how far it is', async () => {
	const ids = await many(2, 'Sigma')
	const stream = await desk.partner.stream().open()
	const begun = await bulk({ tickets: ids, act: { kind: 'follow' } })
	const told = await stream.find('the job to be told', (e) => e.event === 'job' && e.data.job.id === begun.id && e.data.job.state === 'done')
	assert.deepEqual(told.data.job, await job(begun.id))
	assert.equal(told.id, null)
	stream.stop.abort()
	await stream.done
})

test('what makes no sense is refused as a whole, before anything happens', async () => {
	const [id] = await many(1, 'Delta')
	for (const [body, field] of [
		[{ tickets: [], act: { kind: 'follow' } }, 'tickets'], [{ act: { kind: 'follow' } }, 'tickets'],
		[{ tickets: [id], query: 'is:open', act: { kind: 'follow' } }, 'tickets'], [{ query: 'is:opne', act: { kind: 'follow' } }, 'q'],
		[{ query: 'nothinghasthisword', act: { kind: 'follow' } }, 'tickets'], [{ tickets: [id], act: { kind: 'assign', member: 424242 } }, 'member'],
		[{ tickets: [id], act: { kind: 'state' } }, 'state'], [{ tickets: [id], act: { kind: 'type' } }, 'type'],
		[{ tickets: [id], act: { kind: 'snooze', until_at: 5 } }, 'until_at'], [{ tickets: [id], act: { kind: 'flag_clear' } }, 'reason'],
	]) assert.equal((await bulk(body, 400)).field, field, JSON.stringify(body))
	assert.equal((await desk.partner.get('/api/bulk/4242')).status, 404)
	assert.equal((await desk.partner.post('/api/bulk/4242/undo')).status, 404)
	// The same command again is the same job.
	const headers = { 'Holdfast-Command': commandId() }
	const first = await bulk({ tickets: [id], act: { kind: 'follow' } }, 200, { headers })
	assert.equal((await bulk({ tickets: [id], act: { kind: 'follow' } }, 200, { headers })).id, first.id)
})

test('killed in the middle it is done once', async () => {
	const ids = await many(150, 'Omega')
	const begun = await bulk({ tickets: ids, act: { kind: 'assign', member: me.id } })
	await until('some to be done', async () => (await job(begun.id)).done > 0)
	desk.process.kill('SIGKILL')
	await once(desk.process, 'exit')
	await desk.run()
	const done = await ended(begun.id, 'done')
	assert.deepEqual([done.done, done.refused.length], [150, 0])
	for (const id of ids) assert.equal((await show(id)).log.filter((l) => l.kind === 'ticket_assigned').length, 1)
	await desk.partner.post(`/api/bulk/${begun.id}/undo`)
	desk.process.kill('SIGKILL')
	await once(desk.process, 'exit')
	await desk.run()
	assert.deepEqual((await ended(begun.id, 'undone')).refused, [])
	assert.equal(await count('subject:Omega is:unassigned'), 150)
	for (const id of ids.slice(0, 20)) assert.equal((await show(id)).log.filter((l) => l.kind === 'ticket_assigned').length, 2)
})
