// Brands: a face for some of the desk's addresses, with a name, a signature, a
// look and hours of its own. What leaves wears it, and what comes in is timed by it.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { alwaysOpen, deliver, Desk, until } from './lib.mjs'
import { conforms, routesOf } from './schema.mjs'

let desk, answers
before(async () => {
	desk = await Desk.start()
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
	const routes = routesOf((await desk.partner.get('/api/openapi.json')).body)
	answers = (method, at) => routes.find((r) => r.method === method && r.path === at).answer
})
after(() => desk.stop())

const fine = (answer) => {
	assert.equal(answer.status, 200, answer.text)
	return answer.body
}
const show = async (id) => fine(await desk.partner.get(`/api/tickets/${id}`))
const brand = async (body) => fine(await desk.partner.post('/api/settings/brands', body)).brand
const address = async (body) => fine(await desk.partner.post('/api/settings/addresses', body)).address

// The newest mail in the sink whose bytes hold `mark`.
const left = (mark) => until(`a mail with "${mark}" to leave`, () => {
	const folder = path.join(desk.folder, 'sink', 'new')
	const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((n) => n.endsWith('.eml')).sort().reverse() : []
	return names.map((n) => fs.readFileSync(path.join(folder, n), 'utf8')).find((text) => text.includes(mark))
})

async function receive(to, subject, more = {}) {
	await deliver(desk.lmtp, { to, recipient: to, subject, ...more })
	return until('the mail to be filed', async () => (await desk.partner.get('/api/tickets?view=all&limit=200')).body.tickets.find((t) => t.subject === subject))
}

test('a brand is kept as it was said, and refused when it makes no sense', async () => {
	const made = fine(await desk.partner.post('/api/settings/brands', { name: 'Pixelwerk', from_name: 'Pixelwerk Service', signature: 'Your Pixelwerk', colour: '#2f6f8f', footer: 'Pixelwerk, Harbour 1' }))
	conforms(answers('POST', '/api/settings/brands'), made)
	assert.equal(made.brand.calendar, null)
	assert.equal(made.brand.active, true)
	const changed = fine(await desk.partner.patch(`/api/settings/brands/${made.brand.id}`, { colour: null }))
	assert.equal(changed.brand.colour, null)
	assert.equal(changed.brand.signature, 'Your Pixelwerk')
	const list = fine(await desk.partner.get('/api/settings/brands'))
	conforms(answers('GET', '/api/settings/brands'), list)
	assert.ok(list.brands.some((b) => b.id === made.brand.id))
	for (const [body, field] of [[{ name: 'x', colour: 'red' }, 'colour'], [{ name: 'x', colour: '#12345g' }, 'colour'], [{ name: ' ' }, 'name'], [{ name: 'x', from_name: 'a\r\nBcc: evil@x.example' }, 'from_name'],
		[{ name: 'x', calendar: { zone: 'Europe/Berlin', week: {} } }, 'calendar'], [{ name: 'x', calendar: { zone: 'Nowhere/Town', week: alwaysOpen() } }, 'zone']]) {
		const answer = await desk.partner.post('/api/settings/brands', body)
		assert.equal(answer.status, 400, answer.text)
		assert.equal(answer.body.field, field, answer.text)
	}
	const agent = await desk.agent()
	assert.equal((await agent.get('/api/settings/brands')).status, 200)
	assert.equal((await agent.post('/api/settings/brands', { name: 'Mine' })).status, 403)
	assert.equal((await agent.patch(`/api/settings/brands/${made.brand.id}`, { name: 'Mine' })).status, 403)
})

test('what leaves wears the brand of the address that the thread came to', async () => {
	const { id } = await brand({ name: 'Lumen', from_name: 'Lumen Films', signature: 'Lumen Films\nwww.lumen.example', colour: '#aa3300', footer: 'Lumen is a part of Studio Nord.' })
	const own = await address({ address: 'hello@lumen.example', name: 'Lumen', brand: id })
	assert.equal(own.brand, id)
	const row = await receive('hello@lumen.example', 'A film')
	assert.equal(row.brand, id)
	fine(await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'We would love to make it.', seen: (await show(row.id)).audience.newest }))
	const raw = await left('love to make it')
	assert.match(raw, /^From: "?Lumen Films"? <hello@lumen\.example>\r$/m)
	assert.match(raw, /--=20\r\nLumen Films\r\nwww\.lumen\.example/)
	assert.match(raw, /Lumen is a part of Studio Nord\./)
	assert.match(raw.replace(/=\r\n/g, ''), /border-left:3px solid #aa3300/)
	assert.equal(raw.match(/www\.lumen\.example/g).length >= 2, true)

	// Who typed the signature does not send it twice.
	fine(await desk.partner.post(`/api/tickets/${row.id}/reply`, { text: 'Signed by hand.\n\nLumen Films\nwww.lumen.example', seen: (await show(row.id)).audience.newest }))
	const twice = await left('Signed by hand')
	assert.equal(twice.split('text/html')[0].match(/www\.lumen\.example/g).length, 1)

	const plain = await desk.receive({ subject: 'No brand' })
	assert.equal(plain.brand, null)
	fine(await desk.partner.post(`/api/tickets/${plain.id}/reply`, { text: 'As the agency.', seen: (await show(plain.id)).audience.newest }))
	assert.match(await left('As the agency.'), /^From: "?Studio Nord"? <desk@studio\.example>\r$/m)
})

test('the hours of a brand run its clocks, also when they change under way', async () => {
	const closed = { ...alwaysOpen() }
	const { id } = await brand({ name: 'Weekdays' })
	await address({ address: 'desk@weekdays.example', brand: id })
	const row = await receive('desk@weekdays.example', 'Which hours', { text: 'Where is batch 3?' })
	assert.equal(row.clock.due_at - row.clock.started_at, 30 * 60_000)
	// Open for one minute a day from now on: the promise falls due days later.
	for (const day of Object.keys(closed)) closed[day] = [['00:00', '00:01']]
	fine(await desk.partner.patch(`/api/settings/brands/${id}`, { calendar: { zone: 'UTC', week: closed } }))
	const late = (await show(row.id)).ticket
	assert.ok(late.clock.due_at - late.clock.started_at > 20 * 86_400_000, `${late.clock.due_at - late.clock.started_at}`)
	// The agency's own threads are as they were.
	const other = await desk.receive({ subject: 'Agency hours', text: 'Where is batch 3?' })
	assert.equal(other.clock.due_at - other.clock.started_at, 30 * 60_000)
	// Back to the agency's hours: what is owed falls due anew.
	fine(await desk.partner.patch(`/api/settings/brands/${id}`, { calendar: null }))
	const again = (await show(row.id)).ticket
	assert.ok(again.clock.due_at - again.clock.started_at < 60 * 60_000, `${again.clock.due_at - again.clock.started_at}`)
	// An address that changes its brand changes its hours with it.
	const slow = await brand({ name: 'Slow', calendar: { zone: 'UTC', week: closed } })
	const addresses = (await desk.partner.get('/api/settings/addresses')).body
	fine(await desk.partner.patch(`/api/settings/addresses/${addresses.find((a) => a.address === 'desk@weekdays.example').id}`, { brand: slow.id }))
	const moved = (await show(row.id)).ticket
	assert.equal(moved.brand, slow.id)
	assert.ok(moved.clock.due_at - moved.clock.started_at > 20 * 86_400_000)
	assert.equal((await desk.partner.patch(`/api/settings/addresses/${addresses[0].id}`, { brand: 999999 })).status, 400)
})
