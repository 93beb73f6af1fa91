// A machine whose clock was an hour ahead and is right again: time does not
// stand still until it has caught up. What waits for a time leaves in its time.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { check, compose, deliver, Desk, late, rows, until } from './lib.mjs'

describe('a clock that was an hour ahead', () => {
	let desk

	before(async () => { desk = await Desk.make({ undo: 1, env: late(3600) }) })
	after(async () => { await desk?.remove() })

	const answer = async (n) => {
		assert.match(await deliver(desk.lmtp, compose({
			from: 'Ann Berg <ann@client.example>', subject: `Mail ${n}`, id: `${n}@client.example`, text: 'Hello?',
		}), 'ann@client.example'), /^250/)
		const row = await desk.ticket(`Mail ${n}`)
		const { message } = await desk.post(`/api/tickets/${row.id}/reply`, { text: `Answer ${n}.`, seen: row.id + 1000 })
		await until('it to leave', async () => (await desk.get('/api/health')).mail_out.waiting === 0, 20_000)
		const { messages } = await desk.get(`/api/tickets/${row.id}`)
		assert.equal(messages.find(({ id }) => id === message.id).delivery.state, 'sent')
	}

	test('sends while it is ahead', () => answer(1))

	test('sends after it was set back', async () => {
		await desk.stop()
		await desk.start()
		await answer(2)
		await answer(3)
		assert.equal(desk.sent().length, 3)
	})

	test('wrote a log that never steps back', async () => {
		const steps = await rows(desk.data, 'SELECT a.seq FROM event a JOIN event b ON b.seq = a.seq + 1 WHERE b.recorded_at < a.recorded_at')
		assert.deepEqual(steps, [])
		const [{ span }] = await rows(desk.data, 'SELECT max(recorded_at) - min(recorded_at) AS span FROM event')
		assert.ok(span < 30 * 60_000, 'and has not lost the hour')
		await desk.stop()
		check(desk.data)
	})
})
