// A person is forgotten: no byte of the folder has their address or their
// words, nor what others wrote about them; the log verifies, and a rebuild
// makes the same rows.

import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'

import { check, compose, deliver, Desk, filesWith, holdfast, rows, until } from './lib.mjs'

const gone = { address: 'vera.okafor@client.example', second: 'v.okafor@private.example', name: 'Vera Okafor' }
// Each is in one place alone: text, subject, file, name of a file, a quote, ...
const words = ['quincetext', 'quincesubject', 'quincefile', 'quincename', 'quincesecond', 'quinceaside']
const kept = ['amberother', 'ambersubject', 'amberfile', 'ambernote']

describe('erasing a person', () => {
	let desk, contact

	before(async () => { desk = await Desk.make({ env: { HOLDFAST_TEST_POISON: 'hemlock' } }) })
	after(async () => { await desk?.remove() })

	const send = async (from, more) => assert.match(await deliver(desk.lmtp, compose({ from, ...more }), /<(.*)>/.exec(from)[1]), /^250/)
	const vera = `${gone.name} <${gone.address}>`
	const ralf = 'Ralf Sommer <ralf@client.example>'

	const contactOf = async (address) => (await rows(desk.data, `SELECT contact AS id FROM contact_address WHERE address = '${address}'`))[0].id

	test('with a desk that knows much about them', async () => {
		await send(vera, { subject: 'The quincesubject batch', id: 'one@client.example', text: 'Where is the quincetext?',
			attachment: { name: 'quincename.txt', bytes: Buffer.from(`A file with quincefile. ${'And more of it. '.repeat(50)}`) } })
		const row = await desk.ticket('The quincesubject batch')
		const { messages } = await desk.get(`/api/tickets/${row.id}`)
		await desk.post(`/api/tickets/${row.id}/reply`, { text: `Soon, ${gone.name}.`, cc: ['ralf@client.example'], seen: messages.at(-1).id })
		await desk.post(`/api/tickets/${row.id}/notes`, { text: `${gone.address} is on the phone all day.` })
		await until('the reply to leave', () => desk.sent().length === 1)
		// A colleague names them in a copy, in a quote, and in a file.
		await send(ralf, { subject: 'Also ambersubject', id: 'two@client.example', cc: gone.address, text: 'Mine is amberother.' })
		await send(ralf, { subject: 'Quoting', id: 'three@client.example',
			text: `Done?\r\n\r\nOn Tuesday ${vera} wrote:\r\n> Where is the quincetext?` })
		await send(ralf, { subject: 'With a file', id: 'four@client.example', text: 'See the file.',
			attachment: { name: 'people.txt', bytes: `amberfile and ${gone.address}` } })
		// The same mail twice, one that nothing could read, and a second address.
		await send(vera, { subject: 'The quincesubject batch', id: 'one@client.example', text: 'Where is the quincetext?',
			attachment: { name: 'quincename.txt', bytes: Buffer.from(`A file with quincefile. ${'And more of it. '.repeat(50)}`) } })
		await send(vera, { subject: 'Unreadable', id: 'five@client.example', text: 'hemlock-crash quinceaside' })
		await send(`Vera <${gone.second}>`, { subject: 'From home', id: 'six@private.example', text: 'It is quincesecond.' })
		await desk.ticket('From home')
		await desk.ticket('With a file')
		await until('all to be filed', async () => (await desk.get('/api/health')).mail_in.waiting === 0)
		contact = await contactOf(gone.address)
		await desk.post(`/api/contacts/${await contactOf(gone.second)}/merge`, { into: contact })
		const other = await desk.ticket('Also ambersubject')
		await desk.post(`/api/tickets/${other.id}/notes`, { text: 'Nothing but ambernote.' })
		const found = await desk.get('/api/search?q=quincetext')
		assert.equal(found.tickets.length, 2)
	})

	test('leaves no byte of them in the folder', async () => {
		await desk.stop()
		const erased = holdfast('erase', String(contact), '--data', desk.data)
		assert.equal(erased.code, 0, erased.out)
		assert.deepEqual(filesWith(desk.data, [gone.address, gone.second, gone.name, ...words]), [])
	})

	test('leaves the log whole, and a rebuild the same', () => {
		const proved = check(desk.data)
		const rebuilt = holdfast('rebuild', '--data', desk.data)
		assert.equal(rebuilt.code, 0, rebuilt.out)
		assert.equal(check(desk.data), proved)
		assert.deepEqual(filesWith(desk.data, [gone.address, gone.second, gone.name, ...words]), [])
	})

	test('keeps what is of others', async () => {
		await desk.start()
		for (const word of kept.filter((one) => one !== 'amberfile')) {
			assert.equal((await desk.get(`/api/search?q=${word}`)).tickets.length, 1, word)
		}
		for (const word of [...words, 'okafor']) {
			assert.equal((await desk.get(`/api/search?q=${word}`)).tickets.length, 0, word)
		}
	})

	test('shows what is left of their threads', async () => {
		for (const row of await desk.tickets()) {
			const shown = await desk.get(`/api/tickets/${row.id}`)
			const text = JSON.stringify(shown)
			for (const word of [gone.address, gone.second, gone.name, ...words]) assert.ok(!text.includes(word), `${word} in ticket ${row.id}`)
			for (const message of shown.messages) {
				for (const target of ['raw', 'html']) assert.ok((await desk.ask('GET', `/api/messages/${message.id}/${target}`)).status < 500)
			}
		}
		assert.equal((await desk.ask('GET', '/api/quarantine')).status, 200)
	})

	test('lets them write again as a stranger', async () => {
		await send(vera, { subject: 'Once more', id: 'seven@client.example', text: 'Here I am.' })
		const row = await desk.ticket('Once more')
		assert.equal(row.contact.address, gone.address)
		assert.notEqual(row.contact.id, contact)
		await desk.stop()
		check(desk.data)
		const copy = path.join(desk.folder, 'copy.db')
		assert.equal(holdfast('backup', copy, '--data', desk.data).code, 0)
		assert.equal(holdfast('restore', '--verify', copy).code, 0)
	})

	test('of whom nobody has heard is refused', () => {
		const { code, out } = holdfast('erase', '999999', '--data', desk.data)
		assert.notEqual(code, 0)
		assert.match(out, /no such contact/)
	})
})
