// Mail that kills its parser, or never lets it end: it is set aside, visible
// with its bytes, and nothing else notices. No start fails because of it, and
// only a person has it read again.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { check, compose, deliver, Desk, until } from './lib.mjs'

const poisoned = { env: { HOLDFAST_TEST_POISON: 'hemlock' } }

const mail = (n, text) => compose({
	from: 'Ann Berg <ann@client.example>', subject: `Mail ${n}`, id: `${n.replace(' ', '')}@client.example`, text: `${text}\r\n`,
})

describe('poisonous mail', () => {
	let desk

	before(async () => { desk = await Desk.make(poisoned) })
	after(async () => { await desk?.remove() })

	const send = async (n, text) => assert.match(await deliver(desk.lmtp, mail(n, text), 'ann@client.example'), /^250/)
	const aside = async () => (await desk.get('/api/quarantine')).items
	const subjects = async () => (await desk.tickets()).map((row) => row.subject).sort()

	test('is set aside, and the mail around it is filed', async () => {
		await send('one', 'hemlock-crash')
		await send('two', 'all is well')
		await send('three', 'hemlock-hang')
		await send('four', 'all is well')
		await until('two to be filed', async () => (await desk.tickets()).length === 2)
		await until('two to be set aside', async () => (await aside()).length === 2)
		assert.deepEqual(await subjects(), ['Mail four', 'Mail two'])
		for (const item of await aside()) {
			assert.equal(item.from, 'ann@client.example')
			assert.equal(item.attempts, 1)
			assert.ok(item.reason)
			assert.match((await desk.ask('GET', `/api/quarantine/${item.id}/raw`)).body, /hemlock-(crash|hang)/)
		}
	})

	test('is not tried again by a start', async () => {
		await desk.kill()
		await desk.start(poisoned)
		await send('five', 'all is well')
		await desk.ticket('Mail five')
		assert.deepEqual((await aside()).map((item) => item.attempts), [1, 1])
	})

	test('does not stop a start that finds it unread', async () => {
		// Killed as soon as the mail has its 250: it may be read or not.
		for (let i = 0; i < 5; i++) {
			await send(`late ${i}`, i % 2 ? 'hemlock-crash' : 'all is well')
			await desk.kill()
			await desk.start(poisoned)
		}
		await until('the rest to be set aside', async () => (await aside()).length === 4)
		await until('the rest to be filed', async () => (await desk.tickets()).length === 6)
	})

	test('is read again when a person asks, and set aside again if it still kills', async () => {
		const [item] = await aside()
		await desk.post(`/api/quarantine/${item.id}/retry`)
		await until('it to be set aside again', async () => (await aside()).some(({ id, attempts }) => id === item.id && attempts === 2))
		assert.equal((await aside()).length, 4)
	})

	test('is read by a program that can', async () => {
		await desk.stop()
		await desk.start()
		const found = await Promise.all((await aside()).map(async (item) => [item, (await desk.ask('GET', `/api/quarantine/${item.id}/raw`)).body]))
		const [[item]] = found.filter(([, raw]) => raw.includes('Subject: Mail one\r\n'))
		await desk.post(`/api/quarantine/${item.id}/retry`)
		const row = await desk.ticket('Mail one')
		assert.equal(row.contact.address, 'ann@client.example')
		assert.equal((await aside()).length, 3)
	})

	test('is filed as it is when a person releases it', async () => {
		await desk.stop()
		await desk.start(poisoned)
		const [item] = await aside()
		await desk.post(`/api/quarantine/${item.id}/release`)
		const row = await desk.ticket('Message that could not be read')
		const { messages: [message] } = await desk.get(`/api/tickets/${row.id}`)
		assert.equal(message.from.address, 'ann@client.example')
		assert.ok(message.errors.length > 0)
		assert.match((await desk.ask('GET', `/api/messages/${message.id}/raw`)).body, /hemlock/)
		assert.equal((await aside()).length, 2)
	})

	test('is accounted for', async () => {
		await desk.stop()
		assert.match(check(desk.data), /= 0 waiting \+ 8 opened \+ 0 appended \+ 2 quarantined/)
	})
})
